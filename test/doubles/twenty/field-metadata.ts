import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import { PRIMARY_SUB_FIELD } from './composites.ts';
import { defaultValueOf } from './default-values.ts';
import { camelCase, nameComplaints } from './field-names.ts';
import { optionComplaints, readOptions, replaceOptions } from './field-options.ts';
import { isObject, isString, type JsonObject } from './json.ts';
import { type Complaint, fieldNotFound, metadataRefused, standardFieldKept } from './metadata-errors.ts';
import { type FieldMeta, joinColumnOf, type ObjectMeta } from './model.ts';
import { type RelationPayload, readRelationPayload } from './relation-payload.ts';
import { nowIso, type Workspace } from './workspace.ts';

const WITH_OPTIONS = new Set(['SELECT', 'MULTI_SELECT']);

/** `createOneField`: the field, its column with the default in every record, its index, its inverse. */
export function createField(workspace: Workspace, input: JsonObject): FieldMeta {
  const object = workspace.model.objectById(String(input.objectMetadataId));
  if (object === undefined)
    throw refusedEarly({
      code: 'OBJECT_METADATA_NOT_FOUND',
      message: 'Provided object metadata id does not exist',
      userFriendlyMessage: 'Created field metadata, parent object metadata not found',
    });
  if (input.label === '')
    throw new ApiError('label should not be empty', {
      code: 'BAD_USER_INPUT',
      userFriendlyMessage: 'An error occurred.',
    });
  const relation =
    input.type === 'RELATION' ? readRelationPayload(workspace, input.relationCreationPayload) : null;
  const field = newField(workspace, object, input);
  const complaints = [...nameComplaints(object, field.name), ...typeComplaints(field)];
  if (complaints.length > 0)
    throw metadataRefused('fieldMetadata', 'creating fields', { name: field.name }, complaints);
  if (field.isUnique && field.defaultValue !== null)
    throw metadataRefused('index', 'creating fields', { name: `IDX_UNIQUE_${field.name}` }, [
      {
        code: 'INDEX_FIELD_INVALID_DEFAULT_VALUE',
        message: `Unique index cannot be created for field ${field.name} of type ${field.type}`,
        userFriendlyMessage: `${field.type} fields cannot have a default value.`,
      },
    ]);
  if (relation !== null) relate(workspace, object, field, relation);
  object.fields.set(field.name, field);
  workspace.model.version += 1;
  if (field.isUnique) workspace.tables.get(object.nameSingular).addUnique(uniqueKey(field));
  fillDefault(workspace, field);
  return field;
}

/** `updateOneField`: labels, options, uniqueness, activity; the type never. */
export function updateField(workspace: Workspace, id: unknown, update: JsonObject): FieldMeta {
  const found = workspace.model.fieldById(String(id));
  if (found === undefined)
    throw metadataRefused('fieldMetadata', 'updating field', { id: '' }, [
      { code: 'FIELD_METADATA_NOT_FOUND', message: 'Field metadata to update not found' },
    ]);
  const { field } = found;
  const options = update.options === undefined ? null : readOptions(update.options);
  const defaultValue = update.defaultValue === undefined ? field.defaultValue : update.defaultValue;
  if (options !== null && WITH_OPTIONS.has(field.type)) {
    const complaints = optionComplaints(options, defaultValue);
    if (complaints.length > 0)
      throw metadataRefused('fieldMetadata', 'updating field', { name: field.name }, complaints);
  }
  setUnique(workspace, field, update.isUnique);
  field.defaultValue = defaultValue;
  if (isString(update.label)) field.label = update.label;
  if (isString(update.description)) field.description = update.description;
  if (isString(update.icon)) field.icon = update.icon;
  if (typeof update.isActive === 'boolean') field.isActive = update.isActive;
  if (isObject(update.settings)) field.settings = update.settings;
  if (options !== null) replaceOptions(workspace, field, options);
  field.updatedAt = nowIso(workspace);
  workspace.model.version += 1;
  return field;
}

/** `deleteOneField`: custom ones only; the column goes, and the other side of a relation. */
export function deleteField(workspace: Workspace, id: unknown): FieldMeta {
  const found = workspace.model.fieldById(String(id));
  if (found === undefined) throw fieldNotFound();
  const { field } = found;
  if (!field.isCustom) throw standardFieldKept(field.name);
  removeField(workspace, found.object, field);
  const far = field.relation === null ? undefined : workspace.model.objects.get(field.relation.object);
  const inverse = far?.fields.get(field.relation?.field ?? '');
  if (far !== undefined && inverse !== undefined) removeField(workspace, far, inverse);
  workspace.model.version += 1;
  return field;
}

function removeField(workspace: Workspace, object: ObjectMeta, field: FieldMeta): void {
  object.fields.delete(field.name);
  const column = field.relation === null ? field.name : joinColumnOf(field);
  const table = workspace.tables.get(object.nameSingular);
  table.forgetColumn(column);
  for (const row of table.rows.values()) Reflect.deleteProperty(row, column);
}

