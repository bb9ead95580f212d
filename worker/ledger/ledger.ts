import type { Json } from '../domain/canonical.ts';
import type { DeadLetterReason } from '../domain/dead-letter.ts';
import type { RateBudgetStore } from '../domain/rate-budget.ts';
import type { Outcome, SourceRow } from '../domain/record.ts';
import type { RunState } from '../domain/run-state.ts';

/**
 * The port to the store: snapshot, ledger, audit trail, rate budget. One implementation in SQL, on PGlite or Postgres.
 *
 * Invariants:
 * - `transaction` makes everything inside it one commit. Outside of one, each method is its own.
 * - Payloads (rows, images, documents) are opaque bytes to SQL: keys, hashes and ranges are columns, values are not.
 * - Nothing in `trail` is ever changed or deleted; the database refuses it.
 * - A method that returns acknowledged has been made durable.
 */
export interface Ledger {
  transaction<T>(work: (tx: Ledger) => Promise<T>): Promise<T>;
  readonly snapshots: SnapshotStore;
  readonly migrations: MigrationStore;
  readonly work: WorkStore;
  readonly records: RecordStore;
  readonly changes: ChangeStore;
  readonly trail: TrailStore;
  readonly budget: RateBudgetStore;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- snapshot

export interface Snapshot {
  readonly id: string;
  /** Name of the deployment; part of every id. Immutable. */
  readonly sourceInstance: string;
  readonly location: string;
  readonly profileDigest: string;
  /** Sensitive fields that a person allowed: `object.field` to the reason given. */
  readonly allowed: Readonly<Record<string, string>>;
  readonly complete: boolean;
  /** Digest over the content hashes of all rows; set when complete. */
  readonly digest: string | null;
  readonly createdAt: string;
}

/** How far one stream was read into a snapshot, and what was seen of it as a file. */
export interface StreamState {
  readonly object: string;
  readonly cursor: Json;
  readonly rows: number;
  readonly done: boolean;
  /** StreamInfo of the connector, plus what extract adds (statistics). JSON. */
  readonly info: Json;
}

export interface SnapshotStore {
  create(snapshot: Omit<Snapshot, 'id' | 'complete' | 'digest' | 'createdAt'>): Promise<Snapshot>;
  get(id: string): Promise<Snapshot | null>;
  /** Newest first. */
  list(sourceInstance?: string): Promise<Snapshot[]>;
  /** Appends rows of one stream and moves its cursor, in one commit. Rows that are there already (same row number) are left as they are. */
  append(snapshotId: string, stream: StreamState, rows: readonly SourceRow[]): Promise<void>;
  streams(snapshotId: string): Promise<StreamState[]>;
  /** Facts about the snapshot as a whole (excluded streams, unknown files): one JSON document. */
  setNotes(snapshotId: string, notes: Json): Promise<void>;
  notes(snapshotId: string): Promise<Json>;
  /** Computes and stores the digest; the snapshot takes no more rows. */
  complete(snapshotId: string): Promise<Snapshot>;
  /** Rows in row order after `afterRow`, at most `limit`. */
  rows(
    snapshotId: string,
    object: string,
    page: { readonly afterRow: number; readonly limit: number },
  ): Promise<SourceRow[]>;
  /** The rows with these row numbers, in row order. */
  rowsAt(snapshotId: string, object: string, rows: readonly number[]): Promise<SourceRow[]>;
  count(snapshotId: string, object: string): Promise<number>;
  /** Ids that more than one row carries, with the rows in order and whether all have the same content. Rows without id are not here. */
  repeatedIds(snapshotId: string, object: string): Promise<RepeatedId[]>;
  /** Of these ids, the ones that a row of the object carries. */
  existingIds(snapshotId: string, object: string, ids: readonly string[]): Promise<Set<string>>;
  /** Deletes rows and notes; the snapshot's own line stays. */
  purge(snapshotId: string): Promise<void>;
}

export interface RepeatedId {
  readonly sourceId: string;
  readonly rows: readonly number[];
  readonly identical: boolean;
}

// ---------------------------------------------------------------- migration

export interface Migration {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly sourceInstance: string | null;
  readonly snapshotId: string | null;
  readonly workspaceId: string | null;
  readonly createdAt: string;
}

export type DocumentKind =
  | 'audit'
  | 'decisions'
  | 'plan'
  | 'sample'
  | 'reconciliation'
  | 'rollback'
  /** How far the server's queue is known to have worked off what we created. */
  | 'queue';

export interface StoredDocument {
  readonly kind: DocumentKind;
  readonly digest: string;
  readonly body: Json;
  readonly at: string;
}

export interface Approval {
  readonly kind: 'plan' | 'sample';
  readonly digest: string;
  readonly by: string;
  readonly at: string;
}

export interface MigrationStore {
  /** Creates it in state `new`, or returns the one of that name. */
  open(name: string): Promise<Migration>;
  get(name: string): Promise<Migration | null>;
  list(): Promise<Migration[]>;
  /** Binds it to workspace, source instance and snapshot. Allowed while nothing was written to Twenty. */
  bind(
    id: string,
    to: { sourceInstance: string; snapshotId: string; workspaceId: string },
  ): Promise<Migration>;
  /**
   * The one place that applies a transition: checks the table of domain/run-state.ts under a row lock, writes the trail.
   * Throws STATE_FORBIDS.
   */
  transition(id: string, to: RunState, actor: string): Promise<Migration>;
  /** The newest document of a kind wins; older ones are kept. */
  putDocument(id: string, document: Omit<StoredDocument, 'at'>): Promise<void>;
  document(id: string, kind: DocumentKind): Promise<StoredDocument | null>;
  approve(id: string, approval: Omit<Approval, 'at'>): Promise<Approval>;
  approvals(id: string): Promise<Approval[]>;
  /** Deletes documents that can hold values. */
  purge(id: string): Promise<void>;
}

// ---------------------------------------------------------------- work

/**
 * One source row that has to be written, in load order. `level` orders (object, parent depth); a level starts when every
 * range of the one before has ended.
 */
export interface WorkItem {
  readonly level: number;
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  /** `create`, or how an existing Twenty record is treated. */
  readonly action: 'create' | 'match';
  /** Loaded by `sample`, not by `load`. */
  readonly sample: boolean;
  /** What the plan found out about this row (engine/item-note.ts); null when there is nothing to say. Opaque to SQL. */
  readonly note: Json;
}

export type Phase = 'sample' | 'load';

export interface WorkRange {
  readonly id: number;
  readonly phase: Phase;
  readonly level: number;
  readonly object: string;
  readonly action: WorkItem['action'];
  /** Times this range was claimed before: above 0, an earlier attempt may have reached Twenty. */
  readonly attempt: number;
  readonly items: readonly WorkItem[];
}

export type Claim =
  | { readonly kind: 'range'; readonly range: WorkRange }
  /** The level before is still being worked on by others. */
  | { readonly kind: 'wait' }
  /** Nothing is left in this phase. */
  | { readonly kind: 'done' };

export interface WorkStore {
  /** Replaces the work of a migration by these items (called again and again between begin and end, in load order). */
  begin(migrationId: string): Promise<void>;
  add(migrationId: string, items: readonly WorkItem[]): Promise<void>;
  /** Marks which rows the sample takes (all others are the load's). Replaces an earlier choice. */
  markSample(
    migrationId: string,
    rows: readonly { readonly object: string; readonly row: number }[],
  ): Promise<void>;
  /** The items of these rows of one object. */
  itemsOf(migrationId: string, object: string, rows: readonly number[]): Promise<WorkItem[]>;
  items(
    migrationId: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<(WorkItem & { readonly seq: number })[]>;
  /**
   * Items of one object that carry one of these source ids, and all that carry a note, which may name further rows; in load order after `after`, at most
   * `limit`.
   */
  itemsOfIds(
    migrationId: string,
    object: string,
    sourceIds: readonly string[],
    page: { readonly after: number; readonly limit: number },
  ): Promise<(WorkItem & { readonly seq: number })[]>;
  /**
   * Cuts the items of a phase that have no outcome yet into ranges of `size`, per level and action, unless that was done.
   * Ranges are full but for the last of each (level, action). Idempotent.
   */
  cut(migrationId: string, phase: Phase, size: number): Promise<void>;
  /** Takes the next open range for `holder`; a claim that nobody renewed within `leaseMs` is taken over. */
  claim(migrationId: string, phase: Phase, holder: string, leaseMs: number): Promise<Claim>;
  renew(rangeId: number, holder: string): Promise<boolean>;
  /** Ends a range. Part of the transaction that stores its results. False when the claim was lost to another holder: then roll back. */
  finish(rangeId: number, holder: string): Promise<boolean>;
  /** Gives a range back unfinished (pause). */
  release(rangeId: number, holder: string): Promise<void>;
  /** Forgets the ranges of a phase, e.g. after a discarded sample or for a retry. */
  uncut(migrationId: string, phase: Phase): Promise<void>;
  remaining(
    migrationId: string,
    phase: Phase,
  ): Promise<{ readonly object: string; readonly items: number }[]>;
}

// ---------------------------------------------------------------- records

/** Where a source record went. Same key as its id (promise 3). */
export interface Link {
  readonly object: string;
  readonly sourceId: string;
  readonly targetObject: string;
  readonly part: string;
  readonly twentyId: string;
}

export interface RowOutcome {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  readonly outcome: Outcome;
  /** Short reason code, e.g. `MATCH_LINK_ONLY`, `IDENTICAL_ROW`. */
  readonly reason: string | null;
}

export interface DeadLetter {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  readonly reason: DeadLetterReason;
  readonly at: string;
  /** Corrected values by column, given with a retry; applied over the snapshot row. */
  readonly fixes: Readonly<Record<string, string>> | null;
  readonly resolved: boolean;
}

export interface OutcomeCount {
  readonly object: string;
  readonly outcome: Outcome;
  readonly n: number;
}

export interface RecordStore {
  putLinks(migrationId: string, links: readonly Link[]): Promise<void>;
  /** Twenty ids by source id, of one source object, target object and part. */
  resolve(
    migrationId: string,
    key: { readonly object: string; readonly targetObject: string; readonly part: string },
    sourceIds: readonly string[],
  ): Promise<Map<string, string>>;
  /** Links by Twenty id. */
  linksOf(migrationId: string, targetObject: string, twentyIds: readonly string[]): Promise<Link[]>;
  links(
    migrationId: string,
    object: string,
    page: { readonly afterSourceId: string; readonly limit: number },
  ): Promise<Link[]>;
  dropLinks(migrationId: string, targetObject: string, twentyIds: readonly string[]): Promise<void>;

