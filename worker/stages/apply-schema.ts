import type { Json } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { requirePlan } from '../engine/plan-guard.ts';
import { surveyOptions } from '../engine/survey/survey-options.ts';
import type { Change, Migration, NewChange, RowOutcome } from '../ledger/ledger.ts';
import type { DecidedPlan, SchemaChange } from '../mapping/documents/plan.ts';
import type { OptionMapping } from '../mapping/mapping-schema.ts';
import type { TargetField, TargetOption, TargetSchema } from '../twenty/target.ts';
import type { StageContext } from './stage.ts';

export interface SchemaResult {
  /** What was made now, as `object.field`. */
  readonly made: readonly string[];
  /** What an earlier run had made. */
  readonly present: readonly string[];
}

/**
 * Makes what the approved plan lists: fields, relations, options. Idempotent: each change is in the ledger before Twenty is asked (`intended`) and
 * confirmed after, so that a kill in between leaves nothing that rollback does not know of.
 */
export async function runApplySchema(context: StageContext, migration: Migration): Promise<SchemaResult> {
  const { ledger, target } = context;
  const { plan } = await requirePlan(context, migration, 'plan');
  const known = new Map(
    (await schemaChangesOf(context, migration)).map((change) => [
      `${change.kind}:${change.object}.${change.key}`,
      change,
    ]),
  );
  const made: string[] = [];
  const present: string[] = [];
  for (const change of plan.decided.schema) {
    if (context.signal.aborted) break;
    const schema = await target.schema();
    const name =
      change.kind === 'options' ? `${change.object}.${change.field}` : `${change.object}.${change.name}`;
    const key = `${change.kind === 'options' ? 'options-added' : 'field-created'}:${name}`;
    const isNew =
      change.kind === 'options'
        ? await addOptions(context, migration, schema, change, known.get(key))
        : await addField(context, migration, schema, change, known.get(key));
    (isNew ? made : present).push(name);
    context.progress({
      stage: 'apply-schema',
      object: name,
      done: made.length + present.length,
      total: plan.decided.schema.length,
      rate: null,
      etaSeconds: null,
    });
  }
  await recordOptionOutcomes(context, migration, plan.decided);
  await ledger.migrations.transition(migration.id, 'schema-applied', context.actor);
  return { made, present };
}

async function schemaChangesOf({ ledger }: StageContext, migration: Migration): Promise<Change[]> {
  return ledger.changes.newest(migration.id, {
    phase: 'schema',
    states: ['intended', 'applied'],
    limit: 10_000,
  });
}

/** Stores the intent, or finds the one of an interrupted run. Returns its sequence number. */
async function intend(
  context: StageContext,
  migration: Migration,
  change: NewChange,
  known: Change | undefined,
): Promise<number> {
  if (known !== undefined) return known.seq;
  await context.ledger.changes.put(migration.id, [{ ...change, state: 'intended' }]);
  const [stored] = await context.ledger.changes.newest(migration.id, {
    kinds: [change.kind],
    object: change.object,
    states: ['intended'],
    limit: 1,
  });
  if (stored === undefined)
    throw new Error(`the ledger did not keep the change of ${change.object}.${change.key}`);
  return stored.seq;
}

async function confirm(
  context: StageContext,
  migration: Migration,
  seq: number,
  base: Json,
  name: string,
  operation: string,
): Promise<void> {
  await context.ledger.transaction(async (tx) => {
    await tx.changes.setBase(migration.id, [{ seq, base }]);
    await tx.changes.setState(migration.id, [seq], 'applied');
    await tx.trail.append(migration.id, [{ actor: context.actor, operation, object: name, outcome: 'done' }]);
  });
}

