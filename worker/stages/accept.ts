import type { Ledger, Migration } from '../ledger/ledger.ts';

/** Ends the migration by a person's word: rollback is closed, purge is allowed. Throws STATE_FORBIDS unless it was reconciled. */
export async function runAccept(
  { ledger, actor }: { readonly ledger: Ledger; readonly actor: string },
  migration: Migration,
): Promise<Migration> {
  return ledger.migrations.transition(migration.id, 'accepted', actor);
}
