import type { Ledger, Migration, Phase } from '../ledger/ledger.ts';

/** Items that a phase still has to write. */
export async function remainingItems(ledger: Ledger, migration: Migration, phase: Phase): Promise<number> {
  return (await ledger.work.remaining(migration.id, phase)).reduce((sum, { items }) => sum + items, 0);
}
