/**
 * One row of the source as it came: text per column, nothing converted. `row` counts the data rows of its object from 1
 * and is the identity of the row; `sourceId` may repeat (a finding) or be empty (a dead letter).
 */
export interface SourceRow {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  /** Column name (as the profile spells it) to raw text. An empty cell is `''`; an absent column is no key. */
  readonly fields: Readonly<Record<string, string>>;
  readonly defects: readonly RowDefect[];
  /** Set on rows that are pieces of a row of the source: that row's id, and which of its pieces this is ('' where there is one only). */
  readonly piece?: { readonly of: string; readonly element: string };
}

/**
 * What is wrong with a row as a row, before any mapping. `blocking` ones make it a dead letter, because its cells cannot
 * be trusted to stand under their headers; the others are findings of the audit.
 */
export interface RowDefect {
  readonly code:
    | 'ROW_TOO_LONG'
    | 'ROW_TOO_SHORT'
    | 'NO_ID'
    | 'UNCLOSED_QUOTE'
    | 'CONTROL_CHARACTERS'
    | 'UNDECODABLE_BYTES'
    | 'CELL_TOO_LARGE'
    /** A child of an excluded object: its id and its parent alone were kept. */
    | 'EXCLUDED_PARENT';
  readonly blocking: boolean;
  /** The column, where one is to blame. */
  readonly column?: string;
}

/** The one outcome that every source row ends in. They add up to the rows read. */
export const OUTCOMES = [
  'created',
  'updated',
  'linked',
  'merged',
  'restored',
  'skipped',
  'excluded',
  'dead-letter',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Why the file that a row names cannot be taken. */
export type FileProblem =
  | 'FILE_MISSING'
  | 'FILE_EMPTY'
  | 'FILE_OUTSIDE'
  | 'FILE_UNREADABLE'
  /** The row names no file. */
  | 'FILE_UNNAMED'
  /** Its SHA-256 or its size is not the one that the source states. */
  | 'FILE_HASH_WRONG'
  | 'FILE_SIZE_WRONG';

/**
 * Columns that extract adds to rows that name a file: bytes, SHA-256 (hex) and FileProblem ('' when there is none). With them the snapshot says which
 * bytes it means; the bytes themselves stay in the source until they are loaded.
 */
export const FILE_COLUMNS = { size: '$file.size', sha256: '$file.sha256', problem: '$file.problem' } as const;
