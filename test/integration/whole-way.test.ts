import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runApplySchema } from '../../worker/stages/apply-schema.ts';
import { runApprove } from '../../worker/stages/approve.ts';
import { retryDeadLetters } from '../../worker/stages/dead-letters.ts';
import { runLoad } from '../../worker/stages/load.ts';
import { runPlan } from '../../worker/stages/plan.ts';
import { runSample } from '../../worker/stages/sample.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { type ExportTruth, generateExport } from '../fixtures/generate-export.ts';
import { SMALL_REST } from '../fixtures/rest-records.ts';
import { comparable, unlike } from '../support/comparable.ts';
import { type Pipeline, runOnDouble } from '../support/pipeline.ts';
import { withStorage } from '../support/storage.ts';

describe('an export with every trouble, the whole way', () => {
  let folder: string;
  let double: TwentyDouble;
  let before: unknown;
  let stagesBefore: Map<unknown, unknown>;
  let truth: ExportTruth;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-whole-way-'));
    truth = await generateExport(join(folder, 'export'), {
      seed: 5,
      owners: 6,
      companies: 140,
      contacts: 200,
      deals: 130,
      rest: SMALL_REST,
      troubles: 'all',
    });
    double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
    before = withStorage(double);
    stagesBefore = stages(double);
    pipeline = await runOnDouble(double, {
      exportDir: join(folder, 'export'),
      instance: 'whole',
      upTo: 'reconcile',
    });
  }, 300_000);

  afterAll(async () => {
    await pipeline?.close();
    await double?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('ends each source row in exactly one outcome; they add up to the rows read', () => {
    const outcomes = pipeline.results.reconcile?.outcomes ?? {};
    expect(Object.keys(truth.rows).length).toBeGreaterThan(12);
    for (const [object, rows] of Object.entries(truth.rows)) {
      const sum = Object.values(outcomes[object] ?? {}).reduce((total, n) => total + n, 0);
      expect([object, sum]).toEqual([object, rows]);
    }
  });

  it('hangs notes, tasks and files on what they belong to', () => {
    const { tables } = double.dump();
    const linked = (table: string, ...columns: readonly string[]) =>
      (tables[table] ?? []).filter((row) => columns.every((column) => typeof row[column] === 'string'))
        .length;
    expect(linked('noteTarget', 'noteId', 'targetPersonId')).toBeGreaterThan(10);
    expect(linked('noteTarget', 'noteId', 'targetCompanyId')).toBeGreaterThan(10);
    expect(linked('taskTarget', 'taskId', 'targetOpportunityId')).toBeGreaterThan(10);
    expect(linked('attachment', 'targetEquipmentId')).toBeGreaterThan(0);
    expect(linked('equipmentUsersLink', 'equipmentId', 'contactsId')).toBeGreaterThan(50);
    const types = new Set((tables['task'] ?? []).map(({ activityType }) => activityType));
    for (const type of ['CALL', 'EMAIL', 'MEETING']) expect(types).toContain(type);
  });

  it('leaves clinical records and their files where they are', async () => {
    const { snapshotId, id } = await pipeline.migration();
    const outcomes = await pipeline.ledger.records.outcomes(id, 'attachments', { afterRow: 0, limit: 1000 });
    const excluded = outcomes.filter(({ outcome }) => outcome === 'excluded');
    expect(excluded.length).toBeGreaterThan(0);
    const rows = await pipeline.ledger.snapshots.rowsAt(
      snapshotId ?? '',
      'attachments',
      excluded.map(({ row }) => row),
    );
    for (const { fields } of rows)
      expect(Object.keys(fields).toSorted()).toEqual(['id', 'parent_id', 'parent_object']);
  });

  it('leaves nothing unexplained, in the sample and in reconciliation', () => {
    expect(pipeline.results.sample?.differences).toBe(0);
    expect(pipeline.results.reconcile?.unexplained).toBe(0);
  });

  it('keeps the stage of every record that was there', () => {
    const after = stages(double);
    for (const [id, stage] of stagesBefore) expect(after.get(id)).toBe(stage);
  });

  it('puts the automations on again', async () => {
    const triggers = double.dump().tables['workflowAutomatedTrigger'] ?? [];
    expect(triggers.length).toBeGreaterThan(0);
    for (const trigger of triggers) expect(trigger['deletedAt'] ?? null).toBeNull();
    const moved = (double.dump().tables['workflowRun'] ?? []).length;
    expect(moved).toBe(0);
  });

  it('carries no customer value in the audit trail', async () => {
    const { id } = await pipeline.migration();
    const entries = await pipeline.ledger.trail.read(id, { afterSeq: 0, limit: 20_000 });
    expect(entries.length).toBeGreaterThan(400);
    const text = JSON.stringify(entries);
    for (const row of await pipeline.ledger.snapshots.rows(
      (await pipeline.migration()).snapshotId ?? '',
      'contacts',
      { afterRow: 0, limit: 200 },
    )) {
      const email = (row.fields['email'] ?? '').trim();
      if (email.length > 8) expect(text).not.toContain(email);
    }
  });

  it('gives the workspace back', async () => {
    const { rollback } = await pipeline.to('rollback');
    expect(rollback).toMatchObject({ verified: true, kept: [] });
    await double.settled();
    expect(unlike(before, withStorage(double))).toEqual([]);
  }, 300_000);
});

