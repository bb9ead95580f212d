import { describe, expect, test } from 'vitest';
import type { SourceRow } from '../../../worker/domain/record.ts';
import { lookupTables, transformContext, transformRow } from '../../../worker/mapping/compile.ts';
import { expandPieces, isPieces } from '../../../worker/mapping/expand-pieces.ts';
import type { RecordMapping } from '../../../worker/mapping/mapping-schema.ts';
import { type ValueMap, valueMapKey } from '../../../worker/mapping/value-map.ts';
import { referenceMappings } from '../../fixtures/reference-mappings.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';

const profile = referenceProfile();
const mappings = referenceMappings();

/** The value maps of a plan that nobody answered: what the mapping knows. */
const valueMaps: Record<string, ValueMap> = {};
for (const mapping of mappings) {
  for (const { valueMap, knownOptions } of mapping.kind === 'record' ? mapping.fields : []) {
    if (valueMap === undefined) continue;
    valueMaps[valueMap] = Object.fromEntries(
      (knownOptions ?? []).flatMap(({ value, from }) => from.map((text) => [valueMapKey([text]), value])),
    );
  }
}
const context = transformContext({ profile, valueMaps, tables: new Map() });

function named(object: string): RecordMapping {
  const mapping = mappings.find((candidate) => candidate.object === object);
  if (mapping?.kind !== 'record') throw new Error(`no record mapping ${object}`);
  return mapping;
}

function row(object: string, fields: Readonly<Record<string, string>>): SourceRow {
  return { object, row: 1, sourceId: fields['id'] ?? '1', fields: { id: '1', ...fields }, defects: [] };
}

function made(object: string, fields: Readonly<Record<string, string>>) {
  return transformRow(named(object), row(object, fields), context);
}

/** The pieces of a row, transformed. */
function pieces(object: string, fields: Readonly<Record<string, string>>) {
  const mapping = named(object);
  if (!isPieces(mapping)) throw new Error(`${object} is not made of pieces`);
  return expandPieces(mapping, row(mapping.pieces.of, fields), { profile, transformContext: context }).map(
    (piece) => ({ piece, ...transformRow(mapping, piece, context) }),
  );
}

const MEETING = {
  id: 'm1',
  type: 'Meeting',
  subject: 'Review',
  body: '<ul><li>one<li>two</ul>',
  body_format: 'html',
  starts_at: '2024-03-15 10:00:00',
  ends_at: '2024-03-15 11:30:00',
  outcome: ' agreed ',
  owner_id: 'o1',
  contact_ids: 'c1; c2;c1',
  company_id: 'k1',
  deal_id: '',
  created_at: '2024-03-10 09:00:00',
  modified_at: '2024-03-16 09:00:00',
};

describe('activities', () => {
  test('a meeting is a task that is done, with its times, outcome and owner', () => {
    const { values, references, kept, failure, times } = made('activities', MEETING);
    expect(values).toMatchObject({
      title: 'Review',
      activityType: 'MEETING',
      status: 'DONE',
      dueAt: '2024-03-15T10:00:00.000Z',
      startsAt: '2024-03-15T10:00:00.000Z',
      endsAt: '2024-03-15T11:30:00.000Z',
      outcome: 'agreed',
      visualPracticeCreatedAt: '2024-03-10T09:00:00.000Z',
      visualPracticeModifiedAt: '2024-03-16T09:00:00.000Z',
    });
    expect(values['bodyV2']).toHaveProperty('blocknote');
    expect(references).toEqual([
      { to: 'assignee', column: 'owner_id', object: 'owners', sourceId: 'o1', missing: 'keep' },
    ]);
    expect(times.created).toBe('2024-03-10T09:00:00.000Z');
    expect({ kept, failure }).toEqual({ kept: [], failure: null });
  });

  test.each([
    ['call', 'CALL'],
    ['E-Mail', 'EMAIL'],
    [' phone  call ', 'CALL'],
  ])('%j is %s', (type, option) => {
    expect(made('activities', { ...MEETING, type }).values['activityType']).toBe(option);
  });

  test('an unknown type is kept, not an error; without a subject, type and day name it', () => {
    const { values, kept, failure } = made('activities', { ...MEETING, type: 'webinar', subject: '' });
    expect(values['title']).toBe('Webinar 2024-03-15');
    expect(values).not.toHaveProperty('activityType');
    expect(kept).toEqual([{ column: 'type', text: 'webinar', why: 'UNMAPPED_OPTION' }]);
    expect(failure).toBeNull();
  });

  test('all its parents have the task, each once', () => {
    const found = pieces('activity_targets', MEETING);
    expect(found.map(({ piece }) => piece.sourceId)).toEqual([
      'm1/contacts/c1',
      'm1/contacts/c2',
      'm1/companies/k1',
    ]);
    expect(found.map(({ references }) => references.map(({ to, sourceId }) => `${to} ${sourceId}`))).toEqual([
      ['task m1', 'targetPerson c1'],
      ['task m1', 'targetPerson c2'],
      ['task m1', 'targetCompany k1'],
    ]);
    for (const { references, failure, kept } of found) {
      expect(references.every(({ missing }) => missing === 'dead-letter')).toBe(true);
      expect({ failure, kept }).toEqual({ failure: null, kept: [] });
    }
    expect(pieces('activity_targets', { ...MEETING, contact_ids: '', company_id: '' })).toEqual([]);
  });

  test('the note of a meeting with a formatted body, on the same parents', () => {
    const [note, ...others] = pieces('activity_notes', MEETING);
    expect(others).toEqual([]);
    expect(note?.piece).toMatchObject({ sourceId: 'm1', piece: { of: 'm1', element: '' } });
    expect(note?.values).toMatchObject({
      title: 'Review',
      visualPracticeCreatedAt: '2024-03-10T09:00:00.000Z',
    });
    expect(note?.values['bodyV2']).toEqual(made('activities', MEETING).values['bodyV2']);
    const targets = pieces('activity_note_targets', MEETING);
    expect(
      targets.map(({ references }) =>
        references.map(({ to, object, sourceId }) => `${to} ${object}/${sourceId}`),
      ),
    ).toEqual([
      ['note activity_notes/m1', 'targetPerson contacts/c1'],
      ['note activity_notes/m1', 'targetPerson contacts/c2'],
      ['note activity_notes/m1', 'targetCompany companies/k1'],
    ]);
  });

  test.each([
    ['a plain body', { body: 'Just a line.', body_format: 'text' }],
    ['HTML that says no more than text', { body: '<p>Just a line.</p>', body_format: 'html' }],
    ['no body', { body: '' }],
    ['a call', { type: 'call' }],
    ['an unknown type', { type: 'webinar' }],
  ])('%s makes no note', (_, change) => {
    expect(pieces('activity_notes', { ...MEETING, ...change })).toEqual([]);
    expect(pieces('activity_note_targets', { ...MEETING, ...change })).toEqual([]);
  });

  test('a meeting in Markdown with two paragraphs makes one', () => {
    expect(
      pieces('activity_notes', { ...MEETING, body: 'one\n\ntwo', body_format: 'markdown' }),
    ).toHaveLength(1);
  });
});

