import type { DeadLetterReason } from '../../domain/dead-letter.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { SourceProfile } from '../../domain/source-profile.ts';
import type { Ledger, RepeatedId } from '../../ledger/ledger.ts';
import type { TransformedRow } from '../../mapping/compile.ts';
import type { MatchKey, RecordMapping } from '../../mapping/mapping-schema.ts';
import type { TransformContext } from '../../mapping/transforms/transform.ts';
import type { Target } from '../../twenty/target.ts';

/**
 * What a survey finds out about the rows of one object before anything is written: everything that is special about a row, and nothing about
 * the others, so that a million ordinary rows cost numbers and short strings only. Policies are not applied here: the
 * survey lists, `plan` decides.
 */
export interface ObjectSurvey {
  readonly object: string;
  readonly rows: number;
  /** Ids that several rows carry. Rows without an id are in `failures`. */
  readonly repeats: readonly RepeatedId[];
  /** Source records with one key, in the order of their first rows. */
  readonly keyGroups: readonly KeyGroup[];
  /** By row, then strongest first: own-id, exact in the order of `mapping.match`, bare-host; live before trash. */
  readonly matches: readonly KeyMatch[];
  /** Child id to parent id of the hierarchy, as the first row of each child says it (`run.lastWins`: the last row). Dangling ones left out. */
  readonly parents: ReadonlyMap<string, string>;
  readonly hierarchy: Hierarchy;
  /** Rows that end without being written, whatever the policies of this object say: they hang on something that is left out. In row order. */
  readonly settled: readonly SettledRow[];
  /** Rows that will be dead letters whatever is decided, but for a correction or another value map. In row order. */
  readonly failures: readonly RowFailure[];
  /** References whose id no row of the referenced object carries. In row order; references to member objects are not here. */
  readonly dangling: readonly DanglingReference[];
  /** Per member object (`run.members`): how many rows refer to each of its ids, known or not. A row counts once per id. */
  readonly memberUse: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Texts that did not convert, counted by column and reason; also those of rows in `failures`. */
  readonly unconverted: readonly Unconvertible[];
}

/**
 * Rows of different ids whose records would carry one key. All rows that carry it are here, also those of repeated ids: the keeper is the first
 * row that remains after repeated ids are decided. Blocking rows (NO_ID, ROW_BROKEN) are not here.
 */
export interface KeyGroup {
  readonly path: string;
  readonly as: MatchKey['as'];
  /** Twenty refuses a second record with it. */
  readonly unique: boolean;
  /** In row order, at least two; `sourceIds` runs parallel and holds at least two different ids. */
  readonly rows: readonly number[];
  readonly sourceIds: readonly string[];
}

/**
 * A record in Twenty that stands in the way of a row or is the same thing. A row has one entry per (record, path); a row with two unique
 * keys held by two records has two, and every holder in the trash of a unique value is listed, so that each can be freed.
 */
export interface KeyMatch {
  readonly row: number;
  readonly sourceId: string;
  readonly twentyId: string;
  readonly where: 'live' | 'trash';
  /** Path of the key; `id` or the identity field for `own-id`. */
  readonly by: string;
  /** `own-id`: the record carries the id that we derive, or our identity text: an earlier migration made or matched it. */
  readonly kind: 'own-id' | 'exact' | 'bare-host';
  /** The path is one that Twenty keeps unique (of the exact kind: the row cannot have the value while the record has it). */
  readonly unique: boolean;
}

/** Levels of a hierarchy with its loops broken. */
export interface Hierarchy {
  /** Edges between an id and the root above it; only ids with a depth above 0. */
  readonly depth: ReadonlyMap<string, number>;
  /** One per loop: the edge whose child id is the smallest of the loop (by code unit). In order of child id. */
  readonly brokenEdges: readonly { readonly child: string; readonly parent: string }[];
  /** The ids of each loop, from the child of the broken edge upwards. Parallel to `brokenEdges`. */
  readonly cycles: readonly (readonly string[])[];
}

export interface SettledRow {
  readonly row: number;
  readonly sourceId: string;
  readonly outcome: 'merged' | 'skipped' | 'excluded';
  readonly reason: string;
}

export interface RowFailure {
  readonly row: number;
  readonly sourceId: string;
  readonly reason: DeadLetterReason;
}

export interface DanglingReference {
  readonly row: number;
  readonly sourceId: string;
  /** Relation field, source column, and object referred to. */
  readonly to: string;
  readonly column: string;
  readonly object: string;
  readonly missing: 'keep' | 'dead-letter';
}

export interface Unconvertible {
  readonly column: string;
  /** Twenty field of the mapping entry; null for a time or a column that several entries read. */
  readonly field: string | null;
  readonly why: TransformedRow['kept'][number]['why'];
  readonly rows: number;
  /** At most 20. */
  readonly examples: readonly { readonly row: number; readonly sourceId: string }[];
}

export interface SurveyContext {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly snapshotId: string;
}

export interface SurveyRun {
  readonly mapping: RecordMapping;
  readonly profile: SourceProfile;
  readonly transformContext: TransformContext;
  /** The source object behind the object of a mapping: another one for pieces. */
  readonly rowsOf: (object: string) => string;
  readonly sourceInstance: string;
  /** Source objects whose rows are people of the workspace: their references are counted, not checked. */
  readonly members: ReadonlySet<string>;
  /** Objects that a person left out: what cannot be without a record of theirs is left out too. */
  readonly exclusions?: ReadonlySet<string>;
  /** Of pieces: what was decided for the source row of this number, where it is not written. */
  readonly fateOf?: (sourceRow: number) => Pick<SettledRow, 'outcome' | 'reason'> | null;
  /** Of rows that repeat an id the last one is the record (policy `last-wins`); default the first. Concerns `parents` only. */
  readonly lastWins?: boolean;
  /** Sees every row in row order, in the same pass; `transformed` is null for rows with a blocking defect. */
  readonly observe?: (row: SourceRow, transformed: TransformedRow | null) => void;
}

/**
 * The functions (one file each beside this one):
 *
 * - survey-object.ts: `surveyObject(context, run, signal): Promise<ObjectSurvey>`: one pass over the rows, one scan of Twenty.
 * - survey-parents.ts: `surveyParents(parents): Hierarchy`: pure; call it again with contracted parents when rows are merged.
 * - survey-members.ts: `surveyMembers(context, mapping, signal): Promise<MemberSurvey>`.
 * - survey-options.ts: `surveyOptions(context, mapping): Promise<OptionSurvey>`: the options that the source defines, in order.
 */
export interface MemberSurvey {
  readonly object: string;
  readonly rows: number;
  readonly members: readonly { readonly id: string; readonly email: string; readonly name: string }[];
  /** Source id to workspace member id. */
  readonly matched: ReadonlyMap<string, string>;
  /** In row order. `email` as it stands in the source, for the list of orphan owners; never for a log. */
  readonly unmatched: readonly {
    readonly row: number;
    readonly sourceId: string;
    readonly name: string;
    readonly email: string;
  }[];
}

export interface OptionSurvey {
  readonly object: string;
  readonly rows: number;
  /** In group order of appearance, then by the order column, then by row. The first spelling of a key wins. */
  readonly options: readonly DefinedOption[];
}

export interface DefinedOption {
  readonly row: number;
  /** Key in the value map (`valueMapKey([group, name])`). */
  readonly key: string;
  readonly group: string;
  readonly name: string;
}
