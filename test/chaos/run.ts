import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runApprove } from '../../worker/stages/approve.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import { Random } from '../fixtures/random.ts';
import { SMALL_REST } from '../fixtures/rest-records.ts';
import { type CliOptions, runCli, runCliJson } from '../support/cli.ts';
import { differences, migrated, unlike } from '../support/comparable.ts';
import { runPipeline } from '../support/pipeline.ts';
import { withStorage } from '../support/storage.ts';
import { type HostileProxy, startHostileProxy } from './hostile-proxy.ts';

/**
 * `npm run chaos`: loads and takes back one export again and again while the process is killed (SIGKILL) at random points, or a proxy in front of Twenty makes trouble. Every run
 * must end equal to an undisturbed one, and after rollback equal to the workspace before. Prints one line a run and a closing line.
 */
const RUNS = Number(process.argv[2] ?? 34);
/** Seed of the first run, so that two halves can run beside each other. */
const FIRST = Number(process.argv[3] ?? 1);
const SIZE = { owners: 5, companies: 200, contacts: 500, deals: 150 };
/** At most so many kills of one command, so that it gets to its end. */
const KILLS = 2;
const HOSTILITY = { tooMany: 0.05, serverError: 0.05, reset: 0.05, stall: 0.03, dropAfter: 0.08 };
const MIGRATION = 'chaos';
const work = await mkdtemp(join(tmpdir(), 'vp-chaos-'));
const exportDir = join(work, 'export');
await generateExport(exportDir, { seed: 11, ...SIZE, rest: SMALL_REST, troubles: 'demo' });

interface Trial {
  readonly name: string;
  readonly seed: number;
  readonly kills: boolean;
  readonly network: boolean;
}

interface Ended {
  readonly loaded: ReadonlyMap<string, string>;
  readonly loadMs: number;
  readonly kills: number;
  readonly troubles: HostileProxy['counts'] | null;
  /** Places at which the workspace is not what it was, after the rollback. */
  readonly notRestored: readonly string[];
  /** Uploads that the report of the rollback tells to be left: only Twenty itself can remove them. */
  readonly left: number;
  readonly unexplained: number;
}

async function trial({ name, seed, kills, network }: Trial, typicalMs: number): Promise<Ended> {
  const source = new Random(seed);
  const random = () => source.next();
  const double = await startTwentyDouble({ seed: 'fresh', limiter: 'off', latencyMs: 25 });
  const before = withStorage(double);
  const dataDir = join(work, name);
  const direct: CliOptions = {
    env: { TWENTY_API_URL: double.url, TWENTY_API_KEY: double.apiKey },
    dataDir,
    migration: MIGRATION,
  };
  await prepare(double, dataDir);
  const proxy = network ? await startHostileProxy(double.url, HOSTILITY, random) : null;
  const options: CliOptions =
    proxy === null ? direct : { ...direct, env: { ...direct.env, TWENTY_API_URL: proxy.url } };
  const started = Date.now();
  let killed = await disturbed('load', options, kills, typicalMs, random);
  const loadMs = Date.now() - started;
  await double.settled();
  const loaded = migrated(double.dump());
  const report = z.object({ unexplained: z.number() }).parse(await runCliJson(['reconcile'], direct, [0, 1]));
  killed += await disturbed('rollback', options, kills, typicalMs, random);
  await double.settled();
  const left = await toldLeft(dataDir);
  const notRestored = unlike(before, withStorage(double, left));
  await finish(double, proxy, dataDir);
  return {
    loaded,
    loadMs,
    kills: killed,
    troubles: proxy?.counts ?? null,
    notRestored,
    left,
    unexplained: report.unexplained,
  };
}