async function addField(
  context: StageContext,
  migration: Migration,
  schema: TargetSchema,
  change: Exclude<SchemaChange, { kind: 'options' }>,
  known: Change | undefined,
): Promise<boolean> {
  const there = schema.objects.get(change.object)?.fields.get(change.name);
  if (there !== undefined && known?.state === 'applied') return false;
  // Made by somebody else since the plan: used as it is, and not ours to take back.
  if (there !== undefined && known === undefined) {
    requireType(change, there);
    return false;
  }
  const seq = await intend(
    context,
    migration,
    {
      kind: 'field-created',
      phase: 'schema',
      object: change.object,
      key: change.name,
      before: null,
      base: null,
    },
    known,
  );
  const field =
    there ??
    (await context.target.model.createField({
      object: change.object,
      name: change.name,
      label: change.label,
      description: change.description,
      icon: change.icon,
      ...(change.kind === 'relation'
        ? {
            type: 'RELATION',
            relation: {
              targetObject: change.targetObject,
              inverseLabel: change.inverseLabel,
              inverseIcon: change.inverseIcon,
            },
          }
        : {
            type: change.type,
            isUnique: change.unique,
            ...(change.settings === null ? {} : { settings: change.settings }),
            ...(change.options === null
              ? {}
              : { options: change.options.map((option, position) => ({ ...option, position })) }),
          }),
    }));
  await confirm(
    context,
    migration,
    seq,
    { id: field.id, type: field.type },
    `${change.object}.${change.name}`,
    'create-field',
  );
  return there === undefined;
}

async function addOptions(
  context: StageContext,
  migration: Migration,
  schema: TargetSchema,
  change: Extract<SchemaChange, { kind: 'options' }>,
  known: Change | undefined,
): Promise<boolean> {
  const existing = schema.objects.get(change.object)?.fields.get(change.field)?.options ?? [];
  const there = new Set(existing.map(({ value }) => value));
  const missing = change.options.filter(({ value }) => !there.has(value));
  if (missing.length === 0 && known?.state === 'applied') return false;
  const intent: NewChange = {
    kind: 'options-added',
    phase: 'schema',
    object: change.object,
    key: change.field,
    before: optionsJson(existing),
    base: null,
  };
  const seq = await intend(context, migration, intent, known);
  const last = Math.max(-1, ...existing.map(({ position }) => position));
  const added = missing.map((option, index) => ({ ...option, position: last + 1 + index }));
  const after =
    missing.length === 0
      ? existing
      : await context.target.model.setOptions(change.object, change.field, [...existing, ...added]);
  await confirm(
    context,
    migration,
    seq,
    optionsJson(after),
    `${change.object}.${change.field}`,
    'add-options',
  );
  return missing.length > 0;
}

function optionsJson(options: readonly TargetOption[]): Json {
  return options.map(({ id, value, label, color, position }) => ({ id, value, label, color, position }));
}

/** The rows that define options end here: made, or linked to an option that was there. */
async function recordOptionOutcomes(
  context: StageContext,
  migration: Migration,
  decided: DecidedPlan,
): Promise<void> {
  for (const mapping of decided.mapping) {
    if (mapping.kind !== 'option') continue;
    const made = new Set(
      decided.schema
        .flatMap((change) =>
          change.kind === 'options' && change.object === mapping.target && change.field === mapping.field
            ? change.options
            : [],
        )
        .map(({ value }) => value),
    );
    const { options } = await surveyOptions(
      { ledger: context.ledger, snapshotId: decided.snapshotId },
      mapping,
    );
    const outcomes = options.map(({ row, key }) => outcomeOf(mapping, row, key, decided, made));
    const rows = new Map(
      (
        await context.ledger.snapshots.rowsAt(
          decided.snapshotId,
          mapping.object,
          options.map(({ row }) => row),
        )
      ).map((row) => [row.row, row.sourceId]),
    );
    if (outcomes.length > 0) {
      await context.ledger.records.putOutcomes(
        migration.id,
        outcomes.map((outcome) => ({ ...outcome, sourceId: rows.get(outcome.row) ?? '' })),
      );
    }
  }
}

function outcomeOf(
  mapping: OptionMapping,
  row: number,
  key: string,
  decided: DecidedPlan,
  made: ReadonlySet<string>,
): RowOutcome {
  const value = decided.valueMaps[mapping.valueMap]?.[key] ?? '';
  const created = made.has(value ?? '');
  return {
    object: mapping.object,
    row,
    sourceId: '',
    outcome: created ? 'created' : 'linked',
    reason: created ? 'OPTION_MADE' : 'OPTION_EXISTS',
  };
}

function requireType(change: Exclude<SchemaChange, { kind: 'options' }>, there: TargetField): void {
  const wanted = change.kind === 'relation' ? 'RELATION' : change.type;
  if (there.type === wanted) return;
  throw new VpError('TWENTY_INCOMPATIBLE', {
    what: `Someone made this field since the plan, as ${there.type}; the mapping needs ${wanted}.`,
    where: `${change.object}.${change.name}`,
    todo: 'Rename or remove that field in Twenty, or change the mapping, and plan again.',
  });
}
