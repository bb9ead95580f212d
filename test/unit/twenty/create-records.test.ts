import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Outcome } from '../../../worker/twenty/api.ts';
import { createCreate } from '../../../worker/twenty/create-records.ts';
import { createReads } from '../../../worker/twenty/read-records.ts';
import type { Room } from '../../../worker/twenty/room.ts';
import { parseObjects } from '../../../worker/twenty/schema-parse.ts';
import { scriptedApi } from './scripted-api.ts';

const schema = {
  objects: parseObjects([
    {
      id: 'o',
      nameSingular: 'company',
      namePlural: 'companies',
      labelSingular: '',
      labelPlural: '',
      fieldsList: ['id', 'name'].map((name) => ({ id: name, name, label: '', type: 'TEXT' })),
    },
  ]),
};

/** A server with a table of ids; `answers` decides what becomes of each insert: carried out or not, and what is answered. */
function serverWith(answers: readonly { readonly commits: boolean; readonly outcome?: Outcome }[]) {
  const table = new Set<string>();
  const inserts: string[][] = [];
  const scripted = scriptedApi((call) => {
    if (call.query.startsWith('query')) {
      const filter = JSON.stringify(call.variables?.filter);
      const nodes = [...table]
        .filter((id) => filter.includes(`"${id}"`))
        .map((id) => ({ node: { id, name: id } }));
      return { kind: 'ok', data: { companies: { pageInfo: { hasNextPage: false }, edges: nodes } } };
    }
    const data = z.array(z.object({ id: z.string() })).parse(call.variables?.data);
    const ids = data.map((record) => record.id);
    inserts.push(ids);
    const { commits, outcome } = answers[inserts.length - 1] ?? { commits: true };
    if (commits) for (const id of ids) table.add(id);
    return (
      outcome ?? { kind: 'ok', data: { createCompanies: ids.toReversed().map((id) => ({ id, name: id })) } }
    );
  });
  const room: Room = {
    api: scripted.api,
    schema: { get: async () => schema },
    learned: { batchSize: 200, pageSizes: new Map(), maxFileBytes: 0 },
  };
  const create = createCreate(room, createReads(room).byIds);
  return {
    ...scripted,
    room,
    table,
    inserts,
    create: (ids: string[]) =>
      create(
        'company',
        ids.map((id) => ({ id })),
        { fields: ['name'] },
      ),
  };
}

const LOST: Outcome = { kind: 'lost', code: 'ECONNRESET' };
const refused = (certain: boolean, reason: 'duplicate' | 'unclassified' = 'unclassified'): Outcome => ({
  kind: 'refused',
  certain,
  refusal: { reason, code: 'X' },
});

describe('create', () => {
  it('takes one call and no look-up on clean data', async () => {
    const { create, calls } = serverWith([]);
    expect(await create(['a', 'b'])).toMatchObject({ kind: 'written', recovered: new Set() });
    expect(calls).toHaveLength(1);
  });

  it('finds what was committed but not answered, and sends nothing twice', async () => {
    const { create, inserts } = serverWith([{ commits: true, outcome: LOST }]);
    const result = await create(['a', 'b']);
    expect(result).toMatchObject({ kind: 'written', recovered: new Set(['a', 'b']) });
    expect(result.kind === 'written' && result.records.map((record) => record.id).toSorted()).toEqual([
      'a',
      'b',
    ]);
    expect(inserts).toHaveLength(1);
  });

  it('sends again what was neither committed nor answered, after a pause', async () => {
    const { create, inserts, backOffs } = serverWith([
      { commits: false, outcome: LOST },
      { commits: false, outcome: LOST },
    ]);
    expect(await create(['a'])).toMatchObject({ kind: 'written', recovered: new Set() });
    expect(inserts).toHaveLength(3);
    expect(backOffs).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('recovers when the first attempt commits while the second is refused for it', async () => {
    const { create, table } = serverWith([
      { commits: false, outcome: LOST },
      { commits: true, outcome: refused(true, 'duplicate') },
    ]);
    expect(await create(['a', 'b'])).toMatchObject({ kind: 'written', recovered: new Set(['a', 'b']) });
    expect(table.size).toBe(2);
  });

  it('returns a duplicate that is not ours', async () => {
    const { create } = serverWith([{ commits: false, outcome: refused(true, 'duplicate') }]);
    expect(await create(['a'])).toMatchObject({ kind: 'refused', refusal: { reason: 'duplicate' } });
  });

  it('looks after a crash of the server whether it came after the write', async () => {
    const after = serverWith([{ commits: true, outcome: refused(false) }]);
    expect(await after.create(['a'])).toMatchObject({ kind: 'written', recovered: new Set(['a']) });
    const before = serverWith([{ commits: false, outcome: refused(false) }]);
    expect(await before.create(['a'])).toMatchObject({ kind: 'refused' });
  });

  it('sends a single record a second time after a failed statement, and leaves a batch to bisection', async () => {
    const alone = serverWith([{ commits: false, outcome: refused(true) }]);
    expect(await alone.create(['a'])).toMatchObject({ kind: 'written' });
    expect(alone.inserts).toHaveLength(2);
    const batch = serverWith([{ commits: false, outcome: refused(true) }]);
    expect(await batch.create(['a', 'b'])).toMatchObject({ kind: 'refused' });
    expect(batch.inserts).toHaveLength(1);
  });

  it('adapts to a server that takes fewer records, and remembers it', async () => {
    const { create, inserts, room } = serverWith([{ commits: false, outcome: { kind: 'too-many', max: 2 } }]);
    expect(await create(['a', 'b', 'c'])).toMatchObject({ kind: 'written' });
    expect(inserts.slice(1)).toEqual([['a', 'b'], ['c']]);
    expect(room.learned.batchSize).toBe(2);
  });

  it('stops when an answer never comes', async () => {
    const { create } = serverWith(Array.from({ length: 50 }, () => ({ commits: false, outcome: LOST })));
    await expect(create(['a'])).rejects.toThrow('backed off for ever');
  });
});
