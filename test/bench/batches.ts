import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import { type Pipeline, runPipeline } from '../support/pipeline.ts';
import { type Figure, information, measured } from './figure.ts';

const SIZE = {
  owners: 3,
  companies: 20_000,
  contacts: 100_000,
  deals: 200,
  rest: { activities: 20_000, notes: 10_000, tasks: 10_000, attachments: 2_000, equipment: 1_000 },
};
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
  const between = watchCreates(pipeline, double);
  await pipeline.to('load');
  lap('load');
  const calls = (object: string) =>
    (double.counters.createCalls[object] ?? 0) - (before.createCalls[object] ?? 0);
  const records = (object: string) =>
    (double.counters.recordsCreated[object] ?? 0) - (before.recordsCreated[object] ?? 0);
  const objects = Object.keys(double.counters.recordsCreated).filter((object) => records(object) > 0);
  const created = objects.reduce((sum, object) => sum + records(object), 0);
  const createCalls = objects.reduce((sum, object) => sum + calls(object), 0);
  const batches = objects.reduce((sum, object) => sum + Math.ceil(records(object) / BATCH), 0);
  const others = double.counters.rootResolvers - before.rootResolvers - createCalls;
  await pipeline.close();
  await double.close();
  await rm(folder, { recursive: true, force: true });
  const perBatch = createCalls / batches;
  return [
    measured('create calls per full batch', perBatch.toFixed(3), '<= 1.05', perBatch <= 1.05),
    ...objects
      .filter((object) => records(object) >= 5 * BATCH)
      .map((object) => {
        const ratio = calls(object) / Math.ceil(records(object) / BATCH);
        const name = `the same for ${object}, ${records(object)} records`;
        return measured(name, ratio.toFixed(3), '<= 1.05', ratio <= 1.05);
      }),
    measured('other calls from the first create to the last', `${between()}`, '0', between() === 0),
    information('other calls before and after', `${others - between()} beside ${createCalls}`),
    information(
      'records loaded per second (double, no limit)',
      String(Math.round(created / (seconds['load'] ?? 1))),
    ),
    ...Object.entries(seconds).map(([name, s]) =>
      information(`${name}, ${created} records`, `${s.toFixed(1)} s`),
    ),
  ];
}

/** Counts what is asked of the double between the first create call and the last, other than creates: look-ups that a clean load does not need. */
function watchCreates(pipeline: Pipeline, double: TwentyDouble): () => number {
  const { records } = pipeline.context.target;
  const others = () =>
    double.counters.rootResolvers - Object.values(double.counters.createCalls).reduce((sum, n) => sum + n, 0);
  let first: number | null = null;
  let last = 0;
  const create = records.create;
  Object.assign(records, {
    create: async (...args: Parameters<typeof create>) => {
      first ??= others();
      const result = await create(...args);
      last = others();
      return result;
    },
  });
  return () => last - (first ?? 0);
}
