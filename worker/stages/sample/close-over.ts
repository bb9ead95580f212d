import { itemNoteOf } from '../../engine/item-note.ts';
import { mappedRowsAt, type RowSource } from '../../engine/mapped-rows.ts';
import type { RunData } from '../../engine/run-data.ts';
import { referencesOf } from '../../mapping/compile.ts';
import { expandPieces, isPieces } from '../../mapping/expand-pieces.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';

const PAGE = 2000;

type Chosen = Map<string, Set<number>>;

/**
 * Adds the pieces of chosen rows (a note without its links shows nothing), then the records that chosen ones refer to, and what those refer to, in reverse
 * load order; parents until none is missing.
 */
export async function closeOver(source: RowSource, run: RunData, chosen: Chosen): Promise<void> {
  const records = run.decided.mapping.filter(
    (mapping): mapping is RecordMapping => mapping.kind === 'record',
  );
  for (const mapping of records) await addPieces(source, mapping, chosen);
  const wanted = new Map<string, Set<string>>();
  for (const mapping of records.toReversed()) {
    const rows = chosen.get(mapping.object) ?? new Set<number>();
    chosen.set(mapping.object, rows);
    await wantReferences(source, run, mapping, [...rows], wanted);
    for (let before = -1; before !== rows.size; ) {
      before = rows.size;
      const ids = wanted.get(mapping.object) ?? new Set<string>();
      if (ids.size === 0) break;
      const added = await rowsOfIds(source, run, mapping, ids, rows);
      for (const row of added) rows.add(row);
      await wantReferences(source, run, mapping, added, wanted);
    }
  }
}

async function addPieces(source: RowSource, mapping: RecordMapping, chosen: Chosen): Promise<void> {
  const of = isPieces(mapping) ? (chosen.get(mapping.pieces.of) ?? new Set<number>()) : new Set<number>();
  if (!isPieces(mapping) || of.size === 0) return;
  const rows = chosen.get(mapping.object) ?? new Set<number>();
  chosen.set(mapping.object, rows);
  for (const row of await source.ledger.snapshots.rowsAt(source.snapshotId, mapping.pieces.of, [...of]))
    for (const piece of expandPieces(mapping, row, source)) rows.add(piece.row);
}

/** Notes the ids that these rows, and the rows merged into them, refer to. */
async function wantReferences(
  source: RowSource,
  run: RunData,
  mapping: RecordMapping,
  rows: readonly number[],
  wanted: Map<string, Set<string>>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += PAGE) {
    const slice = rows.slice(at, at + PAGE);
    const items = await source.ledger.work.itemsOf(run.migrationId, mapping.object, slice);
    const merged = items.flatMap((item) => itemNoteOf(item.note).merged ?? []);
    for (const row of await mappedRowsAt(source, mapping, [...slice, ...merged])) {
      for (const { object, sourceId } of referencesOf(mapping, row, run.context))
        wanted.set(object, (wanted.get(object) ?? new Set<string>()).add(sourceId));
    }
  }
}

/** Rows of an object that carry one of the ids, themselves or through a row merged into them. */
async function rowsOfIds(
  source: RowSource,
  run: RunData,
  mapping: RecordMapping,
  ids: ReadonlySet<string>,
  have: ReadonlySet<number>,
): Promise<number[]> {
  const found: number[] = [];
  for (let after = 0; ; ) {
    const page = await source.ledger.work.itemsOfIds(run.migrationId, mapping.object, [...ids], {
      after,
      limit: PAGE,
    });
    for (const item of page) {
      if (have.has(item.row)) continue;
      const merged = itemNoteOf(item.note).merged ?? [];
      const carries =
        ids.has(item.sourceId) ||
        (merged.length > 0 &&
          (await mappedRowsAt(source, mapping, merged)).some(({ sourceId }) => ids.has(sourceId)));
      if (carries) found.push(item.row);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return found;
    after = last.seq;
  }
}