  /** Exactly one outcome per row: a second one replaces the first. */
  putOutcomes(migrationId: string, outcomes: readonly RowOutcome[]): Promise<void>;
  outcomes(
    migrationId: string,
    object: string,
    page: { readonly afterRow: number; readonly limit: number },
  ): Promise<RowOutcome[]>;
  countOutcomes(migrationId: string): Promise<OutcomeCount[]>;
  dropOutcomes(migrationId: string, object: string, rows: readonly number[]): Promise<void>;
  /** All outcomes, links and dead letters of a migration, before a new plan. */
  clear(migrationId: string): Promise<void>;

  /** Also writes the outcome `dead-letter`. An unresolved one of the same row is replaced. */
  putDeadLetters(
    migrationId: string,
    letters: readonly Omit<DeadLetter, 'at' | 'fixes' | 'resolved'>[],
  ): Promise<void>;
  deadLetters(migrationId: string, options?: { readonly unresolvedOnly?: boolean }): Promise<DeadLetter[]>;
  setFixes(
    migrationId: string,
    object: string,
    row: number,
    fixes: Readonly<Record<string, string>>,
  ): Promise<void>;
  resolveDeadLetters(migrationId: string, object: string, rows: readonly number[]): Promise<void>;
  /** Fixes of these rows, where any. */
  fixes(
    migrationId: string,
    object: string,
    rows: readonly number[],
  ): Promise<Map<number, Readonly<Record<string, string>>>>;
}

// ---------------------------------------------------------------- changes

/** Everything we did to Twenty, in the order we did it, with what it takes to undo it. */
export const CHANGE_KINDS = [
  'record-created',
  'record-updated',
  'record-restored',
  'trash-key-freed',
  'trash-destroyed',
  'field-created',
  'options-added',
  'object-created',
  'automation-paused',
  'file-uploaded',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/**
 * `applied` after Twenty acknowledged, `intended` before (only for changes that are not found again by id: schema, automations, uploads). An upload is
 * `applied` when a record of Twenty has the file.
 * `reverted` by rollback, discard or resume; `kept` when rollback left it for a stated reason.
 */
export type ChangeState = 'intended' | 'applied' | 'reverted' | 'kept';

export interface Change {
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly phase: Phase | 'schema' | 'automation';
  /** Twenty object, e.g. `person`. For automations: the kind. */
  readonly object: string;
  /** Record id, field name, automation id, or file id. */
  readonly key: string;
  /** For `file-uploaded`: id of the record that the file is meant for. */
  readonly ofRecord: string | null;
  /** What was there before (record-updated, restored, trash-*), or the definition needed to undo; of an upload the FILES field. */
  readonly before: Json;
  /** What Twenty returned after our write: the base image of delta, drift and reconciliation. */
  readonly base: Json;
  readonly state: ChangeState;
  /** Why it was kept. */
  readonly note: string | null;
}

export type NewChange = Omit<Change, 'seq' | 'state' | 'note' | 'ofRecord'> & {
  readonly state?: ChangeState;
  readonly ofRecord?: string;
};

export interface ChangeStore {
  put(migrationId: string, changes: readonly NewChange[]): Promise<void>;
  /** Newest first, below `beforeSeq` (from the top when omitted). */
  newest(
    migrationId: string,
    options: {
      readonly kinds?: readonly ChangeKind[];
      readonly object?: string;
      readonly phase?: Change['phase'];
      readonly states?: readonly ChangeState[];
      readonly beforeSeq?: number;
      readonly limit: number;
    },
  ): Promise<Change[]>;
  /** Changes of these records (record-* kinds), any state but `reverted`. */
  ofRecords(migrationId: string, object: string, ids: readonly string[]): Promise<Change[]>;
  /** Uploads meant for these records, oldest first, any state but `reverted`. */
  uploadsFor(migrationId: string, object: string, recordIds: readonly string[]): Promise<Change[]>;
  setState(migrationId: string, seqs: readonly number[], state: ChangeState, note?: string): Promise<void>;
  /** Replaces base images, e.g. of an intended change that was applied. */
  setBase(
    migrationId: string,
    images: readonly { readonly seq: number; readonly base: Json }[],
  ): Promise<void>;
  count(
    migrationId: string,
  ): Promise<
    { readonly kind: ChangeKind; readonly object: string; readonly state: ChangeState; readonly n: number }[]
  >;
  /** Names of migrations on the same workspace, created later, that hold any of these records and are not rolled back. */
  heldByNewer(migrationId: string): Promise<string[]>;
  /** Empties before- and base images; keys and digests stay. */
  purge(migrationId: string): Promise<void>;
}

// ---------------------------------------------------------------- trail

export interface TrailEntry {
  readonly actor: string;
  /** `create`, `update`, `transition`, `approve`, `field-created`, … */
  readonly operation: string;
  readonly object?: string;
  readonly sourceId?: string;
  readonly twentyId?: string;
  readonly beforeDigest?: string;
  readonly afterDigest?: string;
  readonly outcome: string;
  /** Further facts without customer values. */
  readonly detail?: Json;
}

export interface TrailStore {
  /** `migrationId` null: about the store or a snapshot (extract, allow). */
  append(migrationId: string | null, entries: readonly TrailEntry[]): Promise<void>;
  read(
    migrationId: string | null,
    page: { readonly afterSeq: number; readonly limit: number },
  ): Promise<(TrailEntry & { readonly seq: number; readonly at: string })[]>;
}
