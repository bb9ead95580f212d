import { VpError } from '../domain/errors.ts';
import { requirePlan } from '../engine/plan-guard.ts';
import type { Change, ChangeKind, Migration } from '../ledger/ledger.ts';
import type { SchemaChange } from '../mapping/documents/plan.ts';
import { addField } from './apply-schema/add-field.ts';
import { addObject } from './apply-schema/add-object.ts';
import { addOptions } from './apply-schema/add-options.ts';
import type { Making } from './apply-schema/intent.ts';
import { recordOptionOutcomes } from './apply-schema/option-outcomes.ts';
import type { StageContext } from './stage.ts';

export interface SchemaResult {
  /** What was made now, as `object` or `object.field`. */
  readonly made: readonly string[];
  /** What an earlier run had made. */
  readonly present: readonly string[];
}

/**
 * Makes what the approved plan lists: objects, fields, relations, options. Idempotent: each change is in the ledger before Twenty is asked (`intended`) and
 * confirmed after, so that a kill in between leaves nothing that rollback does not know of.
 */
export async function runApplySchema(context: StageContext, migration: Migration): Promise<SchemaResult> {
  const { ledger } = context;
  const { plan } = await requirePlan(context, migration, 'plan');
  const earlier = new Map(
    (await schemaChangesOf(context, migration)).map((change) => [
      `${change.kind}:${change.object}.${change.key}`,
      change,
    ]),
  );
  const made: string[] = [];
  const present: string[] = [];
  for (const change of plan.decided.schema) {
    if (context.signal.aborted) throw interrupted(migration);
    const { kind, key } = ledgerKeyOf(change);
    const known = earlier.get(`${kind}:${change.object}.${key}`);
    const name = change.kind === 'object' ? change.object : `${change.object}.${key}`;
    const isNew = await make({ context, migration, known }, change);
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

function interrupted(migration: Migration): VpError {
  return new VpError('INTERRUPTED', {
    what: 'The changes of the data model were stopped after the one in flight.',
    where: migration.name,
    todo: 'Run apply-schema again: it goes on where it was.',
  });
}

/** How the ledger names a change of the plan. */
function ledgerKeyOf(change: SchemaChange): { readonly kind: ChangeKind; readonly key: string } {
  if (change.kind === 'object') return { kind: 'object-created', key: change.object };
  if (change.kind === 'options') return { kind: 'options-added', key: change.field };
  return { kind: 'field-created', key: change.name };
}

async function make(making: Making, change: SchemaChange): Promise<boolean> {
  if (change.kind === 'object') return addObject(making, change);
  return change.kind === 'options' ? addOptions(making, change) : addField(making, change);
}

async function schemaChangesOf({ ledger }: StageContext, migration: Migration): Promise<Change[]> {
  return ledger.changes.newest(migration.id, {
    phase: 'schema',
    states: ['intended', 'applied'],
    limit: 10_000,
  });
}
