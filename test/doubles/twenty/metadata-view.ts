import type { JsonObject } from './json.ts';
import { type FieldMeta, morphColumnOf, type ObjectMeta } from './model.ts';
import { bornId } from './standard-model.ts';
import type { Workspace } from './workspace.ts';

/** What tells a custom object or field from a standard one: 2.21 has no `isCustom`, only the owning application. */
export const STANDARD_APPLICATION_ID = bornId('application', 'standard');
export const CUSTOM_APPLICATION_ID = bornId('application', 'custom');

/** An object as /metadata shows it; related things are functions, so that only what is selected is built. */
export function objectView(workspace: Workspace, object: ObjectMeta): JsonObject {
  const fields = () => [...object.fields.values()].map((field) => fieldView(workspace, field));
  return {
    id: object.id,
    universalIdentifier: object.universalIdentifier,
    nameSingular: object.nameSingular,
    namePlural: object.namePlural,
    labelSingular: object.labelSingular,
    labelPlural: object.labelPlural,
    description: object.description,
    icon: object.icon,
    shortcut: null,
    color: null,
    isRemote: false,
    isActive: object.isActive,
    isSystem: object.isSystem,
    isUIEditable: true,
    isUICreatable: true,
    isUIReadOnly: false,
    isSearchable: object.isSearchable,
    applicationId: object.isCustom ? CUSTOM_APPLICATION_ID : STANDARD_APPLICATION_ID,
    createdAt: object.createdAt,
    updatedAt: object.updatedAt,
    labelIdentifierFieldMetadataId:
      object.labelIdentifier === null ? null : (object.fields.get(object.labelIdentifier)?.id ?? null),
    imageIdentifierFieldMetadataId: null,
    isLabelSyncedWithName: false,
    fieldsList: fields,
    fields: (args: JsonObject) => connection(fields(), args),
  };
}

export function fieldView(workspace: Workspace, field: FieldMeta): JsonObject {
  const object = workspace.model.require(field.object);
  return {
    id: field.id,
    universalIdentifier: field.universalIdentifier,
    type: field.type,
    name: field.name,
    label: field.label,
    description: field.description,
    icon: field.icon,
    isActive: field.isActive,
    isSystem: field.isSystem,
    isUIEditable: !field.isUIReadOnly,
    isUIReadOnly: field.isUIReadOnly,
    isNullable: field.isNullable,
    isUnique: field.isUnique,
    defaultValue: field.defaultValue,
    options: field.options,
    settings: settingsOf(field),
    objectMetadataId: object.id,
    isLabelSyncedWithName: false,
    morphId: field.morph === null ? null : bornId('morph', field.object, field.name),
    createdAt: field.createdAt,
    updatedAt: field.updatedAt,
    applicationId: field.isCustom ? CUSTOM_APPLICATION_ID : STANDARD_APPLICATION_ID,
    relation: () => {
      if (field.relation === null) return null;
      return relationView(workspace, field, field.relation.type, field.relation.object, field.relation.field);
    },
    morphRelations: () =>
      field.morph?.map((target) =>
        relationView(workspace, field, 'MANY_TO_ONE', target.object, target.field),
      ) ?? null,
    object: () => objectView(workspace, object),
  };
}

/** A morph field shows the settings of one of its targets. */
function settingsOf(field: FieldMeta): unknown {
  const [first] = field.morph ?? [];
  if (first === undefined) return field.settings;
  return {
    relationType: 'MANY_TO_ONE',
    onDelete: first.onDelete,
    joinColumnName: morphColumnOf(first.object),
  };
}

function relationView(
  workspace: Workspace,
  field: FieldMeta,
  type: string,
  targetObject: string,
  targetField: string,
): JsonObject | null {
  const object = workspace.model.objects.get(targetObject);
  const far = object?.fields.get(targetField);
  if (object === undefined || far === undefined) return null;
  return {
    type,
    sourceObjectMetadata: () => objectView(workspace, workspace.model.require(field.object)),
    targetObjectMetadata: () => objectView(workspace, object),
    sourceFieldMetadata: () => fieldView(workspace, field),
    targetFieldMetadata: () => fieldView(workspace, far),
  };
}

/** Pages of /metadata: 10 without a `first`, cursors that count positions. */
export function connection(nodes: readonly JsonObject[], args: JsonObject): JsonObject {
  const paging = typeof args.paging === 'object' && args.paging !== null ? { ...args.paging } : {};
  const { first, after } = { first: 10, after: undefined, ...paging };
  const start = typeof after === 'string' ? positionOf(after) + 1 : 0;
  const size = typeof first === 'number' ? first : 10;
  const edges = nodes
    .slice(start, start + size)
    .map((node, index) => ({ cursor: cursorAt(start + index), node }));
  return {
    pageInfo: {
      hasNextPage: start + size < nodes.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    edges,
  };
}

function cursorAt(position: number): string {
  return Buffer.from(`arrayconnection:${position}`).toString('base64');
}

function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64').toString('utf8').split(':')[1] ?? -1);
}
