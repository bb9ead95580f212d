import { z } from 'zod';
import type { Change } from '../ledger/ledger.ts';
import type { TargetField, TargetObject, TargetOption, TargetSchema } from '../twenty/target.ts';

/** What an `options-added` change keeps: all options before and after, in order. */
export const optionImageSchema = z.array(
  z.strictObject({
    id: z.string(),
    value: z.string(),
    label: z.string(),
    color: z.string(),
    position: z.number(),
  }),
);

/** Values that an `options-added` change added. */
export function addedOptions(change: Change): TargetOption[] {
  if (change.kind !== 'options-added') return [];
  const before = new Set(optionImageSchema.parse(change.before).map(({ value }) => value));
  const after = change.base === null ? [] : optionImageSchema.parse(change.base);
  return after.filter(({ value }) => !before.has(value));
}

/**
 * The workspace as it was before this migration: without the objects, fields, relations (both sides) and options that its ledger says it made. A plan made
 * again after apply-schema lists the same changes, so that its digest does not change by itself.
 */
export function baseSchema(schema: TargetSchema, changes: readonly Change[]): TargetSchema {
  const ours = changes.filter(({ state }) => state === 'applied' || state === 'intended');
  if (ours.length === 0) return schema;
  const madeObjects = new Set(ours.filter(({ kind }) => kind === 'object-created').map(({ key }) => key));
  const madeFields = fieldsMade(schema, ours);
  const objects = new Map<string, TargetObject>();
  for (const [name, object] of schema.objects) {
    if (madeObjects.has(name)) continue;
    const fields = new Map<string, TargetField>();
    for (const [field, is] of object.fields) {
      const pointsAtOurs = is.relation !== null && madeObjects.has(is.relation.targetObject);
      if (!pointsAtOurs && !madeFields.has(`${name}.${field}`))
        fields.set(field, withoutAdded(is, name, ours));
    }
    objects.set(name, { ...object, fields });
  }
  return { objects };
}

/** `object.field` of every field that was made, and of the other side of those that are relations. */
function fieldsMade(schema: TargetSchema, ours: readonly Change[]): Set<string> {
  const made = new Set<string>();
  for (const { kind, object, key } of ours) {
    if (kind !== 'field-created') continue;
    made.add(`${object}.${key}`);
    const relation = schema.objects.get(object)?.fields.get(key)?.relation;
    if (relation) made.add(`${relation.targetObject}.${relation.targetField}`);
  }
  return made;
}

function withoutAdded(field: TargetField, object: string, ours: readonly Change[]): TargetField {
  if (field.options === null) return field;
  const added = new Set(
    ours
      .filter((change) => change.object === object && change.key === field.name)
      .flatMap(addedOptions)
      .map(({ value }) => value),
  );
  return added.size === 0
    ? field
    : { ...field, options: field.options.filter(({ value }) => !added.has(value)) };
}