describe('between plan and load', () => {
  let folder: string;
  let double: TwentyDouble;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-between-'));
    await generateExport(join(folder, 'export'), {
      seed: 6,
      owners: 3,
      companies: 40,
      contacts: 60,
      deals: 30,
      troubles: 'none',
    });
    double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
    pipeline = await runOnDouble(double, {
      exportDir: join(folder, 'export'),
      instance: 'between',
      upTo: 'sample',
      sampleSize: 5,
    });
  }, 300_000);

  afterAll(async () => {
    await pipeline?.close();
    await double?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('a record that a user makes meanwhile is found by the refused write and not overwritten', async () => {
    const { id, snapshotId } = await pipeline.migration();
    const items = await pipeline.ledger.work.items(id, { after: 0, limit: 1000 });
    const item = items.find((candidate) => candidate.object === 'contacts' && !candidate.sample);
    const [row] = await pipeline.ledger.snapshots.rowsAt(snapshotId ?? '', 'contacts', [item?.row ?? 0]);
    const email = (row?.fields['email'] ?? '').trim().toLowerCase();
    expect(email).not.toBe('');
    const made = await graphql(double, 'mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', {
      d: [{ emails: { primaryEmail: email }, jobTitle: 'As the user wrote it' }],
    });
    const { load } = await pipeline.to('load');
    expect(load?.complete).toBe(true);
    const [outcome] = (
      await pipeline.ledger.records.outcomes(id, 'contacts', { afterRow: (item?.row ?? 1) - 1, limit: 1 })
    ).filter(({ row: at }) => at === item?.row);
    expect(outcome).toMatchObject({ outcome: 'updated', reason: 'LATE_MATCH' });
    const people = double.dump().tables['person'] ?? [];
    const theirs = people.filter((person) => JSON.stringify(person['emails']).includes(email));
    expect(theirs).toHaveLength(1);
    expect(theirs[0]).toMatchObject({
      jobTitle: 'As the user wrote it',
      visualPracticeId: `between:${item?.sourceId}`,
    });
    expect(JSON.stringify(made)).toContain(String(theirs[0]?.['id']));
    expect((await pipeline.to('reconcile')).reconcile?.unexplained).toBe(0);
  }, 120_000);
});

