import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../worker/domain/record.ts';
import type { ItemNote } from '../../../../worker/engine/item-note.ts';
import type { LoadTarget } from '../../../../worker/engine/load-run.ts';
import { readFields, type WrittenRow } from '../../../../worker/engine/read-back/read-fields.ts';
import { columnsByKey } from '../../../../worker/engine/read-back/source-cells.ts';
import type { Change } from '../../../../worker/ledger/ledger.ts';
import { objectMappingSchema } from '../../../../worker/mapping/mapping-schema.ts';
import { field, manyToOne, object } from '../target-model.ts';

const WROTE = '2020-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:00.000Z';
const TEXTS = ['visualPracticeId', 'original', 'city', 'jobTitle'];

const mapping = objectMappingSchema.parse({
  object: 'contacts',
  kind: 'record',
  target: 'person',
  identity: 'visualPracticeId',
  keep: 'original',
  times: { created: 'created_at', keepCreated: 'created', keepModified: 'modified' },
  fields: [
    { to: 'name', transform: 'full-name', from: { first: 'first', last: 'last' } },
    { to: 'city', transform: 'text', from: { value: 'town' } },
    { to: 'jobTitle', transform: 'text', from: { value: 'title' } },
  ],
  references: [{ to: 'company', from: 'company_id', object: 'companies' }],
});

function target(): LoadTarget {
  if (mapping.kind !== 'record') throw new Error('not a record mapping');
  const model = object('person', [
    ...TEXTS.map((name) => field(name, 'TEXT')),
    ...['created', 'modified', 'createdAt', 'updatedAt', 'deletedAt'].map((name) => field(name, 'DATE_TIME')),
    field('name', 'FULL_NAME'),
    field('createdBy', 'ACTOR'),
    manyToOne('company', 'company'),
  ]);
  const policy = {
    match: 'update-empty',
    trash: 'free-key',
    sameHost: 'link',
    duplicateIds: 'dead-letter',
    uniqueKeys: 'merge',
  } as const;
  return { mapping, object: model, policy, fields: [...model.fields.keys()] };
}

const row = {
  object: 'contacts',
  row: 4,
  sourceId: 'c4',
  fields: {
    id: 'c4',
    first: 'Ada',
    last: 'Lovelace',
    town: 'Lyon',
    title: '',
    company_id: 'k1',
    created_at: WROTE,
  },
  defects: [],
};
const record = {
  id: 'p1',
  visualPracticeId: 'clinic:c4',
  name: { firstName: 'Ada', lastName: 'Lovelace' },
  city: 'Lyon',
  companyId: 'co1',
  created: WROTE,
  createdAt: WROTE,
  createdBy: { source: 'IMPORT', name: 'Visual Practice' },
};
const stored = { ...record, jobTitle: '', original: '', modified: null, updatedAt: WROTE, deletedAt: null };
const ours = { source: 'API', name: 'our key', workspaceMemberId: null };

interface Story {
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly note?: ItemNote;
  readonly before?: Change['before'];
  readonly base?: Change['base'];
  readonly found: Readonly<Record<string, unknown>>;
  readonly merged?: readonly (typeof row)[];
}

function read({ outcome = 'created', reason, note = {}, found, merged = [], ...images }: Story) {
  const change: Change = {
    seq: 1,
    kind: outcome === 'created' ? 'record-created' : 'record-updated',
    phase: 'load',
    object: 'person',
    key: 'p1',
    ofRecord: null,
    before: images.before ?? null,
    base: images.base ?? stored,
    state: 'applied',
    note: null,
  };
  const written: WrittenRow = {
    rows: { row, note, merged },
    built: { row, note, mergedIds: [], record, file: null, kept: [], failure: null },
    outcome: { object: 'contacts', row: 4, sourceId: 'c4', outcome, reason: reason ?? null },
    change,
    found: { updatedBy: ours, ...found, id: 'p1' },
  };
  const readings = readFields(target(), columnsByKey(target(), ['id']), written);
  const verdicts = Object.fromEntries(readings.map((reading) => [reading.field, reading.verdict]));
  return { readings, verdicts };
}

