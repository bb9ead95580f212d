import { z } from 'zod';
import type { Change } from '../ledger/ledger.ts';
import type { TargetObject, TargetOption, TargetSchema } from '../twenty/target.ts';

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
 * The workspace as it was before this migration: without the fields, relations and options that its ledger says it made. A plan made again after
 * apply-schema lists the same changes, so that its digest does not change by itself.
 */
export function baseSchema(schema: TargetSchema, changes: readonly Change[]): TargetSchema {
  const ours = changes.filter(({ state }) => state === 'applied' || state === 'intended');
  if (ours.length === 0) return schema;
  const objects = new Map<string, TargetObject>();
  for (const [name, object] of schema.objects) {
    const fields = new Map(object.fields);
    for (const change of ours) {
      if (change.object !== name) continue;
      if (change.kind === 'field-created') fields.delete(change.key);
      const field = fields.get(change.key);
      if (change.kind === 'options-added' && field !== undefined && field.options !== null) {
        const added = new Set(addedOptions(change).map(({ value }) => value));
        fields.set(change.key, { ...field, options: field.options.filter(({ value }) => !added.has(value)) });
      }
    }
    objects.set(name, { ...object, fields });
  }
  return { objects };
}
