import { optionImageSchema } from '../../engine/base-schema.ts';
import { storedPlan } from '../../engine/plan-guard.ts';
import { isEmptyValue } from '../../engine/values.ts';
import type { Change } from '../../ledger/ledger.ts';
import type { TargetField, TargetObject, TargetOption } from '../../twenty/target.ts';
import { findInUse, usedOptions } from './field-use.ts';
import { whyObjectStays } from './remove-object.ts';
import type { RollbackRun } from './run.ts';
import { betweenBatches, pagesOf } from './run.ts';

/** Fields that are removed after one look at who uses them: few, because what somebody writes into one meanwhile goes with it. */
const FIELDS_CHECKED = 10;

/**
 * Takes back what was made of the data model, newest first, unless it is in use. Objects go first, with all that is on them. Returns what is gone, as
 * `object` or `object.field`.
 */
export async function revertSchema(run: RollbackRun): Promise<string[]> {
  const reverted: string[] = [];
  for await (const page of pagesOf(run, ['object-created'], 500)) {
    for (const change of page) {
      await betweenBatches(run);
      const { objects } = await run.context.target.schema({ fresh: true });
      const object = objects.get(change.key);
      if (object === undefined) await settle(run, change, 'gone');
      else if (await removeObject(run, change, object)) reverted.push(change.key);
    }
  }
  const gone = new Set(reverted);
  for await (const page of pagesOf(run, ['options-added', 'field-created'], 500)) {
    for (const changes of together(page)) {
      await betweenBatches(run);
      reverted.push(...(await revertOnObject(run, changes, gone)));
    }
  }
  return reverted;
}

/** Runs of fields of one object, short enough that what was found of their use still holds for the last; changes of options by themselves. */
function together(changes: readonly Change[]): Change[][] {
  const runs: Change[][] = [];
  for (const change of changes) {
    const last = runs.at(-1);
    const first = last?.[0];
    const joins =
      change.kind === 'field-created' && first?.kind === 'field-created' && first.object === change.object;
    if (last !== undefined && joins && last.length < FIELDS_CHECKED) last.push(change);
    else runs.push([change]);
  }
  return runs;
}

async function revertOnObject(
  run: RollbackRun,
  changes: readonly Change[],
  gone: ReadonlySet<string>,
): Promise<string[]> {
  const { objects } = await run.context.target.schema({ fresh: true });
  const there: { readonly change: Change; readonly object: TargetObject; readonly field: TargetField }[] = [];
  for (const change of changes) {
    const object = objects.get(change.object);
    const field = object?.fields.get(change.key);
    // A dry run has not removed the objects: what is on them would go with them.
    if (gone.has(change.object) || object === undefined || field === undefined)
      await settle(run, change, 'gone');
    else there.push({ change, object, field });
  }
  const [first] = there;
  if (first === undefined) return [];
  const name = ({ object, key }: Change) => `${object}.${key}`;
  if (first.change.kind !== 'field-created')
    return (await removeOptions(run, first.change, first.object, first.field)) ? [name(first.change)] : [];
  const fields = there.map(({ field }) => field);
  const users = run.dryRun
    ? new Map<string, string>()
    : await findInUse(run.context.target.records, first.object, fields);
  const removed: string[] = [];
  for (const { change } of there)
    if (await removeField(run, change, users.get(change.key))) removed.push(name(change));
  return removed;
}

async function removeObject(run: RollbackRun, change: Change, object: TargetObject): Promise<boolean> {
  const why = run.dryRun ? null : await whyObjectStays(run, change, object);
  if (why !== null) {
    await keep(run, change, why);
    return false;
  }
  if (!run.dryRun) await run.context.target.model.deleteObject(object.nameSingular);
  await settle(run, change, 'removed');
  return true;
}

async function removeField(run: RollbackRun, change: Change, user: string | undefined): Promise<boolean> {
  if (user !== undefined) {
    await keep(run, change, `a record that stays holds a value in it: ${user}`);
    return false;
  }
  if (!run.dryRun) await run.context.target.model.deleteField(change.object, change.key);
  await settle(run, change, 'removed');
  return true;
}

async function removeOptions(
  run: RollbackRun,
  change: Change,
  object: TargetObject,
  field: TargetField,
): Promise<boolean> {
  const before = optionImageSchema.parse(change.before);
  const beforeValues = new Set(before.map(({ value }) => value));
  const ours = await ourOptions(run, change);
  const now = field.options ?? [];
  const added = now.filter(({ value }) => ours.has(value) && !beforeValues.has(value));
  const used = run.dryRun
    ? new Set<string>()
    : await usedOptions(
        run.context.target.records,
        object,
        field,
        added.map(({ value }) => value),
      );
  const left = now.filter((option) => !added.includes(option) || used.has(option.value));
  const target = inOldOrder(left, before);
  if (!run.dryRun && !sameOptions(now, target))
    await run.context.target.model.setOptions(change.object, change.key, target);
  if (used.size > 0) {
    await keep(run, change, `records that stay have these options: ${[...used].join(', ')}`);
    return false;
  }
  await settle(run, change, 'removed');
  return true;
}

/** Values that the migration added: as confirmed, or (killed before the confirmation) as the plan lists them. */
async function ourOptions(run: RollbackRun, change: Change): Promise<Set<string>> {
  if (change.base !== null) return new Set(optionImageSchema.parse(change.base).map(({ value }) => value));
  const plan = await storedPlan(run.context.ledger, run.migration);
  return new Set(
    (plan?.plan.decided.schema ?? []).flatMap((planned) =>
      planned.kind === 'options' && planned.object === change.object && planned.field === change.key
        ? planned.options.map(({ value }) => value)
        : [],
    ),
  );
}

/** Options that were there stand where they stood, with the label they have now; others follow. */
function inOldOrder(options: readonly TargetOption[], before: readonly TargetOption[]): TargetOption[] {
  const positions = new Map(before.map(({ id, position }) => [id, position]));
  let last = Math.max(-1, ...positions.values());
  const placed = options.map((option) => ({ ...option, position: positions.get(option.id) ?? ++last }));
  return placed.toSorted((a, b) => a.position - b.position);
}

function sameOptions(a: readonly TargetOption[], b: readonly TargetOption[]): boolean {
  const text = (options: readonly TargetOption[]) =>
    JSON.stringify(
      options.map(({ id, value, label, color, position }) => [id, value, label, color, position]),
    );
  return text(a) === text(b);
}

async function keep(run: RollbackRun, change: Change, why: string): Promise<void> {
  run.keptElsewhere.push({ object: change.object, id: change.key, why });
  await settle(run, change, 'kept', why);
}

const OPERATIONS: Readonly<Partial<Record<Change['kind'], string>>> = {
  'object-created': 'remove-object',
  'field-created': 'remove-field',
};

async function settle(
  run: RollbackRun,
  change: Change,
  outcome: 'removed' | 'kept' | 'gone',
  why?: string,
): Promise<void> {
  if (run.dryRun) return;
  const { ledger, actor } = run.context;
  await ledger.transaction(async (tx) => {
    if (outcome === 'kept') await tx.changes.setState(run.migration.id, [change.seq], 'kept', why ?? 'kept');
    else await tx.changes.setState(run.migration.id, [change.seq], 'reverted', '');
    const operation = OPERATIONS[change.kind] ?? 'remove-options';
    const name = change.kind === 'object-created' ? change.key : `${change.object}.${change.key}`;
    const detail = isEmptyValue(why) ? {} : { detail: { why: why ?? null } };
    await tx.trail.append(run.migration.id, [{ actor, operation, object: name, outcome, ...detail }]);
  });
}
