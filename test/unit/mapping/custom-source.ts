import type { SourceProfile } from '../../../worker/domain/source-profile.ts';
import type { ObjectMapping } from '../../../worker/mapping/mapping-schema.ts';
import { objectMappingSchema } from '../../../worker/mapping/mapping-schema.ts';
import type { WorkspaceField, WorkspaceObject } from '../../../worker/mapping/new-object.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';

type Objects = SourceProfile['objects'];
type Column = Objects[string]['columns'][string];

/** A custom object as the connector reads it from the schema export. */
export function customObject(
  name: string,
  columns: Readonly<Record<string, Column>>,
  labels: readonly [singular: string, plural: string] = [name, `${name}s`],
): Objects[string] {
  return {
    file: `custom/${name}.csv`,
    id: ['id'],
    optional: true,
    custom: { name, labelSingular: labels[0], labelPlural: labels[1] },
    columns: {
      id: { type: 'id' },
      owner_id: { type: 'reference', references: 'owners' },
      ...columns,
      created_at: { type: 'datetime' },
      modified_at: { type: 'datetime' },
    },
  };
}

/** The pairs of a many-to-many association between two objects. */
export function pairsOf(
  association: string,
  from: readonly [column: string, object: string],
  to: readonly [column: string, object: string],
): Objects[string] {
  return {
    file: `custom/${association}.csv`,
    id: [from[0], to[0]],
    optional: true,
    pairs: {
      association,
      from: { column: from[0], object: from[1] },
      to: { column: to[0], object: to[1] },
    },
    columns: {
      [from[0]]: { type: 'reference', references: from[1] },
      [to[0]]: { type: 'reference', references: to[1] },
    },
  };
}

export const relatesTo = (references: string): Column => ({ type: 'reference', references });

/** The reference profile with custom objects. */
export function profileWith(objects: Objects): SourceProfile {
  const profile = referenceProfile();
  return { ...profile, objects: { ...profile.objects, ...objects } };
}

const RECORD = {
  kind: 'record',
  identity: 'visualPracticeId',
  keep: 'visualPracticeOriginalText',
  times: {},
  fields: [],
};

/** Owners, companies, contacts; then files, which point at anything. */
export const fileMappings: readonly ObjectMapping[] = [
  {
    object: 'owners',
    kind: 'member',
    target: 'workspaceMember',
    email: 'email',
    path: 'userEmail',
    name: [],
  },
  { ...RECORD, object: 'companies', target: 'company' },
  { ...RECORD, object: 'contacts', target: 'person' },
  {
    ...RECORD,
    object: 'deals',
    target: 'attachment',
    morph: [{ objectFrom: 'name', from: 'id', to: { companies: 'targetCompany' }, customTo: 'target' }],
  },
].map((mapping) => objectMappingSchema.parse(mapping));

const STANDARD: readonly (readonly [string, string, readonly string[]])[] = [
  ['company', 'companies', ['name', 'people']],
  ['person', 'people', ['name', 'company']],
  ['note', 'notes', ['title']],
  ['workspaceMember', 'workspaceMembers', ['name']],
];

export function workspaceField(
  name: string,
  type: string,
  relation: WorkspaceField['relation'] = null,
  isCustom = true,
): WorkspaceField {
  return { name, type, isCustom, relation };
}

export function workspaceObject(
  nameSingular: string,
  namePlural: string,
  fields: readonly WorkspaceField[],
  isCustom = true,
): WorkspaceObject {
  return { nameSingular, namePlural, isCustom, fields: new Map(fields.map((field) => [field.name, field])) };
}

/** A workspace with a few of Twenty's objects, and these. */
export function workspace(...objects: readonly WorkspaceObject[]) {
  const standard = STANDARD.map(([singular, plural, fields]) =>
    workspaceObject(
      singular,
      plural,
      fields.map((name) => workspaceField(name, 'TEXT', null, false)),
      false,
    ),
  );
  return { objects: new Map([...standard, ...objects].map((object) => [object.nameSingular, object])) };
}
