import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import { runPipeline } from '../support/pipeline.ts';
import type { Figure } from './figure.ts';

const SIZE = { owners: 3, companies: 20_000, contacts: 100_000, deals: 200 };
const BATCH = 200;

/** The whole way to the end of load on clean data: calls per full batch, and nothing asked of Twenty in between. */
export async function benchBatches(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-bench-'));
  const double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
  await generateExport(join(folder, 'export'), { seed: 3, ...SIZE, troubles: 'none' });
  const seconds: Record<string, number> = {};
  let at = Date.now();
  const lap = (name: string) => {
    seconds[name] = (Date.now() - at) / 1000;
    at = Date.now();
  };
  const source = {
    exportDir: join(folder, 'export'),
    url: double.url,
    apiKey: double.apiKey,
    dataDir: join(folder, 'data'),
  };
  const pipeline = await runPipeline({ ...source, instance: 'bench', upTo: 'audit' });
  lap('extract and audit');
  await pipeline.to('schema');
  lap('plan and schema');
  await pipeline.to('sample');
  lap('sample');
  const before = structuredClone(double.counters);
  await pipeline.to('load');
  lap('load');
  const calls = (object: string) =>
    (double.counters.createCalls[object] ?? 0) - (before.createCalls[object] ?? 0);
  const records = (object: string) =>
    (double.counters.recordsCreated[object] ?? 0) - (before.recordsCreated[object] ?? 0);
  const objects = ['company', 'person', 'opportunity'];
  const created = objects.reduce((sum, object) => sum + records(object), 0);
  const createCalls = objects.reduce((sum, object) => sum + calls(object), 0);
  const batches = objects.reduce((sum, object) => sum + Math.ceil(records(object) / BATCH), 0);
  const others = double.counters.rootResolvers - before.rootResolvers - createCalls;
  await pipeline.close();
  await double.close();
  await rm(folder, { recursive: true, force: true });
  const perBatch = createCalls / batches;
  return [
    {
      name: 'create calls per full batch',
      value: perBatch.toFixed(3),
      goal: '<= 1.05',
      met: perBatch <= 1.05,
    },
    { name: 'other calls during load', value: `${others} beside ${createCalls}`, goal: null, met: true },
    {
      name: 'records loaded per second (double, no limit)',
      value: String(Math.round(created / (seconds['load'] ?? 1))),
      goal: null,
      met: true,
    },
    ...Object.entries(seconds).map(
      ([name, s]): Figure => ({
        name: `${name}, ${created} records`,
        value: `${s.toFixed(1)} s`,
        goal: null,
        met: true,
      }),
    ),
  ];
}
