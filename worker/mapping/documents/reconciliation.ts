import type { Outcome } from '../../domain/record.ts';
import type { DriftAuthor, FieldReading, VerdictCounts } from './read-back.ts';

/** A list that stops growing at a cap while its total goes on. */
export interface CappedList<Item> {
  readonly total: number;
  readonly listed: readonly Item[];
}

export interface RecordRef {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  readonly twentyId: string | null;
}

/** Causes of what nothing explains; each counts in `unexplained`. */
export const UNEXPLAINED_CAUSES = {
  FIELD_DIFFERENT: 'A field shows another value than it must, and nobody edited it.',
  RECORD_MISSING: 'A record that we wrote is not in Twenty.',
  ROW_WITHOUT_OUTCOME: 'A source row ended in no outcome, or in more than one.',
  CELL_LOST: 'A cell of a loaded row is neither a value, nor kept text, nor left behind for a stated reason.',
  MERGED_WITHOUT_RECORD: 'A row counts as merged, but the record that took it in has no link.',
  COUNT_DIFFERENT: 'Twenty holds another number of records with our identity than the ledger knows.',
  SUM_DIFFERENT: 'The amounts of a group add up to another sum than the raw snapshot.',
  OPTION_MISSING: 'An option that the plan makes or uses is not in Twenty.',
  OPTION_ORDER: 'Options that the plan makes stand in another order.',
  FILE_DIFFERENT: 'A downloaded file is not the one that was extracted: its SHA-256 differs.',
  FILE_MISSING: 'A record has no file to download, although one was loaded with it.',
} as const;

export type UnexplainedCause = keyof typeof UNEXPLAINED_CAUSES;

/** Why a person should look at a record. */
export const ADMIN_REASONS = {
  DIFFERENT: 'A field differs and nothing explains it.',
  MISSING: 'The record is gone from Twenty.',
  NO_OUTCOME: 'The row has no outcome.',
  CELL_LOST: 'A cell went nowhere.',
  DEAD_LETTER: 'The row could not be loaded.',
  DRIFT: 'Someone changed the record since it was written.',
  KEPT_TEXT: 'A value could not be converted; its text is in the original-text field.',
  ORPHAN_OWNER: 'Its owner has no workspace member.',
  BROKEN_PARENT: 'Its parent reference closed a loop and was left out.',
  DANGLING_REFERENCE:
    'It refers to a record that is not in the export, or was not loaded when it was written.',
  DUPLICATE_KEY: 'Another record holds its unique value; the text was kept.',
  AMOUNT_UNVERIFIED: 'The independent check cannot read its amount.',
  FILE: 'Its file is missing or is not the one that was extracted.',
  FILE_ELSEWHERE: 'Its file is larger than the server takes and stays where it is; the record says where.',
  MERGED: 'The record that it was merged into was not loaded.',
} as const;

export type AdminReason = keyof typeof ADMIN_REASONS;

/** What became of the filled cells of one source column; the parts add up to `cells`. */
export interface ColumnCoverage {
  readonly column: string;
  /** Twenty fields that read it. */
  readonly to: readonly string[];
  /** Why it was left behind, for a column that nothing reads. */
  readonly reason: string | null;
  /** Rows in which the cell is not blank. */
  readonly cells: number;
  /** Arrived as (part of) a value. */
  readonly value: number;
  /** Its text is kept in the original-text field, whole or what the value does not hold. */
  readonly kept: number;
  /** A matched record kept its own value by policy. */
  readonly policy: number;
  /** Mapped to nothing by a decision, or nothing but separators and invisible characters. */
  readonly nothing: number;
  /** The column is left behind, for `reason`. */
  readonly ignored: number;
  /** In rows that were merged into another record. */
  readonly merged: number;
  /** In rows that were not loaded: dead letters, skipped, excluded. */
  readonly notLoaded: number;
  /** Arrived, and was edited in Twenty since. */
  readonly drift: number;
  /** Differs or went nowhere; nothing explains it. */
  readonly lost: number;
}

export interface ObjectCoverage {
  readonly object: string;
  readonly columns: readonly ColumnCoverage[];
}

