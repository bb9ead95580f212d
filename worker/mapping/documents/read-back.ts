import type { Json } from '../../domain/canonical.ts';
import type { Outcome } from '../../domain/record.ts';

/**
 * What a field of a migrated record turned out to be.
 * `equal`, `normalised` (by a declared rule of Twenty), `kept-by-policy` (a matched record kept its own value, as the approved policy says), `drift`
 * (someone wrote the record since, and Twenty says who), `different` and `missing` (nothing explains it).
 */
export const READ_VERDICTS = [
  'equal',
  'normalised',
  'kept-by-policy',
  'drift',
  'different',
  'missing',
] as const;

export type ReadVerdict = (typeof READ_VERDICTS)[number];

/** Explained by a declared normalisation or by drift in the ledger, nothing else; a policy leaves nothing to explain. */
export function isExplained(verdict: ReadVerdict): boolean {
  return verdict !== 'different' && verdict !== 'missing';
}

/** Who wrote a record after us, as Twenty says. */
export interface DriftAuthor {
  readonly by: 'person' | 'api' | 'automation';
  /** Name that Twenty gives for the writer; empty where it gives none. */
  readonly who: string;
  /** When, as Twenty says (updatedAt, or deletedAt of a record in the trash). */
  readonly at: string;
}

/** One field of one record: what stood in the source, what had to come of it, what Twenty shows. */
export interface FieldReading {
  /** Twenty field; the join column for a relation. */
  readonly field: string;
  /** Raw cells by source column. */
  readonly source: Readonly<Record<string, string>>;
  readonly expected: Json;
  readonly found: Json;
  readonly verdict: ReadVerdict;
  /** Id of the normalisation rule. */
  readonly rule?: string;
  /** Where in a composite the first difference is, e.g. `emails.primaryEmail`. */
  readonly path?: string;
  readonly drift?: DriftAuthor;
}

/** The file of one record: the bytes that the snapshot knows, and those that Twenty gives to whoever downloads it. */
export interface FileReading {
  /** As people see it. */
  readonly name: string;
  readonly expected: FileBytes;
  /** Null when there is nothing to download. */
  readonly found: FileBytes | null;
  readonly verdict: Exclude<ReadVerdict, 'normalised'>;
}

export interface FileBytes {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** One migrated record, field by field. */
export interface RecordReading {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  readonly targetObject: string;
  /** Null when no link was stored: the row is not in Twenty. */
  readonly twentyId: string | null;
  /** Null while the row has none. */
  readonly outcome: Outcome | null;
  readonly reason: string | null;
  /** Empty for rows that were not written. */
  readonly fields: readonly FieldReading[];
  /** For a record that has a file of the source. */
  readonly file?: FileReading;
}

export type VerdictCounts = Readonly<Record<ReadVerdict, number>>;

export function noVerdicts(): Record<ReadVerdict, number> {
  return { equal: 0, normalised: 0, 'kept-by-policy': 0, drift: 0, different: 0, missing: 0 };
}
