import type { Outcome, RowDefect } from '../../domain/record.ts';
import type { ColumnType } from '../../domain/source-profile.ts';
import type { ColumnEvidence } from '../infer-type.ts';

/**
 * What `audit` found: the inventory of the snapshot and of what it will meet in Twenty. Kept in the ledger as an opaque document
 * (it may hold customer values); examples in it are row numbers and source ids.
 */
export interface AuditReport {
  readonly snapshotId: string;
  readonly snapshotDigest: string;
  readonly sourceInstance: string;
  readonly workspaceId: string;
  readonly objects: readonly ObjectAudit[];
  readonly excluded: readonly {
    readonly object: string;
    readonly file: string;
    readonly rows: number;
    readonly reason: string;
  }[];
  readonly sensitiveColumns: readonly {
    readonly object: string;
    readonly column: string;
    readonly reason: string;
    readonly allowed: boolean;
  }[];
  readonly unknownFiles: readonly string[];
  readonly members: readonly { readonly id: string; readonly email: string; readonly name: string }[];
  readonly findings: readonly Finding[];
}

export interface ObjectAudit {
  readonly object: string;
  readonly rows: number;
  readonly columns: readonly ColumnAudit[];
  /**
   * Distinct values with counts, by name of the value map that they feed: of mapped columns the mapping's (`stages`), of columns that nothing
   * maps and that could be a pick-list `<object>.<column>` (items where they are lists). At most 1,000 each.
   */
  readonly distinct: Readonly<Record<string, readonly DistinctValue[]>>;
}

export interface DistinctValue {
  /** In the spelling that is most frequent, blanks trimmed. */
  readonly text: string;
  /** Parts of a composed value (pipeline, stage). */
  readonly parts: readonly string[];
  readonly key: string;
  readonly rows: number;
  /** The other spellings that were seen with the same key. */
  readonly variants: readonly string[];
}

export interface ColumnAudit {
  readonly column: string;
  readonly kind: 'declared' | 'custom';
  readonly filled: number;
  readonly declaredType: ColumnType | null;
  /** The type that the values show, with the share of non-empty values that fit it. */
  readonly seenType: ColumnType;
  readonly share: number;
  /** Distinct values, counted up to a cap; null above it. */
  readonly distinct: number | null;
  readonly maxLength: number;
  /** The Twenty field it goes to; null when nothing maps it. */
  readonly mappedTo: string | null;
  /** What the values show; of columns that nothing maps, for the proposal of their fields. */
  readonly evidence?: ColumnEvidence;
}

export const FINDING_CODES = {
  ROUND_ROW_COUNT: 'The export stops at a round row count that the source is known to cut at.',
  FILE_MISSING: 'A file that the profile expects is not there.',
  FILE: 'Something about the file as a file.',
  COLUMN_UNMAPPED: 'A column that nothing maps.',
  COLUMN_EMPTY: 'A column that is empty in every row.',
  COLUMN_SENSITIVE: 'A sensitive column was left where it is.',
  OBJECT_SENSITIVE: 'A sensitive object was left where it is.',
  UNKNOWN_FILE: 'A file that the profile does not know.',
  ATTACHED_FILE: 'Files that rows name.',
  FILE_TOO_LARGE: 'Files that are larger than Twenty takes.',
  ROW_DEFECT: 'Rows that are broken as rows.',
  DUPLICATE_ID_IDENTICAL: 'Rows repeat an id with the same content: merged.',
  DUPLICATE_ID_DIFFERENT: 'Rows repeat an id with other content.',
  DANGLING_REFERENCE: 'References to records that are not in the export.',
  PARENT_CYCLE: 'Parent chains that loop.',
  DUPLICATE_KEY: 'Several records share one unique value.',
  SAME_HOST: 'Several records share one bare host.',
  OWNER_UNMATCHED: 'Owners without a workspace member.',
  OPTION_UNDEFINED: 'Values that the source does not define.',
  OPTION_SPELLING: 'Values that differ from a defined one in case or blanks only.',
  UNCONVERTIBLE: 'Values that cannot be converted.',
  AMBIGUOUS_NUMBER: 'Numbers that can be read in two ways.',
  AMBIGUOUS_DATE: 'Dates that can be read in two ways.',
  MATCH_LIVE: 'Records that exist in Twenty already.',
  MATCH_TRASH: "Records whose unique value is held by a record in Twenty's trash.",
  MATCH_HOST: 'Records whose bare host is that of a record in Twenty.',
  OWN_RECORD: 'Records that carry an id of ours already: an earlier migration wrote them.',
} as const;

export type FindingCode = keyof typeof FINDING_CODES;

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'info' | 'warning' | 'decision';
  readonly object: string;
  readonly column?: string;
  readonly rows: number;
  /** In words, without values. */
  readonly detail: string;
  /** At most 20 examples. */
  readonly examples: readonly Example[];
}

export interface Example {
  readonly row: number;
  readonly sourceId: string;
  /** The rows or Twenty ids it collides with. */
  readonly with?: readonly string[];
  readonly defect?: RowDefect['code'];
  readonly outcome?: Outcome;
}
