import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask, CREATE_COMPANIES, CREATE_PEOPLE, idOf, rowsOf } from './ask-double.ts';

let double: TwentyDouble;
beforeAll(async () => {
  double = await startTwentyDouble({ listen: false, limiter: 'off', seed: 'empty' });
  const names = ['c', 'a', null, 'b', 'a', null, 'd'];
  await ask(double, CREATE_COMPANIES, { d: names.map((name, index) => ({ id: idOf(index + 1), name })) });
});
afterAll(() => double.close());

async function pages(orderBy: string, node: string): Promise<string[]> {
  const seen: string[] = [];
  let after: unknown = null;
  for (let turn = 0; turn < 20; turn += 1) {
    const query = `query($a:String){companies(first:2,after:$a${orderBy}){pageInfo{hasNextPage endCursor} edges{node{${node}}}}}`;
    const result = await ask(double, query, { a: after });
    seen.push(...rowsOf(result, 'companies').map(({ id }) => String(id)));
    const page = result.data?.companies;
    const info = typeof page === 'object' && page !== null && 'pageInfo' in page ? page.pageInfo : null;
    if (typeof info !== 'object' || info === null || !('hasNextPage' in info) || info.hasNextPage !== true)
      break;
    after = 'endCursor' in info ? info.endCursor : null;
  }
  return seen;
}

describe('paging', () => {
  it('sees every record once in id order', async () => {
    expect(await pages('', 'id')).toEqual([1, 2, 3, 4, 5, 6, 7].map(idOf));
  });

  it('loses records when the ordered field can be empty, and goes wrong when it is not selected', async () => {
    expect(new Set(await pages(',orderBy:[{name:AscNullsLast}]', 'id name')).size).toBeLessThan(7);
    expect(await pages(',orderBy:[{name:DescNullsLast}]', 'id')).not.toHaveLength(7);
  });
});

describe('filters', () => {
  it('take one operator per field', async () => {
    const result = await ask(
      double,
      '{companies(filter:{createdAt:{gte:"2020-01-01",lt:"2021-01-01"}}){totalCount}}',
    );
    expect(result.errors?.[0]?.message).toBe('Filter for field "createdAt" must have exactly one operator');
  });

  it.each([
    ['{name:{eq:""}}', 2],
    ['{name:{neq:"a"}}', 3],
    ['{or:[{name:{eq:"a"}},{name:{eq:"d"}}]}', 3],
    ['{and:[{name:{gte:"b"}},{not:{name:{like:"%d%"}}}]}', 2],
    [`{id:{in:["${idOf(1)}","${idOf(99)}"]}}`, 1],
  ])('%s finds %i', async (filter, count) => {
    const result = await ask(double, `{companies(filter:${filter}){totalCount}}`);
    expect(result.data?.companies).toEqual({ totalCount: count });
  });

  it('hide the trash unless they name it', async () => {
    await ask(double, `mutation{deleteCompany(id:"${idOf(7)}"){id}}`);
    const count = async (filter: string) =>
      (await ask(double, `{companies(filter:${filter}){totalCount}}`)).data?.companies;
    expect(await count('{}')).toEqual({ totalCount: 6 });
    expect(await count('{deletedAt:{is:NOT_NULL}}')).toEqual({ totalCount: 1 });
    expect(await count('{or:[{deletedAt:{is:NULL}},{deletedAt:{is:NOT_NULL}}]}')).toEqual({ totalCount: 7 });
  });
});

describe('selections', () => {
  it('answer null for a field that is not there, under the field name whatever the alias', async () => {
    const result = await ask(double, `{c:company(filter:{id:{eq:"${idOf(1)}"}}){x:name nosuch}}`);
    expect(result).toEqual({ data: { c: { name: 'c', nosuch: null } } });
  });

  it('hide a pointer to a trashed record when the relation stands next to it', async () => {
    await ask(double, CREATE_PEOPLE, { d: [{ id: idOf(50), companyId: idOf(7) }] });
    const person = async (fields: string) =>
      (await ask(double, `{person(filter:{id:{eq:"${idOf(50)}"}}){${fields}}}`)).data?.person;
    expect(await person('companyId')).toEqual({ companyId: idOf(7) });
    expect(await person('companyId company{id}')).toEqual({ companyId: null, company: null });
  });
});

describe('requests', () => {
  it.each([
    ['{companyzz{id}}', 'Cannot query field "companyzz" on type "Query".'],
    [
      '{companies{totalCount} __typename}',
      'This query cannot be executed as a single request. Please split it into separate queries.',
    ],
    ['{a:companies{totalCount} b:companies{totalCount}}', 'Duplicate root resolver: "companies"'],
    ['{companies(foo:1){totalCount}}', 'Argument not allowed: foo'],
  ])('%s is refused', async (query, message) => {
    expect((await ask(double, query)).errors?.[0]?.message).toBe(message);
  });

  it('are refused with 500 above 10 MiB and 400 when malformed', async () => {
    const headers = { authorization: `Bearer ${double.apiKey}` };
    const large = await double.handle('/graphql', headers, 'x'.repeat(10 * 1024 * 1024 + 1));
    expect(large).toEqual({ status: 500, body: '"request entity too large"' });
    expect((await double.handle('/graphql', headers, '{bad')).status).toBe(400);
  });

  it('answer __type from the model as it is now', async () => {
    const result = await ask(double, '{__type(name:"Currency"){fields{name}}}');
    expect(result.data).toEqual({ __type: { fields: [{ name: 'amountMicros' }, { name: 'currencyCode' }] } });
  });
});
