import type { Json } from '../../domain/canonical.ts';
import type { SchemaChange } from '../../mapping/documents/plan.ts';
import type { TargetOption } from '../../twenty/target.ts';
import { confirm, intend, type Making } from './intent.ts';

/** Adds options behind those that are there, which are resent with their ids (twenty-facts 7.4); false when none was missing. */
export async function addOptions(
  making: Making,
  change: Extract<SchemaChange, { kind: 'options' }>,
): Promise<boolean> {
  const { target } = making.context;
  const existing =
    (await target.schema()).objects.get(change.object)?.fields.get(change.field)?.options ?? [];
  const there = new Set(existing.map(({ value }) => value));
  const missing = change.options.filter(({ value }) => !there.has(value));
  if (missing.length === 0 && making.known?.state === 'applied') return false;
  const seq = await intend(making, {
    kind: 'options-added',
    phase: 'schema',
    object: change.object,
    key: change.field,
    before: optionsJson(existing),
    base: null,
  });
  const last = Math.max(-1, ...existing.map(({ position }) => position));
  const added = missing.map((option, index) => ({ ...option, position: last + 1 + index }));
  const after =
    missing.length === 0
      ? existing
      : await target.model.setOptions(change.object, change.field, [...existing, ...added]);
  await confirm(making, seq, optionsJson(after), {
    name: `${change.object}.${change.field}`,
    operation: 'add-options',
  });
  return missing.length > 0;
}

function optionsJson(options: readonly TargetOption[]): Json {
  return options.map(({ id, value, label, color, position }) => ({ id, value, label, color, position }));
}
