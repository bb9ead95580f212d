/**
 * The port to a Twenty workspace. Everything about the workspace is discovered, nothing assumed. Rules with their evidence:
 * shared/twenty-facts.md; the contract suite (test/contract) holds on the double and on a real server.
 *
 * Invariants:
 * - A record write answers with what is in Twenty now. `create` never says "not written" of a record that may have been:
 *   a lost answer is resolved by reading ids before it returns or throws.
 * - Every root resolver that Twenty counts passes the pacer, reads included.
 * - Refusals carry no customer value: the server's message is reduced to reason and field.
 */
export interface Target {
  /** Reachability, identity and capability, for doctor and for binding a plan. One metadata call and a few cheap ones. */
  describe(signal?: AbortSignal): Promise<TargetDescription>;
  /** The workspace's data model. Cached; `fresh` reads it again. Not rate limited. */
  schema(options?: { readonly fresh?: boolean }): Promise<TargetSchema>;
  readonly records: TargetRecords;
  readonly model: TargetModel;
  readonly automations: TargetAutomations;
  readonly files: TargetFiles;
  /** What was spent so far, by this process. */
  usage(): TargetUsage;
  close(): Promise<void>;
}

export interface TargetUsage {
  /** Root resolvers that count against the rate limit, sent. */
  readonly calls: number;
  readonly createCalls: number;
  readonly refusedByLimiter: number;
  readonly retries: number;
  /** Milliseconds spent waiting for the pacer. */
  readonly waitedMs: number;
}

export interface TargetDescription {
  readonly workspaceId: string;
  readonly workspaceName: string;
  /** As the server reports it, where it does. */
  readonly version: string | null;
  /** Records per createXs call that this server takes. */
  readonly batchSize: number;
  /** What the key's role may not do of what a migration needs; empty when all is well. */
  readonly missingPermissions: readonly string[];
  readonly limiter: LimiterDescription;
}

/** The rate limit as far as it is known. `calibrated` once the server has told. */
export interface LimiterDescription {
  readonly limit: number;
  readonly windowMs: number;
  readonly calibrated: boolean;
}

export interface TargetSchema {
  readonly objects: ReadonlyMap<string, TargetObject>;
}

export interface TargetObject {
  readonly id: string;
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
  readonly isCustom: boolean;
  readonly isSystem: boolean;
  readonly fields: ReadonlyMap<string, TargetField>;
}

export interface TargetField {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  /** TEXT, NUMBER, CURRENCY, RELATION, … as Twenty names them. */
  readonly type: string;
  readonly isNullable: boolean;
  readonly isUnique: boolean;
  readonly isCustom: boolean;
  readonly isSystem: boolean;
  readonly defaultValue: unknown;
  /** For SELECT and MULTI_SELECT; in position order. */
  readonly options: readonly TargetOption[] | null;
  readonly relation: TargetRelation | null;
}

export interface TargetOption {
  readonly id: string;
  readonly value: string;
  readonly label: string;
  readonly color: string;
  readonly position: number;
}

export interface TargetRelation {
  readonly type: 'MANY_TO_ONE' | 'ONE_TO_MANY';
  readonly targetObject: string;
  readonly targetField: string;
  /** The scalar that carries the id (`companyId`), on the many-to-one side. For a morph relation: one per target. */
  readonly joinColumn: string | null;
}

/** A record as written or as read: `id` and any fields, composites as objects, relations as their join column. */
export type TargetRecord = { readonly id: string } & Readonly<Record<string, unknown>>;

/** A filter in Twenty's own language, e.g. `{ id: { in: [...] } }`. Exactly one operator per field. */
export type TargetFilter = Readonly<Record<string, unknown>>;

