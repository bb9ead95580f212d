import type { Json } from '../../domain/canonical.ts';
import type { Change, Migration, NewChange } from '../../ledger/ledger.ts';
import type { StageContext } from '../stage.ts';

/** What one change of the data model is made with. */
export interface Making {
  readonly context: StageContext;
  readonly migration: Migration;
  /** The change as an earlier run stored it. */
  readonly known: Change | undefined;
}

/** Stores the intent, or finds the one of an interrupted run. Returns its sequence number. */
export async function intend({ context, migration, known }: Making, change: NewChange): Promise<number> {
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

/** Twenty has it: the change stands, with what Twenty returned. */
export async function confirm(
  { context, migration }: Making,
  seq: number,
  base: Json,
  about: { readonly name: string; readonly operation: string },
): Promise<void> {
  await context.ledger.transaction(async (tx) => {
    await tx.changes.setBase(migration.id, [{ seq, base }]);
    await tx.changes.setState(migration.id, [seq], 'applied');
    await tx.trail.append(migration.id, [
      { actor: context.actor, operation: about.operation, object: about.name, outcome: 'done' },
    ]);
  });
}
