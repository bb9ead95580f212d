import type { RecordReading, VerdictCounts } from './read-back.ts';

/** What `sample` loaded and read back: the document that a person approves before the load. Holds customer values. */
export interface SampleReport {
  readonly digest: string;
  readonly migration: string;
  readonly planDigest: string;
  /** Records loaded and read back. */
  readonly records: number;
  /** Fields and files that differ without an explanation. */
  readonly differences: number;
  readonly rows: readonly RecordReading[];
  /** Fields by verdict. */
  readonly verdicts: VerdictCounts;
  /** What the slice covers, in words: `every stage of deals`, `the longest description of companies`. */
  readonly covers: readonly string[];
}
