import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../worker/domain/clock.ts';
import { loadMappings } from '../../../../worker/mapping/files.ts';
import { runReconcile } from '../../../../worker/stages/reconcile.ts';
import { renderReconciliationHtml } from '../../../../worker/stages/report/reconciliation-html.ts';
import type { StageContext } from '../../../../worker/stages/stage.ts';
import type { TargetRecord } from '../../../../worker/twenty/target.ts';
import { createTwentyTarget } from '../../../../worker/twenty/twenty-target.ts';
import type { TwentyDouble } from '../../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../../doubles/twenty/server.ts';
import { type ExportTruth, generateExport } from '../../../fixtures/generate-export.ts';
import { type Pipeline, runOnDouble } from '../../../support/pipeline.ts';
import { silentLogger } from '../../../support/silent-logger.ts';

let dir: string;
let double: TwentyDouble;
let pipeline: Pipeline;
let truth: ExportTruth;
let context: StageContext;
let people: TargetRecord[];

const reconcile = async () => runReconcile(context, await pipeline.migration());
const records = () => context.target.records;
const causesOf = async () => (await reconcile()).causes;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reconcile-'));
  double = await startTwentyDouble({ limiter: 'off' });
  const size = { seed: 3, owners: 5, companies: 60, contacts: 60, deals: 60 };
  truth = await generateExport(dir, { ...size, troubles: 'demo' });
  const server = { url: double.url, apiKey: double.apiKey };
  pipeline = await runOnDouble(double, {
    exportDir: dir,
    instance: 'clinic',
    upTo: 'load',
    sampleSize: 10,
  });
  const { ledger } = pipeline;
  context = {
    ledger,
    target: createTwentyTarget({ ...server, budget: ledger.budget, clock: systemClock, log: silentLogger }),
    mappings: await loadMappings('mappings/visual-practice'),
    clock: systemClock,
    log: silentLogger,
    actor: 'test',
    holder: 'test',
    signal: new AbortController().signal,
    progress: () => {},
  };
  people = [];
  const fields = ['visualPracticeId', 'jobTitle', 'createdAt', 'updatedAt'];
  const filter = { visualPracticeId: { startsWith: 'clinic:' }, createdBy: { source: { eq: 'IMPORT' } } };
  for await (const page of records().scan('person', { fields, filter })) people.push(...page);
}, 120_000);

afterAll(async () => {
  await context.target.close();
  await pipeline.close();
  await double.close();
  await rm(dir, { recursive: true, force: true });
});

/** A person that the migration created, and that no other test touches. */
function person(at: number): TargetRecord {
  const found = people[at];
  if (found === undefined) throw new Error('too few people');
  return found;
}

describe('a load that nobody disturbed', () => {
  test('is reconciled: every row has one outcome, every cell is accounted for, nothing is unexplained', async () => {
    const report = await reconcile();
    expect(report.causes).toEqual({});
    expect(report.unexplained).toBe(0);
    expect((await pipeline.migration()).state).toBe('reconciled');
    for (const [object, rows] of Object.entries(truth.rows)) {
      const sum = Object.values(report.outcomes[object] ?? {}).reduce((total, n) => total + n, 0);
      expect([object, sum]).toEqual([object, rows]);
    }
    for (const { columns } of report.coverage) for (const { lost } of columns) expect(lost).toBe(0);
    expect(report.sums.flatMap(({ groups }) => groups).every(({ difference }) => difference === '0')).toBe(
      true,
    );
    expect(report.options.every(({ inOrder, missing }) => inOrder && missing.length === 0)).toBe(true);
  });

  test('is stored with its digest, and in the trail', async () => {
    const report = await reconcile();
    const stored = await context.ledger.migrations.document(
      (await pipeline.migration()).id,
      'reconciliation',
    );
    expect(stored?.digest).toBe(report.digest);
    expect((await reconcile()).digest).toBe(report.digest);
    const trail = await context.ledger.trail.read((await pipeline.migration()).id, {
      afterSeq: 0,
      limit: 10_000,
    });
    expect(trail.findLast(({ operation }) => operation === 'reconcile')).toMatchObject({
      outcome: 'done',
      afterDigest: report.digest,
    });
  });
});

describe('what happened to Twenty since', () => {
  test('an edit is drift, with the editor; the migration stays reconciled', async () => {
    await records().updateSame('person', [person(0).id], { jobTitle: 'Edited since' }, { fields: [] });
    const report = await reconcile();
    expect(report.unexplained).toBe(0);
    const entry = report.drift.listed.find(({ twentyId }) => twentyId === person(0).id);
    expect(entry).toMatchObject({ by: 'api', fields: expect.arrayContaining(['jobTitle']) });
    expect(entry?.who).not.toBe('');
    expect(report.adminBy.DRIFT).toBe(1);
  });

  test('a record in the trash is drift', async () => {
    await records().softDelete('person', [person(1).id]);
    const report = await reconcile();
    expect(report.causes).toEqual({});
    expect(report.drift.listed.find(({ twentyId }) => twentyId === person(1).id)?.fields).toContain(
      'deletedAt',
    );
    await records().restore('person', [person(1).id]);
  });

  test('a difference without a later write is unexplained, and takes the migration back to loaded', async () => {
    const { id, updatedAt, jobTitle } = person(2);
    await records().updateSame('person', [id], { jobTitle: 'Tampered', updatedAt }, { fields: [] });
    const report = await reconcile();
    expect(report.causes).toMatchObject({ FIELD_DIFFERENT: 1 });
    expect(report.differences.listed).toMatchObject([
      { twentyId: id, field: 'jobTitle', found: 'Tampered', verdict: 'different' },
    ]);
    expect((await pipeline.migration()).state).toBe('loaded');
    expect(renderReconciliationHtml(report)).toContain('without an explanation');
    await records().updateSame('person', [id], { jobTitle: jobTitle ?? null, updatedAt }, { fields: [] });
    expect(await causesOf()).toEqual({});
  });

  test('a record that Twenty no longer has is unexplained', async () => {
    await records().destroy('person', [person(3).id]);
    const report = await reconcile();
    expect(report.causes.RECORD_MISSING).toBe(1);
    expect(report.counts.find(({ targetObject }) => targetObject === 'person')?.unknown.total).toBe(0);
  });

  test('a record with an identity of ours that the ledger does not know is unexplained', async () => {
    const id = '5e2b6f0c-6f3d-5c8e-9b4a-2d1f7c0a9e00';
    await records().create('company', [{ id, name: 'Doubled', visualPracticeId: 'clinic:doubled' }], {
      fields: [],
    });
    const report = await reconcile();
    expect(report.causes.COUNT_DIFFERENT).toBe(1);
    expect(report.counts.find(({ targetObject }) => targetObject === 'company')?.unknown.listed).toEqual([
      id,
    ]);
  });
});

test('a migration that is still loading is refused', async () => {
  const migration = await pipeline.migration();
  await expect(runReconcile(context, { ...migration, state: 'loading' })).rejects.toMatchObject({
    code: 'STATE_FORBIDS',
  });
});
