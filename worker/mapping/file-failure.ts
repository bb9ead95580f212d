import type { DeadLetterReason } from '../domain/dead-letter.ts';
import { FILE_COLUMNS, type FileProblem, type SourceRow } from '../domain/record.ts';
import type { RecordMapping } from './mapping-schema.ts';

const TODO: Readonly<Record<FileProblem, string>> = {
  FILE_UNNAMED: 'Give the row a path in the source, then extract again.',
  FILE_MISSING: 'Put the file into the export under its path, then extract again.',
  FILE_EMPTY: 'Nothing is in the file; export it again, or leave the attachment out.',
  FILE_OUTSIDE:
    "Put the file into the folder of the export's files and correct its path, then extract again.",
  FILE_UNREADABLE: 'Check the permissions and the disk of the export, then extract again.',
  FILE_HASH_WRONG: 'Export the file again; it was damaged, or replaced, since the source described it.',
  FILE_SIZE_WRONG: 'Export the file again; it was cut, or replaced, since the source described it.',
};

const isProblem = (text: string): text is FileProblem => Object.hasOwn(TODO, text);

/** What extract found wrong with the file that a row names; null when its bytes can be taken, or the mapping takes no file. */
export function fileFailure({ file }: RecordMapping, row: SourceRow): DeadLetterReason | null {
  const problem = row.fields[FILE_COLUMNS.problem] ?? '';
  if (file === undefined || problem === '') return null;
  const code = isProblem(problem) ? problem : 'FILE_UNREADABLE';
  return { code, field: file.path, todo: TODO[code] };
}