/** Amounts of one currency in one group (stage), in micros as decimal text. source - explained = twenty - twentyOther, or it is unexplained. */
export interface SumGroup {
  readonly currency: string;
  /** Option value in Twenty; '' for none. */
  readonly option: string;
  readonly label: string;
  readonly rows: number;
  /** From the raw snapshot, without transforms. */
  readonly source: string;
  /** Parts of `source` that are not expected in Twenty's sum. */
  readonly notLoaded: string;
  readonly merged: string;
  readonly kept: string;
  readonly policy: string;
  readonly drift: string;
  /** Sum over all linked records as Twenty shows them. */
  readonly twenty: string;
  /** Part of `twenty` from records whose amount or group is their own (policy), was edited since, or cannot be verified. */
  readonly twentyOther: string;
  readonly difference: string;
}

export interface SumCheck {
  readonly object: string;
  readonly amountColumn: string;
  readonly by: readonly string[];
  readonly to: string;
  readonly groups: readonly SumGroup[];
  /** Rows whose amount the independent parser cannot read although it arrived as a value. */
  readonly unverified: number;
  /** Rows whose amount is kept as text. */
  readonly keptRows: number;
}

export interface CountCheck {
  readonly targetObject: string;
  /** Records that carry the identity of their source row, as read back. */
  readonly expected: number;
  /** Live records in Twenty with an identity of this source instance. */
  readonly twenty: number;
  /** Of those: linked by this migration in another way, or by another migration of this store. */
  readonly explained: number;
  /** Known to nobody. */
  readonly unknown: CappedList<string>;
}

/** Files of one source object, each downloaded and compared with the SHA-256 of the snapshot. */
export interface FileCheck {
  readonly object: string;
  /** Files that had to be in Twenty, and their bytes as extracted. */
  readonly files: number;
  readonly bytes: number;
  /** Downloaded and equal to the last bit. */
  readonly equal: number;
  readonly different: number;
  readonly missing: number;
  /** Exchanged or removed by someone since, or a matched record's own. */
  readonly explained: number;
  /** Larger than the server takes: they stay where they are. */
  readonly elsewhere: number;
}

export interface OptionCheck {
  readonly targetObject: string;
  readonly field: string;
  /** Planned options in planned order, and in the order Twenty has. */
  readonly planned: readonly string[];
  readonly found: readonly string[];
  readonly missing: readonly string[];
  readonly inOrder: boolean;
}

export interface ListedDifference extends RecordRef, FieldReading {}

export interface ListedDrift extends RecordRef, DriftAuthor {
  readonly fields: readonly string[];
}

/** What `reconcile` found: every migrated record read back, every mapped field compared. Holds customer values. */
export interface ReconciliationReport {
  readonly version: 1;
  readonly digest: string;
  readonly at: string;
  readonly migration: string;
  readonly sourceInstance: string;
  readonly snapshotId: string;
  readonly workspaceId: string;
  readonly planDigest: string;
  /** Source object to outcome to rows. */
  readonly outcomes: Readonly<Record<string, Readonly<Partial<Record<Outcome, number>>>>>;
  readonly unexplained: number;
  readonly causes: Readonly<Partial<Record<UnexplainedCause, number>>>;
  /** Rows read from the source against outcomes given. */
  readonly rows: readonly { readonly object: string; readonly read: number; readonly settled: number }[];
  /** Records read back and fields compared. */
  readonly records: number;
  readonly verdicts: VerdictCounts;
  readonly coverage: readonly ObjectCoverage[];
  readonly sensitive: readonly {
    readonly object: string;
    readonly column: string | null;
    readonly rows: number | null;
    readonly reason: string;
  }[];
  readonly differences: CappedList<ListedDifference>;
  readonly normalisations: readonly {
    readonly rule: string;
    readonly sentence: string;
    readonly fields: number;
    readonly byField: Readonly<Record<string, number>>;
  }[];
  readonly drift: CappedList<ListedDrift>;
  readonly driftBy: Readonly<Partial<Record<DriftAuthor['by'], number>>>;
  readonly deadLetters: readonly { readonly object: string; readonly code: string; readonly rows: number }[];
  readonly orphans: readonly {
    readonly object: string;
    readonly sourceId: string;
    readonly name: string;
    readonly email: string;
    readonly records: number;
  }[];
  readonly kept: readonly {
    readonly object: string;
    readonly column: string;
    readonly why: string;
    readonly rows: number;
    readonly examples: readonly { readonly row: number; readonly sourceId: string }[];
  }[];
  readonly counts: readonly CountCheck[];
  readonly sums: readonly SumCheck[];
  readonly options: readonly OptionCheck[];
  readonly files: readonly FileCheck[];
  readonly admin: CappedList<RecordRef & { readonly why: AdminReason; readonly detail: string }>;
  readonly adminBy: Readonly<Partial<Record<AdminReason, number>>>;
}
