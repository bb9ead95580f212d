import type { LoadRun } from '../../engine/load-run.ts';
import type { Migration } from '../../ledger/ledger.ts';
import type { CountCheck } from '../../mapping/documents/reconciliation.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { CappedCollector } from './capped-list.ts';

const LISTED = 100;

/**
 * Counts the records of a Twenty object that carry an identity of this source instance and compares with what was read back. A number that differs is
 * followed up record by record: known by another link of this migration, by another migration of this store, or by nobody (a doubled record).
 */
export async function checkCount(
  load: LoadRun,
  migration: Migration,
  mapping: RecordMapping,
  expected: number,
): Promise<CountCheck> {
  const { records } = load.target;
  const filter = { [mapping.identity]: { startsWith: `${load.run.decided.sourceInstance}:` } };
  const twenty = await records.count(mapping.target, { filter });
  const unknown = new CappedCollector<string>(LISTED);
  let explained = 0;
  if (twenty !== expected) {
    const others = (await load.ledger.migrations.list()).filter(({ id }) => id !== migration.id);
    for await (const page of records.scan(mapping.target, {
      fields: [mapping.identity],
      filter,
      signal: load.signal,
    })) {
      let ids = page.map(({ id }) => id);
      for (const { id } of [migration, ...others]) {
        if (ids.length === 0) break;
        const linked = new Set(
          (await load.ledger.records.linksOf(id, mapping.target, ids)).map(({ twentyId }) => twentyId),
        );
        explained += linked.size;
        ids = ids.filter((candidate) => !linked.has(candidate));
      }
      for (const id of ids) unknown.add(id);
    }
    explained -= Math.min(explained, expected);
  }
  return { targetObject: mapping.target, expected, twenty, explained, unknown: unknown.list() };
}

/** Records too many that nobody knows, or too few. */
export function unexplainedCount({ expected, twenty, explained, unknown }: CountCheck): number {
  return unknown.total > 0 ? unknown.total : Math.max(0, expected - (twenty - explained));
}