test('a note without a title is called by its first line', () => {
  const { values, kept } = made('notes', {
    title: '',
    body: 'Called **Ana**\n\nmore',
    body_format: 'markdown',
    created_at: '2024-01-02 03:04:05',
  });
  expect(values).toMatchObject({ title: 'Called Ana', visualPracticeCreatedAt: '2024-01-02T03:04:05.000Z' });
  expect(kept).toEqual([]);
  expect(made('notes', { title: '', body: '', created_at: '2024-01-02' }).values['title']).toBe(
    'Note 2024-01-02',
  );
});

test.each([
  ['open', 'TODO'],
  ['In Progress', 'IN_PROGRESS'],
  ['in_progress', 'IN_PROGRESS'],
  ['done', 'DONE'],
])('a task that is %s is %s', (status, option) => {
  const { values } = made('tasks', {
    title: 'x',
    status,
    priority: 'High',
    completed_at: '2024-02-03 04:05:06',
  });
  expect(values).toMatchObject({ status: option, priority: 'HIGH', completedAt: '2024-02-03T04:05:06.000Z' });
});

test('a task and an activity with one id are two tasks', () => {
  expect(named('tasks').target).toBe(named('activities').target);
  expect(named('tasks').identityPrefix).not.toBe(named('activities').identityPrefix);
  expect(named('notes').identityPrefix).not.toBe(named('activity_notes').identityPrefix);
  expect(named('activity_targets').identityPrefix).not.toBe(named('task_targets').identityPrefix);
});

describe('attachments', () => {
  const FILE = {
    file_name: 'Scan.pdf',
    content_type: 'application/pdf',
    uploaded_by: 'o1',
    uploaded_at: '2024-05-06 07:08:09',
    path: 'a/1.pdf',
    '$file.size': '12',
    '$file.sha256': 'ab',
    '$file.problem': '',
  };

  test.each([
    ['companies', 'targetCompany'],
    ['contacts', 'targetPerson'],
    ['deals', 'targetOpportunity'],
    ['notes', 'targetNote'],
    ['tasks', 'targetTask'],
    ['activities', 'targetTask'],
  ])('of %s', (parent, field) => {
    const { values, references, failure, times } = made('attachments', {
      ...FILE,
      parent_object: parent,
      parent_id: 'p1',
    });
    expect(values).toMatchObject({
      name: 'Scan.pdf',
      fileCategory: 'TEXT_DOCUMENT',
      contentType: 'application/pdf',
    });
    expect(references).toMatchObject([{ to: field, object: parent, sourceId: 'p1', missing: 'dead-letter' }]);
    expect(times.created).toBe('2024-05-06T07:08:09.000Z');
    expect(failure).toBeNull();
  });

  test.each([
    ['an object that has no files in Twenty', { parent_object: 'pipelines', parent_id: '1' }],
    ['an unknown object', { parent_object: 'spaceships', parent_id: '1' }],
    ['nothing', { parent_object: '', parent_id: '' }],
  ])('of %s: a dead letter', (_, parent) => {
    expect(made('attachments', { ...FILE, ...parent }).failure).toMatchObject({ code: 'REFERENCE_FAILED' });
  });

  test('a file that is not there: a dead letter', () => {
    const broken = { ...FILE, parent_object: 'notes', parent_id: 'n1', '$file.problem': 'FILE_MISSING' };
    expect(made('attachments', broken).failure).toMatchObject({ code: 'FILE_MISSING' });
  });
});

test('the names of authors are looked up where the owners are', () => {
  expect(lookupTables([named('notes')])).toEqual(new Set(['owners']));
  expect(lookupTables([named('tasks')])).toEqual(new Set());
});
