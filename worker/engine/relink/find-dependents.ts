import type { DeadLetter, WorkItem } from '../../ledger/ledger.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import type { RowToBuild } from '../build-records.ts';
import { gatherRows } from '../load-range.ts';
import type { LoadRun } from '../load-run.ts';

const PAGE = 1000;

/** Source ids that lead to a record now, by object. */
export type Resolved = ReadonlyMap<string, ReadonlySet<string>>;

/** The source ids of these dead letters, and of the rows that were merged into theirs. */
export async function resolvedIds(load: LoadRun, letters: readonly DeadLetter[]): Promise<Resolved> {
  const resolved = new Map<string, Set<string>>();
  for (const [object, own] of Map.groupBy(letters, (letter) => letter.object)) {
    const rows = own.map(({ row }) => row);
    const items = await load.ledger.work.itemsOf(load.run.migrationId, object, rows);
    const gathered = await gatherRows(load, { object, items });
    const ids = gathered.flatMap(({ row, merged }) => [row, ...merged].map(({ sourceId }) => sourceId));
    resolved.set(object, new Set(ids));
  }
  return resolved;
}

/**
 * Work items whose row, as corrected and merged, refers to one of `resolved`; page by page, each with items of one object, none empty.
 */
export async function* findDependents(
  load: LoadRun,
  resolved: Resolved,
): AsyncGenerator<{ readonly mapping: RecordMapping; readonly items: readonly WorkItem[] }> {
  const { decided, migrationId } = load.run;
  const referring = new Map<string, RecordMapping>();
  for (const mapping of decided.mapping) {
    if (mapping.kind !== 'record' || decided.exclusions.includes(mapping.object)) continue;
    if (mapping.references.some(({ object }) => resolved.has(object))) referring.set(mapping.object, mapping);
  }
  if (referring.size === 0) return;
  for (let after = 0; ; ) {
    const page = await load.ledger.work.items(migrationId, { after, limit: PAGE });
    for (const [object, own] of Map.groupBy(page, (item) => item.object)) {
      const mapping = referring.get(object);
      if (mapping === undefined) continue;
      const gathered = await gatherRows(load, { object, items: own });
      const rows = new Set(
        gathered.filter((one) => refers(mapping, one, resolved)).map(({ row }) => row.row),
      );
      const items = own.filter(({ row }) => rows.has(row));
      if (items.length > 0) yield { mapping, items };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.seq;
  }
}

function refers(mapping: RecordMapping, { row, merged }: RowToBuild, resolved: Resolved): boolean {
  return mapping.references.some(({ from, object }) =>
    [row, ...merged].some(({ fields }) => resolved.get(object)?.has((fields[from] ?? '').trim())),
  );
}
