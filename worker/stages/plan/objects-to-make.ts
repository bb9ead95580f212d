import type { SchemaChange } from '../../mapping/documents/plan.ts';
import type { ObjectMapping } from '../../mapping/mapping-schema.ts';
import type { TargetField, TargetObject, TargetSchema } from '../../twenty/target.ts';

export interface ObjectToMake {
  readonly change: SchemaChange;
  /** As it will be right after it was made. */
  readonly object: TargetObject;
}

/** The objects that the mappings create and the workspace lacks, by name. */
export function objectsToMake(
  schema: TargetSchema,
  mappings: readonly ObjectMapping[],
): Map<string, ObjectToMake> {
  const made = new Map<string, ObjectToMake>();
  for (const mapping of mappings) {
    if (mapping.kind !== 'record' || mapping.createObject === undefined) continue;
    if (schema.objects.has(mapping.target) || made.has(mapping.target)) continue;
    const { namePlural, labelSingular, labelPlural, description, icon } = mapping.createObject;
    const names = { namePlural, labelSingular, labelPlural };
    made.set(mapping.target, {
      change: { kind: 'object', object: mapping.target, ...names, description, icon },
      object: {
        id: '',
        nameSingular: mapping.target,
        ...names,
        isCustom: true,
        isSystem: false,
        fields: new Map(BORN_WITH.map(([name, type]) => [name, bornField(name, type)])),
      },
    });
  }
  return made;
}

/** Fields that Twenty gives every new object (twenty-facts 7.1), relations aside. */
const BORN_WITH = [
  ['id', 'UUID'],
  ['name', 'TEXT'],
  ['createdAt', 'DATE_TIME'],
  ['updatedAt', 'DATE_TIME'],
  ['deletedAt', 'DATE_TIME'],
  ['createdBy', 'ACTOR'],
  ['updatedBy', 'ACTOR'],
  ['position', 'POSITION'],
] as const;

function bornField(name: string, type: string): TargetField {
  return {
    id: '',
    name,
    label: name,
    type,
    isNullable: true,
    isUnique: name === 'id',
    isCustom: false,
    isSystem: true,
    defaultValue: null,
    options: null,
    relation: null,
  };
}
