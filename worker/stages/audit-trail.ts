import type { Ledger, Migration } from '../ledger/ledger.ts';

const PAGE = 1000;

/**
 * The append-only trail of a migration as JSON lines, oldest first, without line ends. Entries of the store itself (extract, allowed fields), which have no
 * migration, come first: without them the trail would not say where the data came from.
 */
export async function* exportAuditTrail(
  ledger: Ledger,
  migration: Pick<Migration, 'id'>,
): AsyncGenerator<string> {
  for (const scope of [null, migration.id]) {
    for (let afterSeq = 0; ; ) {
      const entries = await ledger.trail.read(scope, { afterSeq, limit: PAGE });
      for (const entry of entries) yield JSON.stringify(entry);
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE) break;
      afterSeq = last.seq;
    }
  }
}
