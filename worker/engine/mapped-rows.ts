import type { SourceRow } from '../domain/record.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  expandPieces,
  isPieces,
  type PieceContext,
  rowsOf,
  sourceRowNumber,
} from '../mapping/expand-pieces.ts';
import type { ObjectMapping } from '../mapping/mapping-schema.ts';
import { snapshotPages } from './snapshot-pages.ts';

/** Where the rows of mappings come from: a snapshot, and what it takes to make pieces of its rows. */
export interface RowSource extends PieceContext {
  readonly ledger: Ledger;
  readonly snapshotId: string;
}

/** Every row of a mapping in row order: those of its object in the snapshot, or the pieces made of them. Memory of one page. */
export async function* eachMappedRow(
  source: Pick<RowSource, 'ledger' | 'snapshotId'> & Partial<PieceContext>,
  mapping: ObjectMapping,
): AsyncGenerator<SourceRow> {
  for await (const page of mappedPages(source, mapping)) yield* page;
}

/** The same, page by page; a page of pieces is that of the rows they are made of. */
export async function* mappedPages(
  source: Pick<RowSource, 'ledger' | 'snapshotId'> & Partial<PieceContext>,
  mapping: ObjectMapping,
  size?: number,
): AsyncGenerator<SourceRow[]> {
  for await (const rows of snapshotPages(source.ledger, source.snapshotId, rowsOf(mapping), size)) {
    const page = isPieces(mapping)
      ? rows.flatMap((row) => expandPieces(mapping, row, contextOf(source)))
      : rows;
    if (page.length > 0) yield page;
  }
}

/** The rows of a mapping with these numbers, in row order. */
export async function mappedRowsAt(
  source: RowSource,
  mapping: ObjectMapping,
  numbers: readonly number[],
): Promise<SourceRow[]> {
  const { ledger, snapshotId } = source;
  if (!isPieces(mapping)) return ledger.snapshots.rowsAt(snapshotId, mapping.object, numbers);
  const wanted = new Set(numbers);
  const of = [...new Set(numbers.map((row) => sourceRowNumber(mapping, row)))];
  const rows = await ledger.snapshots.rowsAt(snapshotId, mapping.pieces.of, of);
  return rows.flatMap((row) => expandPieces(mapping, row, source)).filter(({ row }) => wanted.has(row));
}

function contextOf({ profile, transformContext }: Partial<PieceContext>): PieceContext {
  if (profile === undefined || transformContext === undefined)
    throw new Error('pieces need the profile and the transform context of the plan');
  return { profile, transformContext };
}