describe('a record that we created', () => {
  test('shows all that was written, and nothing else', () => {
    const { readings, verdicts } = read({ found: stored });
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['equal']));
    expect(readings.find(({ field: name }) => name === 'name')?.source).toEqual({
      first: 'Ada',
      last: 'Lovelace',
    });
    expect(readings.find(({ field: name }) => name === 'companyId')?.source).toEqual({ company_id: 'k1' });
    expect(read({ found: { ...stored, jobTitle: 'Nobody sent this' } }).verdicts.jobTitle).toBe('different');
  });

  test('an edit with a later time and a writer is drift, field by field', () => {
    const { readings, verdicts } = read({
      found: { ...stored, city: 'Paris', updatedAt: LATER, updatedBy: { source: 'MANUAL', name: 'Ada' } },
    });
    expect(verdicts).toMatchObject({ city: 'drift', updatedAt: 'drift', name: 'equal' });
    expect(readings.find(({ field: name }) => name === 'city')?.drift).toEqual({
      by: 'person',
      who: 'Ada',
      at: LATER,
    });
  });

  test.each([
    ['the time did not move', { city: 'Paris' }],
    ['nobody is named', { city: 'Paris', updatedAt: LATER, updatedBy: null }],
  ])('a difference is no drift when %s', (_case, found) => {
    expect(read({ found: { ...stored, ...found } }).verdicts.city).toBe('different');
  });

  test('what was wrong when we wrote it is not explained by a later edit', () => {
    const base = { ...stored, city: 'Lyo' };
    const edited = { ...stored, city: 'Paris', updatedAt: LATER };
    expect(read({ base, found: edited }).verdicts.city).toBe('different');
  });

  test('in the trash it is drift of someone; without a trace of that it is missing', () => {
    expect(read({ found: { ...stored, updatedAt: LATER, deletedAt: LATER } }).verdicts.deletedAt).toBe(
      'drift',
    );
    expect(read({ found: { ...stored, deletedAt: LATER } }).verdicts.deletedAt).toBe('missing');
  });

  test('a cell that is empty shows what a merged row brought', () => {
    const other = { ...row, row: 9, fields: { ...row.fields, title: 'Countess' } };
    const reading = read({ found: stored, merged: [other] }).readings.find(
      ({ field: name }) => name === 'jobTitle',
    );
    expect(reading?.source).toEqual({ title: 'Countess' });
  });
});

describe('a record that was there before', () => {
  const before = {
    id: 'p1',
    visualPracticeId: '',
    original: '',
    name: { firstName: 'A.', lastName: 'L.' },
    city: '',
    companyId: null,
    created: null,
    createdAt: LATER,
    updatedAt: LATER,
    deletedAt: null,
    createdBy: { source: 'MANUAL', name: 'Bo' },
  };
  const filled = {
    ...before,
    visualPracticeId: 'clinic:c4',
    city: 'Lyon',
    companyId: 'co1',
    created: WROTE,
    original: 'first: Ada\nlast: Lovelace',
  };

  test('update-empty: its own values stay by policy, what we filled must be there', () => {
    const { verdicts } = read({ outcome: 'updated', before, base: filled, found: filled });
    expect(verdicts).toMatchObject({
      name: 'kept-by-policy',
      createdAt: 'kept-by-policy',
      city: 'equal',
      companyId: 'equal',
      original: 'equal',
      updatedAt: 'equal',
    });
    expect(verdicts).not.toHaveProperty('jobTitle');
    expect(
      read({ outcome: 'updated', before, base: filled, found: { ...filled, city: '' } }).verdicts.city,
    ).toBe('different');
  });

  test('update-all writes the rest of a composite too; a record met late is never overwritten', () => {
    const note: ItemNote = {
      match: { twentyId: 'p1', where: 'live', by: 'emails.primaryEmail', policy: 'update-all' },
    };
    const all = { ...filled, name: record.name, original: '' };
    expect(read({ outcome: 'updated', note, before, base: all, found: all }).verdicts.name).toBe('equal');
    expect(
      read({ outcome: 'updated', note, reason: 'LATE_MATCH', before, base: filled, found: filled }).verdicts
        .name,
    ).toBe('kept-by-policy');
  });

  test('link-only writes our id and nothing else', () => {
    const linked = { ...before, visualPracticeId: 'clinic:c4' };
    const { verdicts } = read({ outcome: 'linked', before, base: linked, found: linked });
    expect(verdicts).toMatchObject({
      visualPracticeId: 'equal',
      city: 'kept-by-policy',
      companyId: 'kept-by-policy',
    });
  });
});
