import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationsOf } from '../../worker/twenty/operations.ts';
import { selectionOf } from '../../worker/twenty/selection.ts';
import type { TargetRecord } from '../../worker/twenty/target.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import { type Pipeline, runPipeline } from '../support/pipeline.ts';
import { type BareLoop, bareLoop } from './bare-loop.ts';
import { CreateGate } from './create-gate.ts';
import { type Figure, information, measured } from './figure.ts';

const GOAL = 0.9;
const BATCH = 200;
/** As the load loop has. */
const LANES = 2;
const ROUNDS = 4;
/** Calls per stretch; four stretches, a round, fit into one full bucket of the default limit. */
const CALLS = 20;
const DESTROY_CHUNK = 2000;

interface Round {
  readonly load: number;
  readonly bare: number;
}

/**
 * Against a real, throw-away Twenty: what `load` takes for people over what a bare loop of the same createPeople calls takes (the same payloads under other ids and
 * keys, the same selection, batch size and lanes). Both run in one load, in short stretches by turns (load, bare, bare, load; the next round the other way
 * round, because the first stretch after a pause is slower), so that what else the machine does meets both alike. `limitPerMinute`: of the server; a round begins with a full bucket, so that the server and not its limiter is measured.
 */
export async function benchTwenty(url: string, apiKey: string, limitPerMinute: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-bench-twenty-'));
  const loads = 2 * ROUNDS * CALLS;
  await generateExport(join(folder, 'export'), {
    seed: 9,
    owners: 3,
    companies: 20,
    contacts: BATCH * (loads + 2 * LANES) + 60,
    deals: 5,
    troubles: 'none',
  });
  const pipeline = await runPipeline({
    exportDir: join(folder, 'export'),
    dataDir: join(folder, 'data'),
    url,
    apiKey,
    instance: `bench-${Date.now()}`,
    upTo: 'sample',
    sampleSize: 30,
  });
  const gate = new CreateGate(LANES);
  const held = holdPeople(pipeline, gate);
  const bare = bareLoop({ url, apiKey, lanes: LANES, query: () => createQuery(pipeline, held.fields) });
  const rounds: Round[] = [];
  try {
    const loading = pipeline.to('load');
    // A load that fails must not leave the bench waiting at the gate.
    const ready = (waiting: Promise<void>) => Promise.race([waiting, loading.then(() => undefined)]);
    for (let n = 0; n < ROUNDS; n += 1) {
      await ready(gate.allWait());
      await refill(limitPerMinute);
      rounds.push(await oneRound(gate, held.sent, bare, ready, n % 2 === 0 ? 'load' : 'bare'));
    }
    gate.open();
    await loading;
  } finally {
    gate.open();
    // Whatever happened, the workspace gets back what it was.
    await refill(limitPerMinute);
    for (let at = 0; at < bare.ids.length; at += DESTROY_CHUNK)
      await pipeline.context.target.records.destroy('person', bare.ids.slice(at, at + DESTROY_CHUNK));
    await pipeline.to('load').catch(() => undefined);
    await pipeline.takeBack();
    await pipeline.close();
    await rm(folder, { recursive: true, force: true });
  }
  return figuresOf(rounds, limitPerMinute);
}

async function oneRound(
  gate: CreateGate,
  sent: readonly TargetRecord[][],
  bare: BareLoop,
  ready: (waiting: Promise<void>) => Promise<void>,
  first: keyof Round,
): Promise<Round> {
  const seconds = { load: 0, bare: 0 };
  const run = {
    load: () => ready(gate.stretch(CALLS)),
    bare: () => bare.run(sent.slice(-CALLS)),
  };
  const second = first === 'load' ? 'bare' : 'load';
  for (const kind of [first, second, second, first] as const) seconds[kind] += await timed(run[kind]);
  return seconds;
}

interface Held {
  /** Batches of people as they were sent. */
  readonly sent: TargetRecord[][];
  /** What `load` reads back of each. */
  fields: readonly string[];
}

/** Holds the full batches of people at the gate before they are sent. */
function holdPeople(pipeline: Pipeline, gate: CreateGate): Held {
  const { records } = pipeline.context.target;
  const create = records.create;
  const held: Held = { sent: [], fields: [] };
  Object.assign(records, {
    create: async (...args: Parameters<typeof create>) => {
      const [object, batch, { fields }] = args;
      if (object === 'person' && batch.length === BATCH) {
        held.fields = fields;
        await gate.pass();
        held.sent.push([...batch]);
      }
      return create(...args);
    },
  });
  return held;
}

/** The document that `load` sends for people. */
async function createQuery(pipeline: Pipeline, fields: readonly string[]): Promise<string> {
  const person = (await pipeline.context.target.schema()).objects.get('person');
  if (person === undefined) throw new Error('the workspace has no people');
  return operationsOf(person).create(selectionOf(person, fields));
}

/** A bucket of `limit` per minute is full again after a minute and a little. */
async function refill(limitPerMinute: number): Promise<void> {
  const isTight = limitPerMinute < 10 * 4 * CALLS;
  if (isTight) await new Promise((resume) => setTimeout(resume, 65_000));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function figuresOf(rounds: readonly Round[], limitPerMinute: number): Figure[] {
  const total = (of: (round: Round) => number) => rounds.reduce((sum, round) => sum + of(round), 0);
  const ratio = total(({ bare }) => bare) / total(({ load }) => load);
  const each = rounds.map(({ load, bare }) => bare / load);
  const perSecond = (seconds: number) =>
    `${Math.round((rounds.length * 2 * CALLS * BATCH) / seconds)} records/s`;
  const spread = `${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)} over ${rounds.length} rounds`;
  return [
    measured('load over bare loop, real Twenty', ratio.toFixed(2), `>= ${GOAL.toFixed(2)}`, ratio >= GOAL),
    information('  spread', `${spread}, server limit ${limitPerMinute} a minute`),
    information('  load', perSecond(total(({ load }) => load))),
    information('  bare loop', perSecond(total(({ bare }) => bare))),
  ];
}
