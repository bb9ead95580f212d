import { describe, expect, it } from 'vitest';
import { VpError } from '../../../worker/domain/errors.ts';
import { createSchemaCache } from '../../../worker/twenty/schema.ts';
import { scriptedApi } from './scripted-api.ts';

const field = (name: string, more: object = {}) => ({
  id: `id-${name}`,
  name,
  label: name,
  type: 'TEXT',
  ...more,
});

const page = (objects: readonly object[], next: string | null = null) => ({
  kind: 'ok' as const,
  data: {
    objects: {
      pageInfo: { hasNextPage: next !== null, endCursor: next },
      edges: objects.map((node) => ({ node })),
    },
  },
});

const object = (name: string, more: object) => ({
  id: name,
  nameSingular: name,
  namePlural: `${name}s`,
  ...more,
});

describe('schema', () => {
  it('reads every page once, and again on demand', async () => {
    const { api, calls } = scriptedApi((call) =>
      call.variables?.after === 'p2'
        ? page([object('b', { fieldsList: [] })])
        : page([object('a', { fieldsList: [field('name')] })], 'p2'),
    );
    const cache = createSchemaCache(api);
    const [schema] = await Promise.all([cache.get(), cache.get()]);
    expect([...schema.objects.keys()]).toEqual(['a', 'b']);
    expect(calls).toHaveLength(2);
    await cache.get({ fresh: true });
    expect(calls).toHaveLength(4);
  });

  it('tells own fields by the application that brought the standard ones', async () => {
    const { api } = scriptedApi(() =>
      page([
        object('workspaceMember', { applicationId: 'standard', fieldsList: [] }),
        object('company', {
          applicationId: 'standard',
          fieldsList: [
            field('name', { applicationId: 'standard' }),
            field('own', { applicationId: 'other' }),
          ],
        }),
      ]),
    );
    const company = (await createSchemaCache(api).get()).objects.get('company');
    expect([
      company?.isCustom,
      company?.fields.get('name')?.isCustom,
      company?.fields.get('own')?.isCustom,
    ]).toEqual([false, false, true]);
  });

  it('makes a field of each target of a morph relation', async () => {
    const morph = (target: string) => ({
      type: 'MANY_TO_ONE',
      targetObjectMetadata: { nameSingular: target },
      targetFieldMetadata: { name: 'noteTargets' },
    });
    const target = field('target', {
      type: 'MORPH_RELATION',
      morphRelations: [morph('company'), morph('ownThing')],
    });
    const { api } = scriptedApi(() => page([object('noteTarget', { fieldsList: [target] })]));
    const { objects } = await createSchemaCache(api).get();
    const fields = [...(objects.get('noteTarget')?.fields.values() ?? [])];
    expect(fields.map(({ name, relation }) => [name, relation?.targetObject, relation?.joinColumn])).toEqual([
      ['targetCompany', 'company', 'targetCompanyId'],
      ['targetOwnThing', 'ownThing', 'targetOwnThingId'],
    ]);
  });

  it('asks a server that lacks one of the names what it has, and makes do with that', async () => {
    const unknown = new VpError('TWENTY_INCOMPATIBLE', { what: 'applicationId', todo: '' });
    const { api, calls } = scriptedApi((call) => {
      if (call.query.includes('__type')) {
        const fields = (...names: string[]) => ({ fields: names.map((name) => ({ name })) });
        return {
          kind: 'ok',
          data: {
            object: fields('id', 'nameSingular', 'namePlural', 'isCustom', 'fields'),
            field: fields('id', 'name', 'label', 'type', 'isCustom'),
          },
        };
      }
      if (call.query.includes('applicationId')) throw unknown;
      const fields = { edges: [{ node: field('own', { isCustom: true }) }] };
      return page([object('company', { isCustom: false, fields })]);
    });
    const company = (await createSchemaCache(api).get()).objects.get('company');
    expect([company?.isCustom, company?.fields.get('own')?.isCustom]).toEqual([false, true]);
    expect(calls).toHaveLength(3);
  });

  it('forgets a reading that failed', async () => {
    let broken = true;
    const { api } = scriptedApi(() => {
      if (broken) throw new Error('down');
      return page([]);
    });
    const cache = createSchemaCache(api);
    await expect(cache.get()).rejects.toThrow('down');
    broken = false;
    expect((await cache.get()).objects.size).toBe(0);
  });
});