export interface TargetRecords {
  /**
   * Inserts at most `batchSize` records with ids of ours; all or nothing. Reads back `fields` (Twenty field names; composites are
   * selected whole, relations by join column) of every record. One call on clean data.
   * `mayBeThere`: an earlier attempt may have got through; ids are read before anything is sent.
   */
  create(
    object: string,
    records: readonly TargetRecord[],
    options: {
      readonly fields: readonly string[];
      readonly mayBeThere?: boolean;
      readonly signal?: AbortSignal;
    },
  ): Promise<CreateResult>;
  /**
   * Updates records that exist, each with its own values, at most `batchSize`, by id, in one call. Not atomic: a refusal can leave some
   * written; the caller reads back. Sub-fields left out stay as they are.
   */
  update(
    object: string,
    records: readonly TargetRecord[],
    options: { readonly fields: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<UpdateResult>;
  /**
   * Sets the same values on several records by id, live or in the trash (a trashed one stays there, unlike with `update`). Any number of
   * ids. Returns the records as they are then.
   */
  updateSame(
    object: string,
    ids: readonly string[],
    data: Readonly<Record<string, unknown>>,
    options: { readonly fields: readonly string[]; readonly signal?: AbortSignal },
  ): Promise<TargetRecord[]>;
  /** Records by id, in any order; missing ones are absent. `trash`: soft-deleted too (they have `deletedAt`). Any number of ids. */
  byIds(
    object: string,
    ids: readonly string[],
    options: { readonly fields: readonly string[]; readonly trash?: boolean; readonly signal?: AbortSignal },
  ): Promise<TargetRecord[]>;
  /** All records that match, in id order, page by page. `trash: 'only' | 'with'`; default live ones. */
  scan(
    object: string,
    options: {
      readonly fields: readonly string[];
      readonly filter?: TargetFilter;
      readonly trash?: 'only' | 'with';
      readonly pageSize?: number;
      readonly signal?: AbortSignal;
    },
  ): AsyncIterable<readonly TargetRecord[]>;
  count(
    object: string,
    options?: { readonly filter?: TargetFilter; readonly trash?: 'only' | 'with' },
  ): Promise<number>;
  /** Records whose unique or plain text `path` (`emails.primaryEmail`, `domainName.primaryLinkUrl`, `name`) is one of `values`. */
  byValues(
    object: string,
    path: string,
    values: readonly string[],
    options: { readonly fields: readonly string[]; readonly trash?: boolean; readonly signal?: AbortSignal },
  ): Promise<TargetRecord[]>;
  /** Destroys (hard) by id, live or in the trash; ids that are gone are fine. Returns the ids destroyed. Any number. */
  destroy(object: string, ids: readonly string[], signal?: AbortSignal): Promise<string[]>;
  /** Destroys by filter; returns how many. For timeline rows. */
  destroyWhere(object: string, filter: TargetFilter, signal?: AbortSignal): Promise<number>;
  softDelete(object: string, ids: readonly string[], signal?: AbortSignal): Promise<string[]>;
  restore(object: string, ids: readonly string[], signal?: AbortSignal): Promise<string[]>;
}

export type CreateResult =
  | {
      readonly kind: 'written';
      readonly records: readonly TargetRecord[];
      /** Ids that were found instead of written now: an earlier attempt had got through. */
      readonly recovered: ReadonlySet<string>;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type UpdateResult =
  | { readonly kind: 'written'; readonly records: readonly TargetRecord[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Why Twenty refused a whole call. It never says which row (twenty-facts 1.5): the caller bisects. */
export interface Refusal {
  readonly reason:
    | 'duplicate'
    | 'invalid-value'
    | 'missing-value'
    | 'missing-reference'
    | 'too-large'
    | 'multiple-matches'
    | 'not-found'
    | 'unclassified';
  readonly code: string;
  readonly subCode?: string;
  /** The Twenty field, where the server names one. */
  readonly field?: string;
  /** For `duplicate` with a live record. */
  readonly conflictingRecordId?: string;
}

/** Changes of the data model, over the metadata API: not rate limited, one call each. Throws TWENTY_SCHEMA on refusal. */
export interface TargetModel {
  createField(spec: FieldSpec): Promise<TargetField>;
  /** Adds options behind or between existing ones; every existing option is resent with its id (twenty-facts 7.4). */
  setOptions(
    object: string,
    field: string,
    options: readonly (TargetOption | Omit<TargetOption, 'id'>)[],
  ): Promise<readonly TargetOption[]>;
  deleteField(object: string, field: string): Promise<void>;
  /** Makes an object; Twenty adds its system fields, `name`, and the relations that notes, tasks, files and the timeline point with. */
  createObject(spec: ObjectSpec): Promise<TargetObject>;
  /** Drops an object with its records; fine when it is gone. */
  deleteObject(object: string): Promise<void>;
}

export interface ObjectSpec {
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
  readonly description?: string;
  readonly icon?: string;
}

export interface FieldSpec {
  readonly object: string;
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly description?: string;
  readonly icon?: string;
  readonly isUnique?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly options?: readonly Omit<TargetOption, 'id'>[];
  /** For RELATION: many to one, from `object` to `targetObject`; the inverse is named from `inverseLabel`. */
  readonly relation?: {
    readonly targetObject: string;
    readonly inverseLabel: string;
    readonly inverseIcon: string;
  };
}

/** What fires on records of the workspace. */
export interface Automation {
  readonly kind: 'workflow-trigger' | 'webhook';
  readonly id: string;
  /** The workflow's name, or the host of the webhook's target (never its path or query: those may be secrets). */
  readonly name: string;
  /** `person.upserted`, `*.*`, … */
  readonly events: readonly string[];
  readonly active: boolean;
}

export interface TargetAutomations {
  /** Active and paused ones. */
  list(): Promise<readonly Automation[]>;
  /** Switches one off; what is needed to switch it on again is in the returned definition (JSON, stored in the ledger first). */
  pause(automation: Automation): Promise<void>;
  /** Switches one on as `list` described it before the pause; fine when it is on already. */
  resume(automation: Automation): Promise<void>;
  /** True when the key may pause and resume. */
  permitted(): Promise<boolean>;
  /**
   * Resolves when the server's queue has digested the creation of these records (their timeline rows are there, for note and task targets those on
   * the timeline of what they point at), or with `false` after `timeoutMs`. Empty ids, and those of objects that the timeline does not tell of
   * (attachments and other system objects), resolve at once.
   */
  digested(object: string, ids: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<boolean>;
}

/**
 * Files of FILES fields (twenty-facts 6). Not rate limited. An upload belongs to nobody until a record is written that names its `fileId`; until then
 * only `discard` removes it. Bulk and cascaded deletes of records leak blobs: records with files are destroyed by `destroyWithFiles`, before their parents.
 */
export interface TargetFiles {
  /**
   * Largest file that the server takes, in bytes. 1 GiB, which 2.21 has built in and shows nowhere, until `describe` or a refusal made the server
   * say its own number.
   */
  readonly maxBytes: number;
  /** Announces an upload and learns its id; no bytes move yet. `name` may be adapted for the server (an extension is required). */
  begin(file: FileToUpload, signal?: AbortSignal): Promise<BegunUpload | RefusedUpload>;
  /**
   * Streams the bytes and completes the upload. A lost connection is tried again with `content` opened anew. `content-mismatch` when the server does not
   * take this content under this name (it sniffs): the caller discards it and begins again with the name `<name>.bin`. `expired` when the address is
   * too old: the caller begins again. An error that `content` throws passes through.
   */
  send(
    upload: BegunUpload,
    content: () => AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<{ readonly kind: 'sent' } | RefusedUpload>;
  /**
   * Removes an upload that no record took, with its blob; fine when it is gone, belongs to a record, or was never completed. Two counted calls: Twenty
   * removes a file only with a record, so a throw-away one takes it along. One that got no bytes, or too few, can be removed while this process
   * remembers its address; else it stays, unseen, until the server's own clean-up (a day later), and the answer is false.
   */
  discard(object: string, field: string, fileId: string): Promise<boolean>;
  /** Addresses for downloading the files of records, by record id; valid for a while, secret, never logged. One counted call per page. */
  addresses(
    object: string,
    field: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly StoredFile[]>>;
  /** Bytes of a stored file; null when the server has none. */
  download(address: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
  /** Destroys one record and the blobs of its FILES fields; false when it was gone. One counted call. */
  destroyWithFiles(object: string, id: string, signal?: AbortSignal): Promise<boolean>;
}

export interface FileToUpload {
  /** Object and FILES field that the record will have it in. */
  readonly object: string;
  readonly field: string;
  readonly name: string;
  readonly size: number;
}

export interface BegunUpload {
  readonly kind: 'begun';
  readonly fileId: string;
  /** Where the bytes go; secret, never logged or stored. */
  readonly address: string;
  readonly contentType: string;
  readonly size: number;
}

export interface RefusedUpload {
  readonly kind: 'refused';
  readonly reason:
    | 'too-large'
    | 'empty'
    | 'name'
    | 'content-mismatch'
    /** The content has more or fewer bytes than were announced. */
    | 'size-mismatch'
    | 'expired'
    | 'unclassified';
}

export interface StoredFile {
  readonly fileId: string;
  readonly label: string;
  readonly address: string;
}
