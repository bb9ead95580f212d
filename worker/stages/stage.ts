import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import type { OpenFiles } from '../engine/files/source-files.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';
import type { ObjectMapping } from '../mapping/mapping-schema.ts';
import type { Target } from '../twenty/target.ts';

/**
 * What a stage works with. A stage is a function `run(context, migration, …)` over the ports; nothing of its state lives outside the store, so
 * that the CLI calls it now and a queued job will call the same function later.
 */
export interface StageContext {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly mappings: MappingSet;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who acts, for the trail: an e-mail, or `cli`. */
  readonly actor: string;
  /** Names this process in claims. */
  readonly holder: string;
  /** Ctrl-C, SIGTERM: finish the batch in flight, give the rest back, return. */
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
  /** Where the bytes of attached files come from, for the stages that load; opened only when a record has one. */
  readonly openFiles?: OpenFiles;
}

/** The mapping files as loaded and validated (mapping/files.ts). */
export interface MappingSet {
  readonly profile: SourceProfile;
  /** In load order. */
  readonly objects: readonly ObjectMapping[];
  readonly digest: string;
}

export interface ProgressEvent {
  readonly stage: string;
  readonly object: string;
  readonly done: number;
  readonly total: number | null;
  /** Per second, over the last while. */
  readonly rate: number | null;
  readonly etaSeconds: number | null;
}

export type { Migration };
