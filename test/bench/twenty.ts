import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { generateExport } from '../fixtures/generate-export.ts';
import { runPipeline } from '../support/pipeline.ts';
import type { Figure } from './figure.ts';

const BATCH = 200;
const LANES = 2;
const BATCHES = 40;
const REFILL_MS = 65_000;
const SETTLE_MS = 5000;

type Person = Readonly<Record<string, unknown>>;

/**
 * Against a real, throw-away Twenty: people per second of `load` over those of a bare loop of the same createPeople calls (same payloads with other ids, same lanes). Both within
 * one full bucket of the rate limit, so that the server and not its limiter is measured; between them the bucket refills.
 */
export async function benchTwenty(url: string, apiKey: string): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-bench-twenty-'));
  await generateExport(join(folder, 'export'), {
    seed: 9,
    owners: 3,
    companies: 20,
    contacts: BATCH * BATCHES + 60,
    deals: 5,
    troubles: 'none',
  });
  const instance = `bench-${Date.now()}`;
  const pipeline = await runPipeline({
    exportDir: join(folder, 'export'),
    dataDir: join(folder, 'data'),
    url,
    apiKey,
    instance,
    upTo: 'sample',
    sampleSize: 30,
  });
  const { id } = await pipeline.migration();
  let first = 0;
  let last = 0;
  let records = 0;
  await pause(REFILL_MS);
  const create = pipeline.context.target.records.create;
  Object.assign(pipeline.context.target.records, {
    create: async (...args: Parameters<typeof create>) => {
      first ||= Date.now();
      const result = await create(...args);
      last = Date.now();
      records += args[1].length;
      return result;
    },
  });
  await pipeline.to('load');
  const loaded = records / ((last - first) / 1000);
  const people = await payloads(pipeline, id);
  await pause(REFILL_MS);
  const { automations, records: twentyRecords } = pipeline.context.target;
  const active = (await automations.list()).filter((automation) => automation.active);
  let bare: number;
  try {
    for (const automation of active) await automations.pause(automation);
    bare = await bareLoop(url, apiKey, people);
  } finally {
    // Whatever happened, the workspace gets back what it was.
    await pause(REFILL_MS);
    await twentyRecords.destroy(
      'person',
      people.map((person) => String(person.id)),
    );
    await pause(SETTLE_MS);
    for (const automation of active) await automations.resume(automation);
    await pipeline.to('rollback');
    await pipeline.close();
    await rm(folder, { recursive: true, force: true });
  }
  const ratio = loaded / bare;
  return [
    { name: 'load over bare loop, real Twenty', value: ratio.toFixed(2), goal: '>= 0.90', met: ratio >= 0.9 },
    { name: 'load, real Twenty', value: `${Math.round(loaded)} records/s`, goal: null, met: true },
    { name: 'bare loop, real Twenty', value: `${Math.round(bare)} records/s`, goal: null, met: true },
  ];
}

/** The very people that `load` wrote, as their base images say, under other ids and keys. */
async function payloads(
  pipeline: Awaited<ReturnType<typeof runPipeline>>,
  migrationId: string,
): Promise<Person[]> {
  const changes = await pipeline.ledger.changes.newest(migrationId, {
    kinds: ['record-created'],
    object: 'person',
    phase: 'load',
    limit: BATCH * BATCHES,
  });
  return changes.map(({ base }, n) => {
    const image = z.record(z.string(), z.unknown()).parse(base);
    const emails = z.object({ primaryEmail: z.string().nullable() }).loose().parse(image['emails']);
    const { deletedAt: _deleted, ...rest } = image;
    return {
      ...rest,
      id: `${n.toString(16).padStart(8, '0')}-bbbb-4bbb-8bbb-${Date.now().toString(16).padStart(12, '0')}`,
      visualPracticeId: `bare:${n}`,
      emails: { ...emails, primaryEmail: emails.primaryEmail ? `bare-${emails.primaryEmail}` : null },
    };
  });
}

async function bareLoop(url: string, apiKey: string, people: readonly Person[]): Promise<number> {
  const query = 'mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id createdAt updatedAt}}';
  let at = 0;
  const started = Date.now();
  const lane = async (): Promise<void> => {
    while (at < people.length) {
      const batch = people.slice(at, at + BATCH);
      at += BATCH;
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { d: batch } }),
      });
      const { data } = z
        .object({ data: z.object({ createPeople: z.array(z.unknown()).nullable() }).nullish() })
        .parse(await answer.json());
      if (data?.createPeople?.length !== batch.length) throw new Error('the bare loop was refused');
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return people.length / ((Date.now() - started) / 1000);
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
