/**
 * Why one source record could not be loaded. `field` is the Twenty field or source column to blame, where known; `todo`
 * says what to do about it. No customer value in either.
 */
export interface DeadLetterReason {
  readonly code: DeadLetterCode;
  readonly field?: string;
  readonly todo: string;
}

/** What makes a record a dead letter. The texts say what happened; what to do is in the reason's `todo`. */
export const DEAD_LETTER_CODES = {
  NO_ID: 'The row has no source id.',
  ROW_BROKEN:
    'The row has more cells than the header, or a quote that never closes: its cells cannot be trusted.',
  DUPLICATE_ID: 'An earlier or later row has the same id and other content.',
  UNCONVERTIBLE: 'A value cannot be converted, and the mapping demands a dead letter for that field.',
  REQUIRED_MISSING: 'A value that Twenty requires is empty.',
  REFERENCE_FAILED: 'A record that this one cannot do without is itself not in Twenty.',
  DUPLICATE_KEY: 'Another record holds the same unique value, and the policy is not to link.',
  REFUSED: 'Twenty refused the record.',
  TOO_LARGE: 'The record alone is larger than Twenty takes in one request.',
  RECORD_GONE: 'The record that was matched in the plan is no longer in Twenty.',
  FILE_UNNAMED: 'The row names no file.',
  FILE_MISSING: 'The file is not in the export.',
  FILE_EMPTY: 'The file holds no bytes.',
  FILE_OUTSIDE: "The path leaves the folder of the export's files.",
  FILE_UNREADABLE: 'The file cannot be read.',
  FILE_HASH_WRONG: 'The file is not the one that the source describes: its SHA-256 differs.',
  FILE_SIZE_WRONG: 'The file is not the one that the source describes: its size differs.',
  FILE_CHANGED: 'The file is not the one that was extracted.',
  FILE_REFUSED: 'Twenty refused the file.',
} as const;

export type DeadLetterCode = keyof typeof DEAD_LETTER_CODES;
