import { z } from 'zod';
import { digestOf } from '../domain/canonical.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';
import type { Target } from '../twenty/target.ts';

const PER_OBJECT = 20;

/** By object the newest change whose record the queue is known to have worked off. */
const knownSchema = z.record(z.string(), z.int());

/**
 * True once the queue has worked off the newest records of each object that are still there. That is told by their timeline rows, which a rollback removes
 * before the records: so what was seen once is kept in the ledger and never asked again, or a rollback that was killed in between would wait for
 * rows that nobody writes any more.
 */
export async function queueDigested(
  { ledger, target }: { readonly ledger: Ledger; readonly target: Target },
  migration: Pick<Migration, 'id'>,
  timeoutMs: number,
): Promise<boolean> {
  const known = knownSchema.safeParse((await ledger.migrations.document(migration.id, 'queue'))?.body);
  const before: Readonly<Record<string, number>> = known.data ?? {};
  const objects = new Set(
    (await ledger.changes.count(migration.id))
      .filter(({ kind, state }) => kind === 'record-created' && state !== 'reverted')
      .map(({ object }) => object),
  );
  const seen: Record<string, number> = {};
  let all = true;
  for (const object of objects) {
    const newest = await ledger.changes.newest(migration.id, {
      kinds: ['record-created'],
      object,
      states: ['applied', 'kept'],
      limit: PER_OBJECT,
    });
    const last = newest[0]?.seq ?? 0;
    if (last <= (before[object] ?? 0)) continue;
    const there = await target.records.byIds(
      object,
      newest.map(({ key }) => key),
      { fields: [], trash: true },
    );
    const ids = there.map(({ id }) => id);
    // Behind for one object is behind for all; what is known of the others is kept all the same.
    if (await target.automations.digested(object, ids, all ? timeoutMs : 0)) seen[object] = last;
    else all = false;
  }
  if (Object.keys(seen).length === 0) return all;
  const body = { ...before, ...seen };
  await ledger.migrations.putDocument(migration.id, { kind: 'queue', digest: digestOf(body), body });
  return all;
}
