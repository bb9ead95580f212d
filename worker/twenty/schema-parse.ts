import { z } from 'zod';
import type { TargetField, TargetObject, TargetOption, TargetRelation } from './target.ts';

const relationSchema = z.object({
  type: z.enum(['MANY_TO_ONE', 'ONE_TO_MANY']),
  targetObjectMetadata: z.object({ nameSingular: z.string() }),
  targetFieldMetadata: z.object({ name: z.string() }),
});

const optionSchema = z.object({
  id: z.string(),
  value: z.string(),
  label: z.string(),
  color: z.string().catch('gray'),
  position: z.number().catch(0),
});

const fieldSchema = z.object({
  id: z.string(),
  name: z.string(),
  label: z.string().catch(''),
  type: z.string(),
  isNullable: z.boolean().nullish(),
  isUnique: z.boolean().nullish(),
  isSystem: z.boolean().nullish(),
  isCustom: z.boolean().nullish(),
  applicationId: z.string().nullish(),
  defaultValue: z.unknown().optional(),
  options: z.array(optionSchema).nullish(),
  settings: z.object({ joinColumnName: z.string().nullish() }).loose().nullish().catch(null),
  relation: relationSchema.nullish().catch(null),
  morphRelations: z.array(relationSchema).nullish().catch(null),
});

const objectSchema = z.object({
  id: z.string(),
  nameSingular: z.string(),
  namePlural: z.string(),
  labelSingular: z.string().catch(''),
  labelPlural: z.string().catch(''),
  isSystem: z.boolean().nullish(),
  isCustom: z.boolean().nullish(),
  applicationId: z.string().nullish(),
  fieldsList: z.array(fieldSchema).optional(),
  fields: z.object({ edges: z.array(z.object({ node: fieldSchema })) }).optional(),
});

export const schemaPageSchema = z.object({
  objects: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
    edges: z.array(z.object({ node: objectSchema })),
  }),
});

type RawObject = z.infer<typeof objectSchema>;
type RawField = z.infer<typeof fieldSchema>;

/** The objects as the metadata API lists them, as the port shows them. */
export function parseObjects(raw: readonly RawObject[]): Map<string, TargetObject> {
  // 2.21 has no isCustom: what came with Twenty belongs to the application that workspaceMember belongs to.
  const standard = raw.find((object) => object.nameSingular === 'workspaceMember')?.applicationId;
  const isCustom = (of: {
    readonly isCustom?: boolean | null | undefined;
    readonly applicationId?: string | null | undefined;
  }) => of.isCustom ?? (standard !== undefined && of.applicationId !== standard);

  return new Map(
    raw.map((object) => {
      const fields = object.fieldsList ?? object.fields?.edges.map((edge) => edge.node) ?? [];
      const parsed = fields.flatMap((field) => parseField(field, isCustom(field)));
      return [
        object.nameSingular,
        {
          id: object.id,
          nameSingular: object.nameSingular,
          namePlural: object.namePlural,
          labelSingular: object.labelSingular,
          labelPlural: object.labelPlural,
          isCustom: isCustom(object),
          isSystem: object.isSystem ?? false,
          fields: new Map(parsed.map((field) => [field.name, field])),
        },
      ];
    }),
  );
}

/** One field; a morph relation becomes one field per target (`targetCompany` with the column `targetCompanyId`). */
function parseField(raw: RawField, isCustom: boolean): TargetField[] {
  const field: TargetField = {
    id: raw.id,
    name: raw.name,
    label: raw.label,
    type: raw.type,
    isNullable: raw.isNullable ?? true,
    isUnique: raw.isUnique ?? false,
    isCustom,
    isSystem: raw.isSystem ?? false,
    defaultValue: raw.defaultValue ?? null,
    options: raw.options ? optionsInOrder(raw.options) : null,
    relation: raw.relation
      ? parseRelation(raw.relation, raw.settings?.joinColumnName ?? `${raw.name}Id`)
      : null,
  };
  if (raw.type !== 'MORPH_RELATION' || !raw.morphRelations?.length) return [field];
  return raw.morphRelations.map((relation) => {
    const target = relation.targetObjectMetadata.nameSingular;
    const name = `${raw.name}${target.charAt(0).toUpperCase()}${target.slice(1)}`;
    return { ...field, name, relation: parseRelation(relation, `${name}Id`) };
  });
}

function parseRelation(raw: z.infer<typeof relationSchema>, joinColumn: string): TargetRelation {
  return {
    type: raw.type,
    targetObject: raw.targetObjectMetadata.nameSingular,
    targetField: raw.targetFieldMetadata.name,
    joinColumn: raw.type === 'MANY_TO_ONE' ? joinColumn : null,
  };
}

export function optionsInOrder(options: readonly TargetOption[]): TargetOption[] {
  return options.toSorted((a, b) => a.position - b.position);
}
