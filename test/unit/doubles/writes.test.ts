import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask, CREATE_COMPANIES, CREATE_PEOPLE, idOf, rowsOf } from './ask-double.ts';

let double: TwentyDouble;
beforeAll(async () => {
  double = await startTwentyDouble({ listen: false, limiter: 'off', seed: 'empty' });
});
afterAll(() => double.close());

const companies = (d: unknown, u = false) => ask(double, CREATE_COMPANIES, { d, u });
const domain = (primaryLinkUrl: string) => ({ primaryLinkUrl });

describe('creating', () => {
  it('writes nothing of a batch with one bad row', async () => {
    const result = await companies([
      { id: idOf(1), name: 'good' },
      { id: idOf(2), name: 42 },
    ]);
    expect(result.errors?.[0]?.message).toBe('Invalid string value 42 for text field "name"');
    expect(
      rowsOf(await ask(double, `{companies(filter:{id:{eq:"${idOf(1)}"}}){edges{node{id}}}}`), 'companies'),
    ).toEqual([]);
  });

  it('puts records without a position first, one before the other', async () => {
    const rows = rowsOf(await companies([{ id: idOf(3) }, { id: idOf(4) }]), 'createCompanies');
    expect(rows.map((row) => row.position)).toEqual([0, -1]);
  });

  it('fails on a NUL byte without a useful word', async () => {
    const result = await companies([{ name: 'a\u0000b' }]);
    expect(result.errors).toEqual([
      { message: 'Data validation error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });

  it('runs roots without an order, so that a child cannot lean on a parent of the same request', async () => {
    const result = await ask(
      double,
      'mutation($c:[C!]!,$p:[P!]!){createCompanies(data:$c){id} createPeople(data:$p){id}}',
      { c: [{ id: idOf(5) }], p: [{ id: idOf(6), companyId: idOf(5) }] },
    );
    expect(result.data).toEqual({ createCompanies: [{ id: idOf(5) }], createPeople: null });
    expect(result.errors?.[0]?.message).toMatch(/^insert or update on table "person" violates foreign key/);
  });
});

describe('upserting', () => {
  it('matches by unique key, keeps the existing id, restores from the trash, and answers updates first', async () => {
    await companies([{ id: idOf(10), name: 'old', domainName: domain('https://Upsert.example/') }]);
    await ask(double, `mutation{deleteCompany(id:"${idOf(10)}"){id}}`);
    const rows = rowsOf(
      await companies(
        [
          { id: idOf(11), name: 'new' },
          { id: idOf(12), name: 'hit', domainName: domain('https://upsert.example') },
        ],
        true,
      ),
      'createCompanies',
    );
    expect(rows.map(({ id, name, deletedAt }) => [id, name, deletedAt])).toEqual([
      [idOf(10), 'hit', null],
      [idOf(11), 'new', null],
    ]);
  });

  it('keeps its updates when the inserts behind them fail', async () => {
    await companies([{ id: idOf(13), name: 'before' }]);
    const twins = [
      { domainName: domain('https://twin.example') },
      { domainName: domain('https://twin.example') },
    ];
    const result = await companies([{ id: idOf(13), name: 'after' }, ...twins], true);
    expect(result.errors?.[0]?.message).toBe('A duplicate entry was detected');
    expect(result.errors?.[0]?.extensions).not.toHaveProperty('conflictingRecordId');
    expect(rowsOf(await ask(double, `{company(filter:{id:{eq:"${idOf(13)}"}}){name}}`), 'company')).toEqual([
      { name: 'after' },
    ]);
  });

  it('refuses an input that means two records', async () => {
    await companies([{ id: idOf(14) }, { id: idOf(15), domainName: domain('https://two.example') }]);
    const result = await companies([{ id: idOf(14), domainName: domain('https://two.example') }], true);
    expect(result.errors?.[0]?.extensions).toMatchObject({
      subCode: 'UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT',
    });
  });

  it('clears what is left out of links, and the primary e-mail, but no other sub-field', async () => {
    await companies([
      { id: idOf(16), domainName: { primaryLinkUrl: 'https://whole.example', primaryLinkLabel: 'label' } },
    ]);
    const [company] = rowsOf(
      await companies([{ id: idOf(16), domainName: domain('https://whole.example') }], true),
      'createCompanies',
    );
    expect(company?.domainName).toEqual({ primaryLinkUrl: 'https://whole.example', primaryLinkLabel: '' });
    const people = (emails: unknown) =>
      ask(double, CREATE_PEOPLE, { d: [{ id: idOf(17), emails }], u: true });
    await people({ primaryEmail: 'A@whole.example', additionalEmails: ['b@whole.example'] });
    const [kept] = rowsOf(await people({ primaryEmail: 'c@whole.example' }), 'createPeople');
    expect(kept?.emails).toEqual({ primaryEmail: 'c@whole.example', additionalEmails: ['b@whole.example'] });
    const [cleared] = rowsOf(await people({ additionalEmails: ['d@whole.example'] }), 'createPeople');
    expect(cleared?.emails).toEqual({ primaryEmail: '', additionalEmails: ['d@whole.example'] });
  });
});

describe('destroying', () => {
  it('sets person.companyId to null, takes targets along, and frees ids and unique keys', async () => {
    await companies([{ id: idOf(20), domainName: domain('https://gone.example') }]);
    await ask(double, CREATE_PEOPLE, { d: [{ id: idOf(21), companyId: idOf(20) }] });
    await ask(double, 'mutation($n:[N!]!){createNotes(data:$n){id}}', { n: [{ id: idOf(22), title: 'n' }] });
    await ask(double, 'mutation($t:[T!]!){createNoteTargets(data:$t){id}}', {
      t: [{ id: idOf(23), noteId: idOf(22), targetCompanyId: idOf(20) }],
    });
    await ask(double, `mutation{destroyCompany(id:"${idOf(20)}"){id}}`);
    const left = await ask(
      double,
      `{person(filter:{id:{eq:"${idOf(21)}"}}){companyId} noteTargets(filter:{id:{eq:"${idOf(23)}"}}){edges{node{id}}}}`,
    );
    expect(left.data).toEqual({ person: { companyId: null }, noteTargets: { edges: [] } });
    expect(
      (await companies([{ id: idOf(20), domainName: domain('https://gone.example') }])).errors,
    ).toBeUndefined();
    const ids = rowsOf(await ask(double, '{companies{edges{node{id}}}}'), 'companies').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