function newField(workspace: Workspace, object: ObjectMeta, input: JsonObject): FieldMeta {
  const now = nowIso(workspace);
  const type = String(input.type);
  return {
    id: randomUUID(),
    universalIdentifier: randomUUID(),
    object: object.nameSingular,
    name: String(input.name),
    label: String(input.label),
    type,
    description: isString(input.description) ? input.description : '',
    icon: isString(input.icon) ? input.icon : '',
    isNullable: input.isNullable !== false,
    isUnique: input.isUnique === true,
    isSystem: false,
    isCustom: true,
    isUIReadOnly: false,
    isActive: true,
    defaultValue: input.defaultValue ?? null,
    options: WITH_OPTIONS.has(type) ? readOptions(input.options) : type === 'RATING' ? ratingOptions() : null,
    settings: isObject(input.settings) ? input.settings : null,
    relation: null,
    morph: null,
    createdAt: now,
    updatedAt: now,
  };
}

function ratingOptions() {
  return [1, 2, 3, 4, 5].map((n) => ({
    id: randomUUID(),
    label: String(n),
    value: `RATING_${n}`,
    position: n - 1,
  }));
}

function typeComplaints(field: FieldMeta): Complaint[] {
  if (field.type === 'NUMERIC')
    return [
      {
        code: 'INVALID_FIELD_INPUT',
        message: 'Field type NUMERIC is not supported for field creation. Use NUMBER instead.',
        value: 'NUMERIC',
        userFriendlyMessage: 'Field type NUMERIC is not supported. Use Number instead.',
      },
    ];
  const max = field.settings?.maxNumberOfValues;
  if (field.type === 'FILES' && !(typeof max === 'number' && max > 0 && max <= 60)) {
    const message =
      'maxNumberOfValues must be defined in settings and be a number greater than 0 and less than or equal to 60';
    return [{ code: 'INVALID_FIELD_INPUT', message }];
  }
  return WITH_OPTIONS.has(field.type) ? optionComplaints(field.options ?? [], field.defaultValue) : [];
}

/** Both sides of a relation. onDelete is SET NULL, whatever was asked. */
function relate(workspace: Workspace, object: ObjectMeta, field: FieldMeta, payload: RelationPayload): void {
  const { target, type } = payload;
  const inverseName = camelCase(payload.label);
  const complaints = nameComplaints(target, inverseName);
  if (complaints.length > 0)
    throw metadataRefused('fieldMetadata', 'creating fields', { name: inverseName }, complaints);
  const inverseType = type === 'MANY_TO_ONE' ? 'ONE_TO_MANY' : 'MANY_TO_ONE';
  const inverse = newField(workspace, target, {
    type: 'RELATION',
    name: inverseName,
    label: payload.label,
    icon: payload.icon,
    description: `${target.labelPlural} tied to the ${object.labelSingular}`,
  });
  pointTo(field, type, target.nameSingular, inverseName);
  pointTo(inverse, inverseType, object.nameSingular, field.name);
  if (field.description === '')
    field.description = `${object.labelPlural} tied to the ${target.labelSingular}`;
  target.fields.set(inverse.name, inverse);
}

function pointTo(field: FieldMeta, type: RelationPayload['type'], object: string, far: string): void {
  const joins = type === 'MANY_TO_ONE';
  field.relation = { type, object, field: far, onDelete: joins ? 'SET_NULL' : null };
  field.settings = joins
    ? { onDelete: 'SET_NULL', relationType: type, joinColumnName: joinColumnOf(field) }
    : { relationType: type };
}

function setUnique(workspace: Workspace, field: FieldMeta, isUnique: unknown): void {
  if (typeof isUnique !== 'boolean' || isUnique === field.isUnique) return;
  const table = workspace.tables.get(field.object);
  if (!isUnique) table.dropUnique(field.name);
  else if (!table.addUnique(uniqueKey(field)))
    throw new ApiError(`Migration action 'create' for 'index' (${field.name}) failed`, {
      code: 'INTERNAL_SERVER_ERROR',
    });
  field.isUnique = isUnique;
}

function uniqueKey(field: FieldMeta) {
  return { field: field.name, sub: PRIMARY_SUB_FIELD.get(field.type) ?? null, label: field.label };
}

function fillDefault(workspace: Workspace, field: FieldMeta): void {
  if (field.defaultValue === null || field.relation !== null) return;
  const value = defaultValueOf(field, nowIso(workspace));
  for (const row of workspace.tables.get(field.object).rows.values()) Reflect.set(row, field.name, value);
}

function refusedEarly(complaint: Complaint): ApiError {
  return metadataRefused('fieldMetadata', 'creating field', { id: '' }, [complaint]);
}
