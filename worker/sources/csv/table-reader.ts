import { decodeBytes, type Encoding } from './encoding.ts';
import type { ExportFile } from './export-files.ts';
import { isHeaderAgain } from './header.ts';
import { type CsvRecord, isBlank, RecordSplitter } from './record-splitter.ts';

/** What stands in a file, in order. Blank lines are nothing; every other record is exactly one of these. */
export interface TablePiece {
  /** Data rows, without the header and without repetitions of it. */
  readonly rows: readonly CsvRecord[];
  /** Bytes read so far. */
  readonly bytesRead: number;
  /** The text may hold control characters or undecodable bytes, here or before. */
  readonly odd: boolean;
}

export interface TableNotes {
  /** The header row; null in a file without any. */
  header: readonly string[] | null;
  /** How often the header stands again, and after how many rows the first time. */
  repeated: number;
  firstRepeatedAfter: number;
  rows: number;
  endsWithLineEnd: boolean;
}

/** Control characters other than tab and line ends. */
export const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Those, and the mark of bytes that did not decode. */
export const ODD_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;

/**
 * Reads a file as a table, piece by piece. A row that repeats the header (whatever its case) is a seam of two exports, not data: it has
 * no number and is only noted. `notes` is filled while reading.
 */
export async function* readTable(
  file: ExportFile,
  how: { readonly encoding: Encoding; readonly delimiter: string; readonly signal?: AbortSignal | undefined },
  notes: TableNotes,
): AsyncGenerator<TablePiece> {
  const splitter = new RecordSplitter(how.delimiter);
  let bytesRead = 0;
  let odd = false;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const bytes of file.open()) {
      how.signal?.throwIfAborted();
      bytesRead += bytes.length;
      yield bytes;
    }
  };
  for await (const text of decodeBytes(counted(), how.encoding)) {
    odd ||= ODD_CHARACTERS.test(text);
    notes.endsWithLineEnd = /[\r\n]$/.test(text);
    const rows = dataRows(splitter.push(text), notes);
    if (rows.length > 0) yield { rows, bytesRead, odd };
  }
  const rows = dataRows(splitter.end(), notes);
  if (rows.length > 0) yield { rows, bytesRead, odd };
}

export function newNotes(): TableNotes {
  return { header: null, repeated: 0, firstRepeatedAfter: 0, rows: 0, endsWithLineEnd: true };
}

function dataRows(records: readonly CsvRecord[], notes: TableNotes): CsvRecord[] {
  const rows: CsvRecord[] = [];
  for (const record of records) {
    if (isBlank(record)) continue;
    if (notes.header === null) notes.header = record.cells;
    else if (mayBeHeader(notes.header, record.cells) && isHeaderAgain(notes.header, record.cells)) {
      if (notes.repeated === 0) notes.firstRepeatedAfter = notes.rows;
      notes.repeated += 1;
    } else {
      notes.rows += 1;
      rows.push(record);
    }
  }
  return rows;
}

/** Cheap, for every row: the first cell can only be the first header when it begins with its letter and is about as long. */
function mayBeHeader(header: readonly string[], cells: readonly string[]): boolean {
  const [first = ''] = header;
  const [cell = ''] = cells;
  return cell.length <= first.length * 2 + 8 && firstLetter(cell) === firstLetter(first);
}

function firstLetter(cell: string): string {
  return cell.trimStart().charAt(0).toLowerCase();
}
