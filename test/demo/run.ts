import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import { runCli } from '../support/cli.ts';
import { unlike } from '../support/comparable.ts';
import { withStorage } from '../support/storage.ts';

/**
 * `npm run demo`: the whole way on embedded defaults. Starts the Twenty double, writes a small export of all ten objects with the troubles that real ones have, and runs the commands
 * that a person would run, to reconcile and rollback. The reports stay in demo-output/ to open.
 */
const OUT = resolve('demo-output');
const EXPORT = join(OUT, 'export');
const DATA = join(OUT, 'data');
const MIGRATION = 'demo';
const BY = 'admin@practice.example';

await rm(OUT, { recursive: true, force: true });
await mkdir(EXPORT, { recursive: true });
const double = await startTwentyDouble({ seed: 'fresh' });
const before = withStorage(double);
await generateExport(EXPORT, {
  seed: 7,
  owners: 6,
  companies: 60,
  contacts: 200,
  deals: 80,
  rest: { activities: 60, notes: 50, tasks: 40, attachments: 50, equipment: 30 },
  troubles: 'demo',
});
const env = { TWENTY_API_URL: double.url, TWENTY_API_KEY: double.apiKey };
let failed = false;

try {
  heading('A Visual Practice export and a fresh Twenty (the double) are ready.');
  await step(['doctor', '--source', `csv:${EXPORT}`], [0]);
  await step(['extract', '--source', `csv:${EXPORT}`, '--instance', 'demo-clinic'], [0]);
  await step(['audit'], [0]);
  await step(['plan'], [0, 3]);
  const planned = z
    .object({ digest: z.string() })
    .parse(JSON.parse((await step(['plan', '--accept-defaults', '--json'], [0])).stdout));
  await step(['approve', '--plan', planned.digest, '--by', BY], [0]);
  await step(['apply-schema'], [0]);
  const sampled = z
    .object({ digest: z.string() })
    .parse(JSON.parse((await step(['sample', '--size', '60', '--json'], [0])).stdout));
  await step(['approve', '--sample', sampled.digest, '--by', BY], [0]);
  await step(['load'], [0]);
  await step(['status'], [0]);
  await step(['dead-letters', 'list'], [0]);
  await step(['reconcile'], [0]);
  await step(['rollback'], [0]);
  const changed = unlike(before, withStorage(double));
  const same = changed.length === 0;
  for (const place of changed.slice(0, 20)) process.stdout.write(`  differs: ${place}\n`);
  heading(
    same
      ? 'After rollback the workspace equals what it was.'
      : 'After rollback the workspace DIFFERS from what it was.',
  );
  failed ||= !same;
} catch (error) {
  failed = true;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
} finally {
  await double.close();
}
const reports = join(DATA, MIGRATION);
heading(
  `Open these: ${['plan.md', 'decisions.yaml', 'sample-diff.html', 'reconciliation.html'].map((name) => join(reports, name)).join('\n            ')}`,
);
process.exitCode = failed ? 1 : 0;

function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

async function step(args: readonly string[], expected: readonly number[]) {
  process.stdout.write(`\n$ npx vp-twenty ${args.join(' ').replaceAll(process.cwd(), '.')}\n`);
  const run = await runCli(args, { env, dataDir: DATA, migration: MIGRATION });
  const lines = run.stdout.trimEnd().split('\n');
  const shown = args.includes('--json')
    ? [`${run.stdout.slice(0, 200).trimEnd()} …`]
    : lines.length > 40
      ? [...lines.slice(0, 38), `… ${lines.length - 38} more lines`]
      : lines;
  process.stdout.write(`${shown.join('\n')}\n`);
  if (run.code === null || !expected.includes(run.code)) {
    throw new Error(`exited ${run.code ?? run.signal}:\n${run.stderr}`);
  }
  return run;
}