/** Runs a command to its end, killing it at random points on the way. */
async function disturbed(
  command: string,
  options: CliOptions,
  kills: boolean,
  typicalMs: number,
  random: () => number,
): Promise<number> {
  let killed = 0;
  for (let attempt = 0; ; attempt += 1) {
    const delay = 300 + random() * typicalMs;
    const run = await runCli([command], {
      ...options,
      started: (kill) => {
        if (!kills || attempt >= KILLS) return;
        setTimeout(() => {
          try {
            kill('SIGKILL');
          } catch {
            // It had ended before.
          }
        }, delay).unref();
      },
    });
    if (run.code === 0) return killed;
    const wasKilled = run.signal === 'SIGKILL' || run.code === null;
    if (!wasKilled && attempt >= 12)
      throw new Error(`${command} does not end (exit ${run.code}): ${run.stderr}`);
    if (wasKilled) killed += 1;
  }
}

/** How many uploads the report says were cut while their bytes moved. */
async function toldLeft(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, MIGRATION, 'rollback.json'), 'utf8');
  const { remains } = z.object({ remains: z.array(z.string()) }).parse(JSON.parse(text));
  return remains.reduce((sum, line) => sum + Number(/^(\d+) uploads that were cut/.exec(line)?.[1] ?? 0), 0);
}

async function prepare(double: TwentyDouble, dataDir: string): Promise<void> {
  const pipeline = await runPipeline({
    exportDir,
    url: double.url,
    apiKey: double.apiKey,
    dataDir,
    instance: 'chaos-clinic',
    migration: MIGRATION,
    upTo: 'sample',
    sampleSize: 20,
  });
  const digest = pipeline.results.sample?.digest ?? '';
  await runApprove({ ledger: pipeline.ledger }, await pipeline.migration(), {
    kind: 'sample',
    digest,
    by: 'a@practice.example',
  });
  await pipeline.close();
}

async function finish(double: TwentyDouble, proxy: HostileProxy | null, dataDir: string): Promise<void> {
  await proxy?.close();
  await double.close();
  await rm(dataDir, { recursive: true, force: true });
}

function restored({ notRestored, left }: Ended): string {
  const told = left === 0 ? '' : ` but for ${left} cut uploads, as its report tells`;
  return notRestored.length === 0 ? `equal${told}` : `DIFFERS at ${notRestored.slice(0, 10).join(', ')}`;
}

let bad = 0;
try {
  const calm = await trial({ name: 'calm', seed: 0, kills: false, network: false }, 0);
  process.stdout.write(
    `calm: ${calm.loaded.size} records, load ${(calm.loadMs / 1000).toFixed(1)} s, unexplained ${calm.unexplained}, rollback ${restored(calm)}\n`,
  );
  if (calm.notRestored.length > 0 || calm.unexplained > 0) bad += 1;
  let lost = 0;
  let doubled = 0;
  let kills = 0;
  const troubles = { tooMany: 0, serverError: 0, reset: 0, stall: 0, dropAfter: 0 };
  for (let n = FIRST; n < FIRST + RUNS; n += 1) {
    const network = n % 3 === 0;
    const ended = await trial(
      { name: `run-${n}`, seed: n, kills: n % 3 !== 0 || n % 2 === 0, network },
      calm.loadMs,
    );
    const wrong = differences(calm.loaded, ended.loaded);
    lost += wrong.filter((line) => line.startsWith('lost')).length;
    doubled += wrong.filter((line) => line.startsWith('doubled')).length;
    kills += ended.kills;
    for (const kind of ['tooMany', 'serverError', 'reset', 'stall', 'dropAfter'] as const)
      troubles[kind] += ended.troubles?.[kind] ?? 0;
    const fine = wrong.length === 0 && ended.notRestored.length === 0 && ended.unexplained === 0;
    if (!fine) bad += 1;
    process.stdout.write(
      `run ${n}: ${ended.kills} kills, ${network ? `network ${JSON.stringify(ended.troubles)}` : 'network calm'}; ${wrong.length === 0 ? 'equal' : wrong.slice(0, 5).join('; ')}; unexplained ${ended.unexplained}; rollback ${restored(ended)}\n`,
    );
  }
  process.stdout.write(
    `\n${RUNS} runs, ${kills} SIGKILLs, proxy troubles ${JSON.stringify(troubles)}: ${lost} lost, ${doubled} doubled, ${bad} runs not equal\n`,
  );
} finally {
  await rm(work, { recursive: true, force: true });
}
process.exitCode = bad > 0 ? 1 : 0;