describe('dead letters', () => {
  it('go in with a corrected value, and what refers to them is linked then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vp-letters-'));
    const double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
    const file = (name: string, text: string) => writeFile(join(folder, 'export', name), text);
    await mkdir(join(folder, 'export'));
    await file('owners.csv', 'id,email,first_name,last_name,active,role\n');
    await file('pipelines.csv', 'pipeline,stage,position,probability,outcome\nSales,New,1,10,open\n');
    await file('companies.csv', 'id,name,parent_company_id\nc1,Parent Eye Care,\n');
    await file('contacts.csv', 'id,first_name,last_name,email\np1,Ann,Lee,ann@letters.example\n');
    await file('deals.csv', 'id,name,pipeline,stage,company_id\nd1,Lenses,Sales,Lost in space,c1\n');
    await file('notes.csv', 'id,title,body\nn1,A note on nothing,It is a record all the same\n');
    const pipeline = await runOnDouble(double, {
      exportDir: join(folder, 'export'),
      instance: 'letters',
      upTo: 'load',
      sampleSize: 1,
      answers: { 'option.stages.Sales/Lost in space': 'dead-letter' },
    });
    const { context, migration, ledger } = pipeline;
    const { id } = await migration();
    expect(await ledger.records.deadLetters(id)).toMatchObject([
      { object: 'deals', sourceId: 'd1', reason: { code: 'UNCONVERTIBLE', field: 'stage' } },
    ]);
    const stray = [{ object: 'deals', row: 9, fields: { stage: 'New' } }];
    await expect(retryDeadLetters(context, await migration(), stray)).rejects.toMatchObject({
      code: 'USAGE',
    });
    const fixes = [{ object: 'deals', row: 1, fields: { stage: 'New' } }];
    const retried = await retryDeadLetters(context, await migration(), fixes);
    expect(retried).toEqual({ retried: 1, resolved: 1, remaining: 0, linked: 0, notLinked: [] });
    const deal = (double.dump().tables['opportunity'] ?? []).find(
      (row) => row['visualPracticeId'] === 'letters:d1',
    );
    expect(deal).toMatchObject({ name: 'Lenses', pipeline: 'Sales' });
    const trail = await ledger.trail.read(id, { afterSeq: 0, limit: 1000 });
    expect(trail.find(({ operation }) => operation === 'fix')).toMatchObject({
      detail: { columns: ['stage'] },
    });
    const { reconcile } = await pipeline.to('reconcile');
    expect(reconcile?.unexplained).toBe(0);
    expect(reconcile?.outcomes).toMatchObject({ notes: { created: 1 }, deals: { created: 1 } });
    await pipeline.close();
    await double.close();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);
});

describe('gates', () => {
  it('nothing is written before the approvals, and each refusal says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vp-gates-'));
    const double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
    await generateExport(join(folder, 'export'), {
      seed: 8,
      owners: 3,
      companies: 10,
      contacts: 10,
      deals: 5,
      troubles: 'none',
    });
    const before = comparable(double.dump());
    const pipeline = await runOnDouble(double, {
      exportDir: join(folder, 'export'),
      instance: 'gates',
      upTo: 'audit',
    });
    const { context, migration } = pipeline;
    const options = { decisions: null, acceptDefaults: true, keepAutomations: false, irreversible: false };
    const refused = (code: string) => ({ code, exitCode: 3 });
    await expect(runApplySchema(context, await migration())).rejects.toMatchObject(refused('STATE_FORBIDS'));
    const { digest } = await runPlan(context, await migration(), options);
    await expect(runApplySchema(context, await migration())).rejects.toMatchObject(refused('NOT_APPROVED'));
    const wrong = { kind: 'plan' as const, digest: 'f'.repeat(64), by: 'a@practice.example' };
    await expect(runApprove(context, await migration(), wrong)).rejects.toMatchObject(
      refused('DIGEST_MISMATCH'),
    );
    await runApprove(context, await migration(), { ...wrong, digest });
    // The same decisions make the same digest; another decision makes another, and the approval does not cover it.
    expect((await runPlan(context, await migration(), options)).digest).toBe(digest);
    const other = await runPlan(context, await migration(), { ...options, keepAutomations: true });
    expect(other.digest).not.toBe(digest);
    await expect(runApplySchema(context, await migration())).rejects.toMatchObject(
      refused('DIGEST_MISMATCH'),
    );
    await expect(runSample(context, await migration(), { size: 5 })).rejects.toMatchObject(
      refused('DIGEST_MISMATCH'),
    );
    await expect(runLoad(context, await migration())).rejects.toMatchObject(refused('DIGEST_MISMATCH'));
    expect(unlike(before, comparable(double.dump()))).toEqual([]);
    await pipeline.close();
    await double.close();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);
});

function stages(double: TwentyDouble): Map<unknown, unknown> {
  return new Map((double.dump().tables['opportunity'] ?? []).map((row) => [row['id'], row['stage']]));
}

async function graphql(double: TwentyDouble, query: string, variables: object): Promise<unknown> {
  const answer = await fetch(`${double.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}
