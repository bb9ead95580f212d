import type { TargetField, TargetObject } from '../../../worker/twenty/target.ts';

/** A field of the data model, as tests of pure functions need it. */
export function field(name: string, type: string, more: Partial<TargetField> = {}): TargetField {
  return {
    id: `field-${name}`,
    name,
    label: name,
    type,
    isNullable: true,
    isUnique: false,
    isCustom: false,
    isSystem: false,
    defaultValue: null,
    options: null,
    relation: null,
    ...more,
  };
}

export function object(nameSingular: string, fields: readonly TargetField[]): TargetObject {
  return {
    id: `object-${nameSingular}`,
    nameSingular,
    namePlural: `${nameSingular}s`,
    labelSingular: nameSingular,
    labelPlural: nameSingular,
    isCustom: false,
    isSystem: false,
    fields: new Map(fields.map((one) => [one.name, one])),
  };
}

export function manyToOne(name: string, targetObject: string): TargetField {
  return field(name, 'RELATION', {
    relation: { type: 'MANY_TO_ONE', targetObject, targetField: 'inverse', joinColumn: `${name}Id` },
  });
}
