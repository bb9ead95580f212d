import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Part } from './target-workbench.ts';

const HOME = {
  nameSingular: 'contractHome',
  namePlural: 'contractHomes',
  labelSingular: 'Contract home',
  labelPlural: 'Contract homes',
};
const COLUMNS = {
  company: 'targetCompanyId',
  person: 'targetPersonId',
  opportunity: 'targetOpportunityId',
  contractHome: 'targetContractHomeId',
} as const;
const OWN_FIELDS = [
  { name: 'contractKey', label: 'Contract key', type: 'TEXT', isUnique: true },
  { name: 'contractAt', label: 'Contract at', type: 'DATE_TIME' },
];

export const morphContract: Part = (bench) => {
  beforeAll(async () => {
    const { model } = bench().target;
    await model.createObject(HOME);
    for (const object of ['noteTarget', 'taskTarget', 'attachment'])
      for (const field of OWN_FIELDS) await model.createField({ object, ...field });
  }, 240_000);
  afterAll(async () => {
    await bench().cleanUp();
    const { model } = bench().target;
    for (const object of ['noteTarget', 'taskTarget', 'attachment'])
      for (const { name } of OWN_FIELDS) await model.deleteField(object, name);
    await model.deleteObject('contractHome');
  }, 240_000);

  const parents = async () => {
    const { make, marker } = bench();
    const named = { name: marker };
    const made = {
      company: await make('company', named),
      person: await make('person', { name: { firstName: marker, lastName: 'x' } }),
      opportunity: await make('opportunity', named),
      contractHome: await make('contractHome', named),
    };
    return Object.entries(COLUMNS).map(([object, column]) => ({
      column,
      id: made[object as keyof typeof COLUMNS].id,
    }));
  };
  const linkedRows = async (linkedId: string) => {
    const rows = [];
    const columns = Object.values(COLUMNS);
    const filter = { linkedRecordId: { eq: linkedId } };
    for await (const page of bench().target.records.scan('timelineActivity', {
      fields: ['name', 'linkedRecordCachedName', ...columns],
      filter,
    }))
      rows.push(...page);
    return rows;
  };

  describe.each([
    ['note', 'noteTarget', 'noteId'],
    ['task', 'taskTarget', 'taskId'],
  ])('of a %s', (object, pieces, column) => {
    it('point at company, person, opportunity and an object of ours, with our id, time, author and fields', async () => {
      const { target, make, id, marker } = bench();
      const activity = await make(object, { title: marker });
      const all = await parents();
      const records = all.map((parent, n) => ({
        id: id(pieces),
        [column]: activity.id,
        [parent.column]: parent.id,
        contractKey: `${marker}/${object}/${n}`,
        contractAt: '2019-05-06T07:08:09.000Z',
        createdAt: '2018-01-01T00:00:00.000Z',
        createdBy: { source: 'IMPORT', name: 'Author' },
        position: n,
      }));
      const fields = [
        column,
        ...Object.values(COLUMNS),
        'contractKey',
        'contractAt',
        'createdAt',
        'createdBy',
        'position',
      ];
      const result = await target.records.create(pieces, records, { fields });
      const byId = new Map(result.kind === 'written' ? result.records.map((one) => [one.id, one]) : []);
      for (const record of records) expect(byId.get(record.id)).toMatchObject(record);
      const taken = await target.records.create(
        pieces,
        [{ id: id(pieces), [column]: activity.id, contractKey: `${marker}/${object}/0` }],
        { fields: [] },
      );
      expect(taken).toMatchObject({ refusal: { reason: 'duplicate', conflictingRecordId: records[0]?.id } });
      const fixed = await target.records.update(
        pieces,
        [{ id: records[0]?.id ?? '', contractAt: '2020-01-01T00:00:00.000Z' }],
        { fields: ['contractAt', 'contractKey'] },
      );
      expect(fixed).toMatchObject({
        records: [{ contractAt: '2020-01-01T00:00:00.000Z', contractKey: `${marker}/${object}/0` }],
      });
      // Each parent's timeline tells of it, and that is how its digestion is known.
      const ids = records.map((record) => record.id);
      expect(await target.automations.digested(pieces, ids, 30_000)).toBe(true);
      const told = await linkedRows(activity.id);
      const rows = told.filter(({ name }) => name === `linked-${object}.created`);
      expect(rows).toHaveLength(all.length);
      expect(new Set(rows.map((row) => row.linkedRecordCachedName))).toEqual(new Set([marker]));
      for (const parent of all)
        expect(rows.filter((row) => row[parent.column] === parent.id)).toHaveLength(1);
      // So does the update, on the timeline of the first, which goes by the same filter.
      await vi.waitFor(
        async () => {
          const updated = (await linkedRows(activity.id)).filter(
            ({ name }) => name === `linked-${object}.updated`,
          );
          expect(updated).toMatchObject([{ [all[0]?.column ?? '']: all[0]?.id }]);
        },
        { timeout: 30_000, interval: 1000 },
      );
    });

    it('are not waited for where the timeline tells nothing of them', async () => {
      const { target, make, id, marker } = bench();
      const activity = await make(object, { title: marker });
      const { id: bare } = await make(pieces, { [column]: activity.id });
      expect(await target.automations.digested(pieces, [bare], 30_000)).toBe(true);
      expect(await target.automations.digested(pieces, [id(pieces)], 0)).toBe(true);
      const company = await make('company', { name: marker });
      const twice = [1, 2].map(() => ({
        id: id(pieces),
        [column]: activity.id,
        targetCompanyId: company.id,
      }));
      await target.records.create(pieces, twice, { fields: [] });
      const ids = twice.map((record) => record.id);
      expect(await target.automations.digested(pieces, ids, 30_000)).toBe(true);
    });

    it('go with the note or task, and with a company, but stay without an object of ours', async () => {
      const { target, make, marker } = bench();
      const activity = await make(object, { title: marker });
      const all = await parents();
      const pieceOf = new Map<string, string>();
      for (const parent of all) {
        const piece = await make(pieces, { [column]: activity.id, [parent.column]: parent.id });
        pieceOf.set(parent.column, piece.id);
      }
      await target.automations.digested(pieces, [...pieceOf.values()], 30_000);
      const home = all.find((parent) => parent.column === COLUMNS.contractHome);
      const company = all.find((parent) => parent.column === COLUMNS.company);
      await target.records.destroyWhere('timelineActivity', { targetContractHomeId: { in: [home?.id] } });
      await target.records.destroy('contractHome', [home?.id ?? '']);
      await target.records.destroy('company', [company?.id ?? '']);
      const left = await target.records.byIds(pieces, [...pieceOf.values()], {
        fields: ['targetContractHome'],
      });
      expect(left.map(({ id }) => id)).not.toContain(pieceOf.get(COLUMNS.company));
      expect(left).toContainEqual({ id: pieceOf.get(COLUMNS.contractHome), targetContractHomeId: null });
      const own = object === 'note' ? 'targetNoteId' : 'targetTaskId';
      expect(await target.automations.digested(object, [activity.id], 30_000)).toBe(true);
      await target.records.destroyWhere('timelineActivity', {
        or: [{ linkedRecordId: { in: [activity.id] } }, { [own]: { in: [activity.id] } }],
      });
      await target.records.destroy(object, [activity.id]);
      expect(await target.records.byIds(pieces, [...pieceOf.values()], { fields: [] })).toEqual([]);
    });
  });

  it('are not waited for where a field of ours looks like a pointer to Twenty, which then tells nothing', async () => {
    const { target, make, marker } = bench();
    const field = { object: 'noteTarget', name: 'contractSourceId', label: 'Contract source', type: 'TEXT' };
    await target.model.createField(field);
    try {
      const note = await make('note', { title: marker });
      const company = await make('company', { name: marker });
      const pointers = { noteId: note.id, targetCompanyId: company.id };
      const { id } = await make('noteTarget', { ...pointers, contractSourceId: marker });
      expect(await target.automations.digested('noteTarget', [id], 0)).toBe(true);
    } finally {
      await target.model.deleteField('noteTarget', 'contractSourceId');
    }
  });

  it('attachments point at them too, with fields of our own, and need no digestion', async () => {
    const { target, make, marker } = bench();
    for (const parent of await parents()) {
      const data = {
        name: marker,
        [parent.column]: parent.id,
        contractKey: `${marker}/${parent.column}`,
        contractAt: '2019-05-06T07:08:09.000Z',
        createdAt: '2018-01-01T00:00:00.000Z',
        createdBy: { source: 'IMPORT', name: 'Author' },
      };
      const made = await make('attachment', data, Object.keys(data));
      expect(made).toMatchObject(data);
      expect(await target.automations.digested('attachment', [made.id], 0)).toBe(true);
    }
  });
};
