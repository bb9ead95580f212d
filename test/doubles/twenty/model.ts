import type { JsonObject } from './json.ts';

/** The data model of the workspace: what /metadata shows and changes. */
export interface FieldOption {
  readonly id: string;
  readonly value: string;
  readonly label: string;
  readonly position: number;
  readonly color?: string;
}

export type OnDelete = 'SET_NULL' | 'CASCADE';

export interface FieldRelation {
  readonly type: 'MANY_TO_ONE' | 'ONE_TO_MANY';
  readonly object: string;
  readonly field: string;
  readonly onDelete: OnDelete | null;
}

export interface MorphTarget {
  readonly object: string;
  readonly field: string;
  readonly onDelete: OnDelete;
}

export interface FieldMeta {
  readonly id: string;
  readonly universalIdentifier: string;
  readonly object: string;
  readonly type: string;
  readonly isSystem: boolean;
  readonly isCustom: boolean;
  readonly isUIReadOnly: boolean;
  readonly isNullable: boolean;
  readonly createdAt: string;
  name: string;
  label: string;
  description: string;
  icon: string;
  isActive: boolean;
  isUnique: boolean;
  defaultValue: unknown;
  options: FieldOption[] | null;
  settings: JsonObject | null;
  relation: FieldRelation | null;
  morph: MorphTarget[] | null;
  updatedAt: string;
}

export interface ObjectMeta {
  readonly id: string;
  readonly universalIdentifier: string;
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly isSystem: boolean;
  readonly isCustom: boolean;
  readonly isSearchable: boolean;
  readonly createdAt: string;
  labelSingular: string;
  labelPlural: string;
  description: string;
  icon: string;
  isActive: boolean;
  labelIdentifier: string | null;
  updatedAt: string;
  readonly fields: Map<string, FieldMeta>;
}

/** `version` moves with every change of the model, so that whatever is derived from it can be derived again. */
export class Model {
  readonly objects = new Map<string, ObjectMeta>();
  version = 1;

  objectById(id: string): ObjectMeta | undefined {
    for (const object of this.objects.values()) if (object.id === id) return object;
    return undefined;
  }

  fieldById(id: string): { object: ObjectMeta; field: FieldMeta } | undefined {
    for (const object of this.objects.values())
      for (const field of object.fields.values()) if (field.id === id) return { object, field };
    return undefined;
  }

  require(nameSingular: string): ObjectMeta {
    const object = this.objects.get(nameSingular);
    if (object === undefined) throw new Error(`the double has no object ${nameSingular}`);
    return object;
  }
}

export function joinColumnOf(field: FieldMeta): string {
  return `${field.name}Id`;
}

export function morphColumnOf(targetObject: string): string {
  return `target${targetObject.charAt(0).toUpperCase()}${targetObject.slice(1)}Id`;
}
