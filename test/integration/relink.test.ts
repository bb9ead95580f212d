import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { imageOf } from '../../worker/engine/drift.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { retryDeadLetters } from '../../worker/stages/dead-letters.ts';
import type { MappingSet } from '../../worker/stages/stage.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { comparable, unlike } from '../support/comparable.ts';
import { type Pipeline, runOnDouble } from '../support/pipeline.ts';

/** c1 has a number that is none, and c1b is merged into it; everybody but p6 hangs on one of the two. p8 is in Twenty already. */
const EXPORT = {
  'owners.csv': ['id,email,first_name,last_name,active,role'],
  'pipelines.csv': ['pipeline,stage,position,probability,outcome', 'Sales,New,1,10,open'],
  'companies.csv': [
    'id,name,website,employee_count,parent_company_id',
    'c1,Bad Number,https://shared.example,many,',
    'c1b,Its Twin,https://shared.example,,',
    'c2,Good Eye,https://good.example,4,',
    'c3,Child,https://child.example,1,c1',
  ],
  'contacts.csv': [
    'id,first_name,last_name,email,company_id',
    'p1,Plain,One,p1@relink.example,c1',
    'p2,Chosen,Otherwise,p2@relink.example,c1',
    'p3,Edited,Elsewhere,p3@relink.example,c1',
    'p4,Of,Twin,p4@relink.example,c1b',
    'p5,In,Trash,p5@relink.example,c1',
    'p6,Other,Company,p6@relink.example,c2',
    'p7,More,Kept,no e-mail at all,c1',
    'p8,Linked,Only,demo@relink.example,c1',
  ],
  'deals.csv': ['id,name,pipeline,stage,company_id', 'd1,Lenses,Sales,New,c1'],
};
const FIX = [{ object: 'companies', row: 1, fields: { employee_count: '12' } }];
const KEEP = 'visualPracticeOriginalText';

let folder: string;
let double: TwentyDouble;
let pipeline: Pipeline;
let before: unknown;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vp-relink-'));
  await mkdir(join(folder, 'export'));
  for (const [name, lines] of Object.entries(EXPORT))
    await writeFile(join(folder, 'export', name), `${lines.join('\n')}\n`);
  double = await startTwentyDouble({ seed: 'empty', limiter: 'off' });
  await graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', {
    d: [{ emails: { primaryEmail: 'demo@relink.example' }, jobTitle: 'Was there' }],
  });
  before = comparable(double.dump());
  pipeline = await runOnDouble(double, {
    exportDir: join(folder, 'export'),
    instance: 'relink',
    upTo: 'load',
    sampleSize: 2,
    answers: { 'unique.companies': 'merge', 'match.contacts': 'link-only' },
    mappings: companiesWithoutNumberAreDead,
  });
}, 120_000);

