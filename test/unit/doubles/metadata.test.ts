import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask, CHANGED_FIELD, CREATE_COMPANIES, idOf, NEW_FIELD, rowsOf } from './ask-double.ts';

let double: TwentyDouble;
beforeEach(async () => {
  double = await startTwentyDouble({ listen: false, limiter: 'off' });
});
afterEach(() => double.close());

const objects = z.object({
  objects: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          id: z.string(),
          nameSingular: z.string(),
          fieldsList: z.array(
            z.object({ id: z.string(), name: z.string(), options: z.array(z.unknown()).nullable() }),
          ),
        }),
      }),
    ),
  }),
});

async function objectNamed(name: string) {
  const query = '{objects(paging:{first:1000}){edges{node{id nameSingular fieldsList{id name options}}}}}';
  const { data } = await ask(double, query, {}, '/metadata');
  const found = objects.parse(data).objects.edges.find(({ node }) => node.nameSingular === name)?.node;
  if (found === undefined) throw new Error(`no object ${name}`);
  return found;
}

async function newField(field: Record<string, unknown>) {
  const { id } = await objectNamed('company');
  return ask(
    double,
    NEW_FIELD,
    { i: { field: { objectMetadataId: id, label: 'Label', ...field } } },
    '/metadata',
  );
}

const stages = async () =>
  rowsOf(await ask(double, '{opportunities{edges{node{id stage updatedAt}}}}'), 'opportunities');

describe('options of a field', () => {
  const change = async (options: unknown) => {
    const stage = (await objectNamed('opportunity')).fieldsList.find(({ name }) => name === 'stage');
    return ask(double, CHANGED_FIELD, { i: { id: stage?.id, update: { options } } }, '/metadata');
  };
  const current = async () =>
    (await objectNamed('opportunity')).fieldsList.find(({ name }) => name === 'stage')?.options ?? [];

  it('leave the records alone when all are sent again with their ids', async () => {
    const before = await stages();
    const result = await change([
      ...(await current()),
      { value: 'LOST', label: 'Lost', color: 'red', position: 9 },
    ]);
    expect(result.errors).toBeUndefined();
    expect(await stages()).toEqual(before);
  });

  it('throw every record back to the default when the ids are left out', async () => {
    const bare = z
      .array(z.object({ value: z.string(), label: z.string(), position: z.number() }))
      .parse(await current());
    await change(bare.map(({ value, label, position }) => ({ value, label, position })));
    expect(new Set((await stages()).map(({ stage }) => stage))).toEqual(new Set(['NEW']));
  });

  it('keep the default among them', async () => {
    const result = await change((await current()).slice(1));
    expect(JSON.stringify(result.errors)).toContain('must be one of the option values');
  });
});

describe('new fields', () => {
  it('take part in records, uniqueness and introspection at once', async () => {
    await newField({ type: 'TEXT', name: 'sourceKey', isUnique: true });
    const key = { sourceKey: 'k' };
    expect((await ask(double, CREATE_COMPANIES, { d: [{ id: idOf(1), ...key }] })).errors).toBeUndefined();
    const again = await ask(double, CREATE_COMPANIES, { d: [key] });
    expect(again.errors?.[0]?.extensions).toMatchObject({ conflictingRecordId: idOf(1) });
    const seen = await ask(double, '{__type(name:"Company"){fields{name}}}');
    expect(JSON.stringify(seen.data)).toContain('sourceKey');
  });

  it('relate an object to itself, with the inverse and a column', async () => {
    const { id } = await objectNamed('company');
    const relationCreationPayload = {
      type: 'MANY_TO_ONE',
      targetObjectMetadataId: id,
      targetFieldLabel: 'Child companies',
      targetFieldIcon: 'IconX',
    };
    await newField({ type: 'RELATION', name: 'parentCompany', relationCreationPayload });
    await ask(double, CREATE_COMPANIES, { d: [{ id: idOf(2), parentCompanyId: idOf(1) }, { id: idOf(1) }] });
    const result = await ask(
      double,
      `{company(filter:{id:{eq:"${idOf(1)}"}}){childCompanies{edges{node{id}}}}}`,
    );
    expect(result.data).toEqual({ company: { childCompanies: { edges: [{ node: { id: idOf(2) } }] } } });
  });

  it.each([
    [{ type: 'TEXT', name: 'type' }, 'INVALID_FIELD_INPUT'],
    [{ type: 'TEXT', name: 'name' }, 'NOT_AVAILABLE'],
    [{ type: 'TEXT', name: 'annualRevenueAmountMicros' }, 'RESERVED_KEYWORD'],
    [{ type: 'RELATION', name: 'x' }, 'INVALID_FIELD_INPUT'],
    [
      { type: 'SELECT', name: 'x', options: [{ value: 'low', label: 'Low', position: 0 }] },
      'INVALID_FIELD_INPUT',
    ],
  ])('%j is refused with %s', async (field, code) => {
    const result = await newField(field);
    expect(result.errors?.[0]?.extensions).toMatchObject({
      code: 'METADATA_VALIDATION_FAILED',
      errors: { fieldMetadata: [{ errors: [{ code }] }] },
    });
  });

  it('go again, and leave no trace in the dump', async () => {
    const before = double.dump();
    const made = z
      .object({ createOneField: z.object({ id: z.string() }) })
      .parse((await newField({ type: 'TEXT', name: 'gone' })).data);
    await ask(
      double,
      'mutation($i:DeleteOneFieldInput!){deleteOneField(input:$i){id}}',
      { i: made.createOneField },
      '/metadata',
    );
    expect(double.dump()).toEqual(before);
  });
});
