import { createHash } from 'node:crypto';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';
import type { StreamFinding } from '../source-connector.ts';
import { sniffDelimiter } from './delimiter.ts';
import { decodeBytes, EncodingDetector, type EncodingVerdict } from './encoding.ts';
import type { ExportFile } from './export-files.ts';
import { type HeaderColumn, knownColumns, readHeader } from './header.ts';
import { SensitiveColumns } from './sensitive-columns.ts';
import { newNotes, readTable, type TableNotes } from './table-reader.ts';

/** How a file is to be read, and what was seen on the way to knowing it. */
export interface StreamLayout {
  readonly encoding: EncodingVerdict;
  readonly delimiter: string;
  readonly columns: readonly HeaderColumn[];
  /** Reasons by column index. */
  readonly sensitive: ReadonlyMap<number, string>;
  /** Data rows. */
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 over all bytes. */
  readonly fingerprint: string;
  /** The file's stamp when it was read for this. */
  readonly stamp: string;
  readonly findings: readonly StreamFinding[];
}

const HEAD_BYTES = 64 * 1024;

/**
 * Reads a file twice, without keeping a row: once as bytes, for its encoding (which only the whole file proves) and its fingerprint;
 * once as a table, for repeated headers and for columns whose values look sensitive.
 */
export async function layOut(
  file: ExportFile,
  object: SourceObjectProfile,
  profile: SourceProfile,
  signal?: AbortSignal,
): Promise<StreamLayout> {
  const stamp = await file.stamp();
  const detector = new EncodingDetector();
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const piece of file.open()) {
    signal?.throwIfAborted();
    detector.push(piece);
    hash.update(piece);
    if (bytes < HEAD_BYTES) head.push(piece.subarray(0, HEAD_BYTES - bytes));
    bytes += piece.length;
  }
  const encoding = detector.verdict();
  let headText = '';
  for await (const text of decodeBytes(pieces(head), encoding.encoding)) headText += text;
  const delimiter = sniffDelimiter(headText, knownColumns(object));

  const notes = newNotes();
  let sensitive: SensitiveColumns | null = null;
  let header = readHeader([], object);
  const begin = (cells: readonly string[]): SensitiveColumns => {
    header = readHeader(cells, object);
    return new SensitiveColumns(header.columns, object, profile);
  };
  for await (const piece of readTable(file, { encoding: encoding.encoding, delimiter, signal }, notes)) {
    sensitive ??= begin(notes.header ?? []);
    for (const row of piece.rows) sensitive.see(row.cells);
  }
  if (notes.header !== null) sensitive ??= begin(notes.header);
  return {
    encoding,
    delimiter,
    columns: header.columns,
    sensitive: sensitive?.reasons() ?? new Map(),
    rows: notes.rows,
    bytes,
    fingerprint: hash.digest('hex'),
    stamp,
    findings: [
      ...fileFindings(encoding, delimiter, notes),
      ...(notes.header === null ? [] : header.findings),
    ],
  };
}

async function* pieces(buffers: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* buffers;
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'vertical bar',
};

function fileFindings(encoding: EncodingVerdict, delimiter: string, notes: TableNotes): StreamFinding[] {
  const findings: StreamFinding[] = [];
  const add = (code: StreamFinding['code'], detail: string) => findings.push({ code, detail });
  if (notes.header === null) add('EMPTY_FILE', 'The file is empty: not even a header.');
  else if (notes.rows === 0) add('EMPTY_FILE', 'The file has a header and no rows.');
  if (encoding.damaged > 0) {
    add('ENCODING_GUESSED', `Read as ${encoding.encoding}; ${encoding.damaged} byte sequences are damaged.`);
  } else if (encoding.guessed)
    add('ENCODING_GUESSED', `Read as ${encoding.encoding}: not UTF-8, and no mark says what it is.`);
  const name = DELIMITER_NAMES[delimiter];
  if (name !== undefined) add('DELIMITER_UNUSUAL', `Cells are separated by ${name}.`);
  if (notes.repeated > 0) {
    add(
      'HEADER_REPEATED',
      `The header stands ${notes.repeated} more time(s), first after row ${notes.firstRepeatedAfter}; not counted as rows.`,
    );
  }
  if (notes.header !== null && !notes.endsWithLineEnd)
    add('NO_FINAL_NEWLINE', 'The last line has no line end; the file may be cut.');
  return findings;
}
