import type { NamedFields } from './field-names.ts';

/** As much of a field of the workspace as proposals need; a `TargetField` is one. */
export interface WorkspaceField {
  readonly name: string;
  readonly type: string;
  readonly isCustom: boolean;
  readonly relation: {
    readonly type: 'MANY_TO_ONE' | 'ONE_TO_MANY';
    readonly targetObject: string;
    readonly targetField: string;
    readonly joinColumn: string | null;
  } | null;
}

export interface WorkspaceObject {
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly isCustom: boolean;
  readonly fields: ReadonlyMap<string, WorkspaceField>;
}

/** The data model of the workspace; a `TargetSchema` is one. */
export interface WorkspaceSchema {
  readonly objects: ReadonlyMap<string, WorkspaceObject>;
}

const FIELDS = {
  id: 'UUID',
  name: 'TEXT',
  createdAt: 'DATE_TIME',
  updatedAt: 'DATE_TIME',
  deletedAt: 'DATE_TIME',
  createdBy: 'ACTOR',
  updatedBy: 'ACTOR',
  position: 'POSITION',
  searchVector: 'TS_VECTOR',
  timelineActivities: 'RELATION',
  attachments: 'RELATION',
  noteTargets: 'RELATION',
  taskTargets: 'RELATION',
  favorites: 'RELATION',
} as const;

/** The fields that a new object has from the start (twenty-facts 7.1). They are Twenty's: no column becomes one of them by its name alone. */
export const NEW_OBJECT: NamedFields = {
  fields: new Map(
    Object.entries(FIELDS).map(([name, type]) => [name, { name, type, isCustom: false, relation: null }]),
  ),
};
