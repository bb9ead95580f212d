import { readFileSync } from 'node:fs';
import { v5 } from 'uuid';
import { z } from 'zod';
import { type FieldMeta, Model, type ObjectMeta } from './model.ts';

/**
 * The model of a fresh 2.21 workspace, as its metadata API listed it (standard-objects.json, 27 objects). Ids of objects,
 * fields and options are a function of their names, so that two doubles agree.
 */
const onDelete = z.enum(['SET_NULL', 'CASCADE']);
const fieldSpec = z.object({
  type: z.string(),
  label: z.string(),
  description: z.string().default(''),
  icon: z.string().default(''),
  required: z.boolean().default(false),
  unique: z.boolean().default(false),
  system: z.boolean().default(false),
  readOnly: z.boolean().default(false),
  default: z.unknown().optional(),
  options: z
    .array(
      z.object({
        value: z.string(),
        label: z.string(),
        color: z.string().default('gray'),
        position: z.number(),
      }),
    )
    .optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  relation: z
    .object({
      type: z.enum(['MANY_TO_ONE', 'ONE_TO_MANY']),
      object: z.string(),
      field: z.string(),
      onDelete: onDelete.optional(),
    })
    .optional(),
  morph: z.array(z.object({ object: z.string(), field: z.string(), onDelete })).optional(),
});
const modelSpec = z.object({
  everyObject: z.record(z.string(), fieldSpec),
  objects: z.record(
    z.string(),
    z.object({
      about: z.object({
        plural: z.string(),
        label: z.string(),
        labelPlural: z.string(),
        icon: z.string(),
        description: z.string(),
        system: z.boolean().default(false),
        searchable: z.boolean().default(false),
        universalIdentifier: z.string(),
        labelIdentifier: z.string().optional(),
      }),
      fields: z.record(z.string(), fieldSpec),
    }),
  ),
});
type FieldSpec = z.infer<typeof fieldSpec>;

const NAMESPACE = '6f0d6a5e-57a4-5cbb-9d4c-2f1f2f6f7a11';

/** A stable id for something the workspace is born with. */
export function bornId(...path: string[]): string {
  return v5(path.join('/'), NAMESPACE);
}

export function standardModel(bornAt: string): Model {
  const text = readFileSync(new URL('./standard-objects.json', import.meta.url), 'utf8');
  const spec = modelSpec.parse(JSON.parse(text));
  const model = new Model();
  for (const [nameSingular, { about, fields }] of Object.entries(spec.objects)) {
    const object: ObjectMeta = {
      id: bornId('object', nameSingular),
      universalIdentifier: about.universalIdentifier,
      nameSingular,
      namePlural: about.plural,
      labelSingular: about.label,
      labelPlural: about.labelPlural,
      description: about.description,
      icon: about.icon,
      isSystem: about.system,
      isCustom: false,
      isSearchable: about.searchable,
      isActive: true,
      labelIdentifier: about.labelIdentifier ?? null,
      createdAt: bornAt,
      updatedAt: bornAt,
      fields: new Map(),
    };
    for (const [name, field] of Object.entries({ ...spec.everyObject, ...fields }))
      object.fields.set(name, standardField(nameSingular, name, field, bornAt));
    model.objects.set(nameSingular, object);
  }
  return model;
}

function standardField(object: string, name: string, spec: FieldSpec, bornAt: string): FieldMeta {
  const joins = spec.relation?.type === 'MANY_TO_ONE';
  return {
    id: bornId('field', object, name),
    universalIdentifier: bornId('universal', object, name),
    object,
    name,
    type: spec.type,
    label: spec.label,
    description: spec.description,
    icon: spec.icon,
    isNullable: !spec.required,
    isUnique: spec.unique,
    isSystem: spec.system,
    isCustom: false,
    isUIReadOnly: spec.readOnly,
    isActive: true,
    defaultValue: spec.default ?? null,
    options:
      spec.options?.map((option) => ({ id: bornId('option', object, name, option.value), ...option })) ??
      null,
    settings: spec.relation
      ? {
          relationType: spec.relation.type,
          ...(joins ? { onDelete: spec.relation.onDelete, joinColumnName: `${name}Id` } : {}),
        }
      : (spec.settings ?? null),
    relation: spec.relation
      ? {
          type: spec.relation.type,
          object: spec.relation.object,
          field: spec.relation.field,
          onDelete: spec.relation.onDelete ?? null,
        }
      : null,
    morph: spec.morph ?? null,
    createdAt: bornAt,
    updatedAt: bornAt,
  };
}
