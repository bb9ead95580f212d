import type { SourceRow } from '../domain/record.ts';
import type { Ledger } from '../ledger/ledger.ts';

const PAGE = 1000;

/** The rows of one object of a snapshot in row order, in pages of `size` rows (the last one may be smaller, none is empty). Memory of one page. */
export async function* snapshotPages(
  ledger: Ledger,
  snapshotId: string,
  object: string,
  size: number = PAGE,
): AsyncGenerator<SourceRow[]> {
  for (let afterRow = 0; ; ) {
    const rows = await ledger.snapshots.rows(snapshotId, object, { afterRow, limit: size });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < size) return;
    afterRow = last.row;
  }
}

/** The same, row by row. */
export async function* eachRow(
  ledger: Ledger,
  snapshotId: string,
  object: string,
): AsyncGenerator<SourceRow> {
  for await (const page of snapshotPages(ledger, snapshotId, object)) yield* page;
}
