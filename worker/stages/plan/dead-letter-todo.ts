/** What to do about rows that a plan refuses. */
export const DEAD_LETTER_TODO = {
  NO_ID: 'Give the row an id in the source, extract again, and plan again.',
  ROW_BROKEN:
    'Correct the row in the export (a quote that never closes, or more cells than the header), extract again, and plan again.',
  DUPLICATE_ID:
    'Decide which row is right: duplicate-ids in decisions.yaml takes the last, or correct the source and extract again.',
} as const;