afterEach(async () => {
  await pipeline?.close();
  await double?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('records that refer to a dead letter', () => {
  it('are linked when it is loaded; what a person did meanwhile stays, and still counts as theirs', async () => {
    const { context, migration, ledger } = pipeline;
    expect(row('person', 'p1')).toMatchObject({ companyId: null, [KEEP]: 'company_id: c1' });
    expect(row('opportunity', 'd1')).toMatchObject({ companyId: null, [KEEP]: 'company_id: c1' });
    const other = row('company', 'c2')['id'];
    await edit('p2', { companyId: other });
    await edit('p3', { jobTitle: 'As the user wrote it' });
    await graphql('mutation($id:UUID!){deletePerson(id:$id){id}}', { id: row('person', 'p5')['id'] });
    const trashed = row('person', 'p5');
    const linkedOnly = row('person', 'p8');

    const result = await retryDeadLetters(context, await migration(), FIX);
    expect(result).toEqual({ retried: 1, resolved: 1, remaining: 0, linked: 6, notLinked: [] });

    const company = row('company', 'c1')['id'];
    expect(row('person', 'p1')).toMatchObject({ companyId: company, [KEEP]: null });
    expect(row('person', 'p2')).toMatchObject({ companyId: other });
    expect(row('person', 'p3')).toMatchObject({
      companyId: company,
      jobTitle: 'As the user wrote it',
      [KEEP]: null,
    });
    expect(row('person', 'p4')).toMatchObject({ companyId: company, [KEEP]: null });
    expect(row('person', 'p5')).toEqual(trashed);
    expect(row('person', 'p6')).toMatchObject({ companyId: other });
    expect(row('person', 'p7')).toMatchObject({ companyId: company, [KEEP]: 'email: no e-mail at all' });
    expect(row('person', 'p8')).toEqual(linkedOnly);
    expect(row('opportunity', 'd1')).toMatchObject({ companyId: company, [KEEP]: null });
    expect(row('company', 'c3')).toMatchObject({ parentCompanyId: company, [KEEP]: null });
    expect(await baseOf('p1')).toMatchObject({ companyId: company, [KEEP]: null });
    // The images do not take in what a person wrote: it must stay visible as drift.
    expect((await baseOf('p3'))['jobTitle']).not.toBe('As the user wrote it');

    const { records } = context.target;
    const update = vi.spyOn(records, 'update');
    expect(await retryDeadLetters(context, await migration(), [])).toMatchObject({
      linked: 0,
      notLinked: [],
    });
    expect(update).not.toHaveBeenCalled();
    expect((await pipeline.to('reconcile')).reconcile?.unexplained).toBe(0);

    const { rollback } = await pipeline.to('rollback');
    const kept = rollback?.kept.map(({ id, why }) => [id, why]) ?? [];
    expect(kept).toContainEqual([row('person', 'p2')['id'], expect.stringContaining('company')]);
    expect(kept).toContainEqual([row('person', 'p3')['id'], expect.stringContaining('jobTitle')]);
    expect(entries(await trail(ledger), 'relink').length).toBe(7);
  }, 120_000);

  it('that Twenty refuses are found one by one and told; the others are linked', async () => {
    const { context, migration, ledger } = pipeline;
    const poison = String(row('person', 'p3')['id']);
    const error = {
      message: 'Invalid value',
      extensions: { code: 'BAD_USER_INPUT', subCode: 'INVALID_ARGS_DATA' },
    };
    const body = JSON.stringify({ data: { createPeople: null }, errors: [error] });
    double.faults.plan = ({ bodyText }) =>
      bodyText.includes('upsert') && bodyText.includes(poison) && bodyText.includes('companyId":"')
        ? { kind: 'answer', status: 200, body }
        : undefined;
    const result = await retryDeadLetters(context, await migration(), FIX);
    expect(result).toMatchObject({ resolved: 1, linked: 7 });
    expect(result.notLinked).toMatchObject([
      { object: 'contacts', row: 3, sourceId: 'p3', twentyId: poison, reason: { code: 'REFUSED' } },
    ]);
    const company = row('company', 'c1')['id'];
    expect(row('person', 'p1')).toMatchObject({ companyId: company });
    expect(row('person', 'p3')).toMatchObject({ companyId: null, [KEEP]: 'company_id: c1' });
    const relinks = entries(await trail(ledger), 'relink');
    expect(relinks.filter(({ outcome }) => outcome === 'refused')).toMatchObject([
      { object: 'contacts', sourceId: 'p3', detail: { code: 'REFUSED' } },
    ]);
    double.faults.plan = null;
    expect(await retryDeadLetters(context, await migration(), [])).toMatchObject({
      linked: 1,
      notLinked: [],
    });
    expect(row('person', 'p3')).toMatchObject({ companyId: company, [KEEP]: null });
    expect((await pipeline.to('reconcile')).reconcile?.unexplained).toBe(0);
  }, 120_000);

  it('are right after a kill between a write and its base image', async () => {
    const { context, migration } = pipeline;
    const { target, ledger } = context;
    let isKilled = false;
    const update = target.records.update;
    Object.assign(target.records, {
      update: async (...args: Parameters<typeof update>) => {
        const result = await update(...args);
        isKilled ||= args[0] === 'person';
        return result;
      },
    });
    const dying: Ledger = {
      ...ledger,
      transaction: (work) => (isKilled ? Promise.reject(new Error('killed')) : ledger.transaction(work)),
    };
    const killed = retryDeadLetters({ ...context, ledger: dying }, await migration(), FIX);
    await expect(killed).rejects.toThrow('killed');
    Object.assign(target.records, { update });
    const company = row('company', 'c1')['id'];
    expect(row('person', 'p1')).toMatchObject({ companyId: company });
    expect((await baseOf('p1'))['companyId']).toBeNull();

    await retryDeadLetters(context, await migration(), []);
    expect(await baseOf('p1')).toMatchObject({ companyId: company, [KEEP]: null });
    expect(row('opportunity', 'd1')).toMatchObject({ companyId: company });
    expect((await pipeline.to('reconcile')).reconcile?.unexplained).toBe(0);
    const { rollback } = await pipeline.to('rollback');
    expect(rollback).toMatchObject({ verified: true, kept: [] });
    await double.settled();
    expect(unlike(before, comparable(double.dump()))).toEqual([]);
  }, 120_000);
});

function companiesWithoutNumberAreDead(reference: MappingSet): MappingSet {
  return {
    ...reference,
    objects: reference.objects.map((mapping) =>
      mapping.kind === 'record' && mapping.object === 'companies'
        ? {
            ...mapping,
            fields: mapping.fields.map((field) =>
              field.to === 'employees' ? { ...field, unconvertible: 'dead-letter' } : field,
            ),
          }
        : mapping,
    ),
  };
}

function row(table: string, sourceId: string): Record<string, unknown> {
  const rows = double.dump().tables[table] ?? [];
  const found = rows.find((one) => one['visualPracticeId'] === `relink:${sourceId}`);
  if (found === undefined) throw new Error(`${table} ${sourceId} is not in Twenty`);
  return { ...found };
}

async function baseOf(sourceId: string): Promise<Readonly<Record<string, unknown>>> {
  const { id } = await pipeline.migration();
  const key = String(row('person', sourceId)['id']);
  const [change] = await pipeline.ledger.changes.ofRecords(id, 'person', [key]);
  return imageOf(change?.base ?? null);
}

async function edit(sourceId: string, data: object): Promise<void> {
  const { id } = row('person', sourceId);
  await graphql('mutation($id:UUID!,$d:PersonUpdateInput!){updatePerson(id:$id,data:$d){id}}', {
    id,
    d: data,
  });
}

async function trail(ledger: Ledger) {
  return ledger.trail.read((await pipeline.migration()).id, { afterSeq: 0, limit: 10_000 });
}

function entries(all: Awaited<ReturnType<typeof trail>>, operation: string) {
  return all.filter((entry) => entry.operation === operation);
}

async function graphql(query: string, variables: object): Promise<void> {
  const answer = await fetch(`${double.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  expect(await answer.text()).not.toContain('"errors"');
}
