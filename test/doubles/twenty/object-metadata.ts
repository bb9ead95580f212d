import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import { MALFORMED_NAME, RESERVED_NAME, RESERVED_NAMES } from './field-names.ts';
import { isString, type JsonObject } from './json.ts';
import { type Complaint, objectRefused } from './metadata-errors.ts';
import { type FieldMeta, morphColumnOf, type ObjectMeta } from './model.ts';
import { nowIso, type Workspace } from './workspace.ts';

/** What every new object is tied to, and the label of that field. */
const COMPANIONS = [
  ['timelineActivities', 'timelineActivity', 'Timeline Activities'],
  ['attachments', 'attachment', 'Attachments'],
  ['noteTargets', 'noteTarget', 'Notes'],
  ['taskTargets', 'taskTarget', 'Tasks'],
] as const;

const SYSTEM_FIELDS = [
  'id',
  'createdAt',
  'updatedAt',
  'deletedAt',
  'createdBy',
  'updatedBy',
  'position',
  'searchVector',
];

/** `createOneObject`: with a name, the system fields, and `target<Name>Id` on notes, tasks, attachments and timeline. */
export function createObject(workspace: Workspace, input: JsonObject): ObjectMeta {
  const nameSingular = String(input.nameSingular);
  const namePlural = String(input.namePlural);
  refuseName(workspace, nameSingular, namePlural);
  const now = nowIso(workspace);
  const object: ObjectMeta = {
    id: randomUUID(),
    universalIdentifier: randomUUID(),
    nameSingular,
    namePlural,
    labelSingular: String(input.labelSingular),
    labelPlural: String(input.labelPlural),
    description: isString(input.description) ? input.description : '',
    icon: isString(input.icon) ? input.icon : '',
    isSystem: false,
    isCustom: true,
    isSearchable: true,
    isActive: true,
    labelIdentifier: 'name',
    createdAt: now,
    updatedAt: now,
    fields: new Map(),
  };
  const company = workspace.model.require('company');
  const add = (field: FieldMeta) => object.fields.set(field.name, field);
  for (const name of ['name', ...SYSTEM_FIELDS]) {
    const standard = company.fields.get(name);
    if (standard !== undefined) add(ownCopy(standard, nameSingular, now));
  }
  for (const [name, far, label] of COMPANIONS) {
    const standard = company.fields.get(name);
    if (standard === undefined) continue;
    add({
      ...ownCopy(standard, nameSingular, now),
      label,
      relation: { type: 'ONE_TO_MANY', object: far, field: 'target', onDelete: null },
    });
    workspace.model
      .require(far)
      .fields.get('target')
      ?.morph?.push({ object: nameSingular, field: name, onDelete: 'SET_NULL' });
  }
  workspace.model.objects.set(nameSingular, object);
  workspace.model.version += 1;
  return object;
}

/** `deleteOneObject`: table, data, and every field that pointed at it. */
export function deleteObject(workspace: Workspace, id: unknown): ObjectMeta {
  const object = workspace.model.objectById(String(id));
  if (object === undefined)
    throw new ApiError('Could not find flat entity in maps', {
      code: 'INTERNAL_SERVER_ERROR',
      userFriendlyMessage: 'An error occurred.',
    });
  if (!object.isCustom)
    throw new ApiError('Cannot delete standard object', {
      subCode: 'OBJECT_MUTATION_NOT_ALLOWED',
      code: 'FORBIDDEN',
    });
  const { nameSingular } = object;
  workspace.model.objects.delete(nameSingular);
  workspace.tables.drop(nameSingular);
  for (const other of workspace.model.objects.values())
    for (const field of [...other.fields.values()]) {
      if (field.relation?.object === nameSingular) other.fields.delete(field.name);
      if (field.morph !== null) field.morph = field.morph.filter((target) => target.object !== nameSingular);
      const column = field.morph === null ? `${field.name}Id` : morphColumnOf(nameSingular);
      if (field.morph !== null || field.relation?.object === nameSingular)
        for (const row of workspace.tables.get(other.nameSingular).rows.values())
          Reflect.deleteProperty(row, column);
    }
  workspace.model.version += 1;
  return object;
}

function ownCopy(standard: FieldMeta, object: string, now: string): FieldMeta {
  return {
    ...standard,
    id: randomUUID(),
    universalIdentifier: randomUUID(),
    object,
    isCustom: true,
    isUnique: false,
    settings: standard.relation === null ? null : standard.settings,
    createdAt: now,
    updatedAt: now,
  };
}

/** Why an object is refused stands behind a complaint of each of its fields that the object is missing (twenty-facts 7.2). */
function refuseName(workspace: Workspace, nameSingular: string, namePlural: string): void {
  const names = [nameSingular, namePlural];
  const complaints: Complaint[] = [
    ...names
      .filter((name) => !/^[a-z][a-zA-Z0-9]*$/.test(name))
      .map((value) => ({ code: 'INVALID_OBJECT_INPUT', message: MALFORMED_NAME, value })),
    ...names
      .filter((name) => RESERVED_NAMES.has(name))
      .map((value) => ({ code: 'INVALID_OBJECT_INPUT', message: RESERVED_NAME, value })),
  ];
  const taken = [...workspace.model.objects.values()].some(
    (object) => object.nameSingular === nameSingular || object.namePlural === namePlural,
  );
  if (taken) complaints.push({ code: 'OBJECT_ALREADY_EXISTS', message: 'Object already exists' });
  if (complaints.length > 0) throw objectRefused(nameSingular, complaints);
}
