import { describe, expect, test } from 'vitest';
import { checkMapping, columnsOf } from '../../../worker/mapping/check-mapping.ts';
import { objectMappingSchema, type RecordMapping } from '../../../worker/mapping/mapping-schema.ts';
import { referenceMappings } from '../../fixtures/reference-mappings.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';

const profile = referenceProfile();
const all = referenceMappings();

function named(object: string): RecordMapping {
  const mapping = all.find((candidate) => candidate.object === object);
  if (mapping?.kind !== 'record') throw new Error(`no record mapping ${object}`);
  return mapping;
}

/** Problems when one of the shipped mappings is changed. */
function problems(object: string, change: (mapping: RecordMapping) => object): string[] {
  const changed = objectMappingSchema.parse({ ...named(object), ...change(named(object)) });
  return checkMapping(
    profile,
    all.map((mapping) => (mapping.object === object ? changed : mapping)),
  ).map(({ what }) => what);
}

test('the mappings that ship are consistent', () => {
  expect(checkMapping(profile, all)).toEqual([]);
});

describe('pieces', () => {
  const pieces = (change: object) => (mapping: RecordMapping) => ({
    pieces: { ...mapping.pieces, ...change },
  });

  test('are made of an object that has a mapping of its own before them', () => {
    expect(problems('activity_targets', pieces({ of: 'nothing' }))).toContain(
      'the profile has no object "nothing"',
    );
    expect(problems('note_targets', pieces({ of: 'attachments' }))).toContain(
      'it is made of "attachments", which has no mapping of its own that comes before it in the load order',
    );
    expect(problems('activity_note_targets', pieces({ of: 'activity_notes' }))).toContain(
      'the profile has no object "activity_notes"',
    );
  });

  test('have a name that no object of the source has', () => {
    const changed = { ...named('note_targets'), object: 'claims' };
    expect(checkMapping(profile, [...all, changed]).map(({ what }) => what)).toContain(
      '"claims" is an object of the profile: pieces need a name of their own',
    );
  });

  test('read columns of the rows that they are made of, and $object and $id where there is one for each', () => {
    expect(problems('note_targets', pieces({ each: [{ from: 'person', object: 'contacts' }] }))).toContain(
      'the profile has no column "person" in "notes"',
    );
    expect(problems('note_targets', pieces({ each: undefined }))).toEqual(
      expect.arrayContaining([
        'the profile has no column "$object" in "notes"',
        'the profile has no column "$id" in "notes"',
      ]),
    );
    expect(columnsOf(named('note_targets'))).toEqual(
      expect.arrayContaining(['id', '$object', '$id', 'contact_id', 'company_id', 'deal_id', 'created_at']),
    );
  });

  test('for each of an object that comes before, and that a relation field takes', () => {
    expect(
      problems('note_targets', pieces({ each: [{ from: 'contact_id', object: 'attachments' }] })),
    ).toEqual([
      'it has a piece for each of "attachments", which does not come before it in the load order',
      'it has a piece for each of "attachments", for which no relation field is named',
    ]);
  });

  test('conditions use transforms as fields do', () => {
    const where = (condition: object) => problems('activity_notes', pieces({ where: [condition] }));
    expect(where({ transform: 'is-rich', from: {} })).toEqual([
      'condition 1 names the transform "is-rich", which does not exist',
    ]);
    expect(where({ transform: 'rich-text', from: { text: 'body' } })).toEqual([
      'condition 1: the transform "rich-text" needs the role "body"',
      'condition 1: the transform "rich-text" has no role "text"',
    ]);
    expect(where({ transform: 'option', from: { value: 'type' } })[0]).toMatch(
      /^condition 1: options of "option"/,
    );
    expect(where({ transform: 'text', from: { value: 'kind' } })).toEqual([
      'the profile has no column "kind" in "activities"',
    ]);
  });
});

test('relations to one of several objects point to objects that come before', () => {
  const morph = (to: object) => () => ({ morph: [{ objectFrom: 'parent_object', from: 'parent_id', to }] });
  expect(problems('attachments', morph({ equipment: 'targetEquipment' }))).toEqual([
    '"targetEquipment" refers to "equipment", which does not come before it in the load order',
  ]);
  expect(problems('attachments', morph({ activities: 'targetTask', tasks: 'targetTask' }))).toEqual([]);
  expect(
    problems('attachments', () => ({ morph: [{ objectFrom: 'kind', from: 'parent', to: {} }] })),
  ).toEqual([
    'the profile has no column "kind" in "attachments"',
    'the profile has no column "parent" in "attachments"',
  ]);
});

test('files name columns of the profile, and a field that nothing else writes', () => {
  const file = { to: 'file', path: 'path', name: 'file_name', elsewhere: 'x' };
  expect(problems('attachments', () => ({ file: { ...file, path: 'where', name: 'called' } }))).toEqual([
    'the profile has no column "where" in "attachments"',
    'the profile has no column "called" in "attachments"',
  ]);
  expect(problems('attachments', () => ({ file: { ...file, to: 'name' } }))).toEqual([
    'two entries write "name"',
  ]);
});

describe('a mapping without a keep field', () => {
  const without = (mapping: RecordMapping) => {
    const { keep: _, ...rest } = mapping;
    return objectMappingSchema.parse(rest);
  };
  const found = (object: string, change: object = {}) =>
    checkMapping(
      profile,
      all.map((mapping) =>
        mapping.kind === 'record' && mapping.object === object ? without({ ...mapping, ...change }) : mapping,
      ),
    ).map(({ what }) => what);

  test('may keep nothing', () => {
    expect(found('notes')).toEqual([
      'it has no field "keep", and "bodyV2" keeps text there',
      'it has no field "keep", and "title" keeps text there',
      'it has no field "keep", and the time "created_at" keeps text there',
      'it has no field "keep", and the time "modified_at" keeps text there',
      // Its targets rely on it.
      'it has no field "keep", and the time "created_at" keeps text there',
    ]);
    const morph = [{ objectFrom: 'parent_object', from: 'parent_id', to: {}, missing: 'keep' }];
    expect(found('attachments', { fields: [], times: {}, morph })).toEqual([
      'it has no field "keep", and the relation of "parent_id" keeps text there',
    ]);
    const references = [{ to: 'assignee', from: 'assignee_id', object: 'owners', missing: 'keep' }];
    expect(found('tasks', { fields: [], times: {}, references })).toEqual([
      'it has no field "keep", and "assignee" keeps text there',
      'it has no field "keep", and the time "created_at" keeps text there',
    ]);
  });

  test('has pieces whose times the record of the row keeps', () => {
    expect(found('note_targets')).toEqual([]);
    expect(found('note_targets', { times: { created: 'author_id' } })).toEqual([]);
    const notes = all.map((mapping) => (mapping.object === 'notes' ? without(named('notes')) : mapping));
    expect(checkMapping(profile, notes).map(({ where, what }) => `${where}: ${what}`)).toContain(
      'note_targets.mapping.yaml: it has no field "keep", and the time "created_at" keeps text there',
    );
  });
});
