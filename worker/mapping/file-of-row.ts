import { FILE_COLUMNS, type SourceRow } from '../domain/record.ts';
import type { RecordMapping } from './mapping-schema.ts';
import { cleanText } from './transforms/clean-text.ts';

/** The file that goes with a record: what the snapshot says of it. Its bytes are in the source. */
export interface FileOfRow {
  /** FILES field, and the text field that names the place of a file that stays. */
  readonly to: string;
  readonly elsewhere: string;
  /** Within the source's files. */
  readonly path: string;
  /** As people see it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** Null when the mapping takes no file, or extract found that the row's cannot be taken. */
export function fileOfRow({ file }: RecordMapping, row: SourceRow): FileOfRow | null {
  const size = row.fields[FILE_COLUMNS.size] ?? '';
  if (file === undefined || size === '' || (row.fields[FILE_COLUMNS.problem] ?? '') !== '') return null;
  const path = (row.fields[file.path] ?? '').trim();
  const shown = (text: string) => cleanText(text).trim();
  const named = shown(row.fields[file.name] ?? '');
  return {
    to: file.to,
    elsewhere: file.elsewhere,
    path,
    name: named === '' ? shown(path.split(/[\\/]/).at(-1) ?? path) : named,
    size: Number(size),
    sha256: row.fields[FILE_COLUMNS.sha256] ?? '',
  };
}
