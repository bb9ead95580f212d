import type { RowDefect, SourceRow } from '../../domain/record.ts';
import type { SourceObjectProfile } from '../../domain/source-profile.ts';
import type { CsvRecord } from './record-splitter.ts';
import type { StreamLayout } from './stream-layout.ts';
import { CONTROL_CHARACTERS, ODD_CHARACTERS } from './table-reader.ts';

/** Builds the rows of one stream from its records. `odd`: the record's cells must be searched for odd characters. */
export type RowBuilder = (record: CsvRecord, row: number, odd: boolean) => SourceRow;

/**
 * Rows carry every column that is kept; a column in `dropped` (by index) leaves no trace. Cells that a short row lacks are `''`.
 *
 * In a row whose cells do not stand under their headers, a dropped column's value may stand under another: such a row keeps only cells
 * left of where that can begin, which is enough to name it.
 */
export function rowBuilder(
  name: string,
  object: SourceObjectProfile,
  layout: StreamLayout,
  dropped: ReadonlySet<number>,
): RowBuilder {
  const { columns } = layout;
  const width = columns.length;
  const kept = columns
    .map((column, index) => ({ name: column.name, index }))
    .filter(({ index }) => !dropped.has(index));
  const idColumns = object.id.map((id) => columns.findIndex((column) => column.name === id));
  const lossy = layout.encoding.damaged > 0 || layout.encoding.encoding !== 'utf-8';

  return (record, row, odd) => {
    const { cells } = record;
    const structure = structuralDefect(record, width);
    const defects: RowDefect[] = structure ? [structure] : [];
    const hiddenFrom = structure?.blocking ? firstUnsafe(record, dropped) : width;
    const fields: Record<string, string> = {};
    for (const { name: column, index } of kept) {
      if (index >= hiddenFrom) continue;
      const cell = cells[index] ?? '';
      fields[column] = cell;
      if (odd && ODD_CHARACTERS.test(cell)) defects.push(...oddDefects(cell, column, lossy));
    }
    const ids = idColumns.map((index) => cells[index] ?? '');
    const hasId = ids.every((id) => id.trim() !== '');
    if (!hasId) defects.push({ code: 'NO_ID', blocking: true });
    return { object: name, row, sourceId: hasId ? ids.join('/') : '', fields, defects };
  };
}

function structuralDefect(record: CsvRecord, width: number): RowDefect | null {
  const { cells, trouble } = record;
  if (trouble === 'too-large') return { code: 'CELL_TOO_LARGE', blocking: true };
  if (trouble === 'unclosed-quote') return { code: 'UNCLOSED_QUOTE', blocking: true };
  const tooLong = cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '');
  const tooShort = cells.length < width;
  // Stray quotes in a row of the right width are text; in any other row they may have joined or split cells.
  if (trouble === 'stray-quote') return { code: 'UNCLOSED_QUOTE', blocking: tooLong || tooShort };
  if (tooLong) return { code: 'ROW_TOO_LONG', blocking: true };
  return tooShort ? { code: 'ROW_TOO_SHORT', blocking: false } : null;
}

/** The first column that may hold a dropped column's value in a row that is not to be trusted; no limit when none is dropped. */
function firstUnsafe(record: CsvRecord, dropped: ReadonlySet<number>): number {
  if (record.trouble === null) return Math.min(...dropped);
  return [...dropped].some((index) => index >= record.troubleAt)
    ? record.troubleAt
    : Number.POSITIVE_INFINITY;
}

function oddDefects(cell: string, column: string, lossy: boolean): RowDefect[] {
  const defects: RowDefect[] = [];
  if (CONTROL_CHARACTERS.test(cell)) {
    defects.push({ code: 'CONTROL_CHARACTERS', blocking: false, column });
  }
  if (lossy && cell.includes('\ufffd')) defects.push({ code: 'UNDECODABLE_BYTES', blocking: false, column });
  return defects;
}
