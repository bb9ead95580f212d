import type { SourceProfile } from '../../domain/source-profile.ts';
import type { ObjectMapping } from '../mapping-schema.ts';
import type { ValueMap } from '../value-map.ts';
import type { Answer, Decision } from './decisions.ts';

/**
 * The plan: what was decided (bound by the digest), and what is foreseen (estimates and counts, which change by themselves). Every later
 * stage works from the stored plan alone, never from mapping files or decisions.yaml.
 */
export interface Plan {
  readonly version: 1;
  readonly decided: DecidedPlan;
  readonly foreseen: ForeseenPlan;
}

export interface DecidedPlan {
  readonly migration: string;
  readonly workspaceId: string;
  readonly sourceInstance: string;
  readonly snapshotId: string;
  readonly snapshotDigest: string;
  readonly profile: SourceProfile;
  /** In load order, with the fields of custom columns added. */
  readonly mapping: readonly ObjectMapping[];
  readonly valueMaps: Readonly<Record<string, ValueMap>>;
  readonly policies: Readonly<Record<string, ObjectPolicy>>;
  /** Workspace member that takes the records of orphan owners; null leaves them without owner. */
  readonly fallbackMember: { readonly id: string; readonly email: string } | null;
  readonly schema: readonly SchemaChange[];
  /** Where attached files are, and the largest that the server takes (bytes): larger ones stay, their record says where. */
  readonly files: { readonly location: string; readonly maxBytes: number };
  /** Source objects left out. */
  readonly exclusions: readonly string[];
  /** Sensitive objects and fields that a person allowed, with the reason. */
  readonly allowed: Readonly<Record<string, string>>;
  /** Parent references that are not written because they close a loop: object, child id, parent id. */
  readonly brokenEdges: readonly {
    readonly object: string;
    readonly child: string;
    readonly parent: string;
  }[];
  readonly automations: readonly AutomationDecision[];
  readonly answers: Readonly<Record<string, Answer>>;
}

export const MATCH_POLICIES = ['update-empty', 'update-all', 'link-only', 'skip'] as const;
export const TRASH_POLICIES = ['free-key', 'restore', 'skip', 'destroy'] as const;
export const DUPLICATE_ID_POLICIES = ['dead-letter', 'last-wins'] as const;
export const UNIQUE_KEY_POLICIES = ['keep-both', 'merge'] as const;
export const HOST_POLICIES = ['link', 'create'] as const;

export interface ObjectPolicy {
  /** A live record in Twenty with the same unique value. */
  readonly match: (typeof MATCH_POLICIES)[number];
  /** A trashed record in Twenty that holds the unique value. */
  readonly trash: (typeof TRASH_POLICIES)[number];
  /** A live record with the same bare host but another key: treat as a match, or create beside it. */
  readonly sameHost: (typeof HOST_POLICIES)[number];
  /** Rows with one id and other content. `dead-letter`: the first row goes on, the later ones are dead letters. */
  readonly duplicateIds: (typeof DUPLICATE_ID_POLICIES)[number];
  /** Records with one unique value. `keep-both`: the later ones lose the key and keep its text. */
  readonly uniqueKeys: (typeof UNIQUE_KEY_POLICIES)[number];
}

export interface AutomationDecision {
  readonly id: string;
  readonly kind: 'workflow-trigger' | 'webhook';
  readonly name: string;
  readonly events: readonly string[];
  readonly policy: 'pause' | 'keep';
}

export type SchemaChange =
  | {
      readonly kind: 'field';
      readonly object: string;
      readonly name: string;
      readonly type: string;
      readonly label: string;
      readonly description: string;
      readonly icon: string;
      readonly unique: boolean;
      readonly settings: Readonly<Record<string, unknown>> | null;
      readonly options: readonly PlannedOption[] | null;
    }
  | {
      readonly kind: 'object';
      readonly object: string;
      readonly namePlural: string;
      readonly labelSingular: string;
      readonly labelPlural: string;
      readonly description: string;
      readonly icon: string;
    }
  | {
      readonly kind: 'relation';
      readonly object: string;
      readonly name: string;
      readonly targetObject: string;
      readonly label: string;
      readonly description: string;
      readonly icon: string;
      readonly inverseLabel: string;
      readonly inverseIcon: string;
    }
  | {
      readonly kind: 'options';
      readonly object: string;
      readonly field: string;
      readonly options: readonly PlannedOption[];
    };

/** An option to add, in order. */
export interface PlannedOption {
  readonly value: string;
  readonly label: string;
  readonly color: string;
}

export interface ForeseenPlan {
  readonly createdAt: string;
  readonly questions: readonly Decision[];
  readonly open: number;
  readonly rows: readonly {
    readonly object: string;
    readonly rows: number;
    readonly create: number;
    readonly match: number;
    readonly merged: number;
    readonly skipped: number;
    readonly excluded: number;
    readonly deadLetters: number;
  }[];
  /** What will happen to records that exist already; at most 1,000 listed for people, all counted in `rows`. */
  readonly matches: readonly PlannedMatch[];
  readonly deadLetters: readonly {
    readonly object: string;
    readonly row: number;
    readonly sourceId: string;
    readonly code: string;
    readonly field: string | null;
  }[];
  readonly orphans: readonly {
    readonly object: string;
    readonly sourceId: string;
    readonly name: string;
    readonly email: string;
    readonly records: number;
  }[];
  /** Columns that are not mapped, with the reason. */
  readonly unmapped: readonly { readonly object: string; readonly column: string; readonly reason: string }[];
  /** Fields of custom columns: what the values showed. */
  readonly inferred: readonly {
    readonly object: string;
    readonly column: string;
    readonly field: string;
    readonly type: string;
    readonly evidence: string;
  }[];
  /** Names and labels of custom objects that Twenty would refuse, or that cannot be carried as they are: what became of each, and why. */
  readonly adapted: readonly Adaptation[];
  readonly estimate: {
    readonly calls: number;
    readonly minutes: number;
    readonly limitPerMinute: number;
    readonly calibrated: boolean;
    /** Minutes of a rollback after the whole load: each record with a file takes a call of its own. */
    readonly rollbackMinutes: number;
  };
  readonly grade: { readonly letter: 'A' | 'B' | 'C' | 'D' | 'E' | 'F'; readonly reasons: readonly string[] };
  readonly excludedObjects: readonly {
    readonly object: string;
    readonly rows: number;
    readonly reason: string;
    readonly allowCommand: string;
  }[];
}

/** A name of the source that Twenty takes only in another form. */
export interface Adaptation {
  readonly object: string;
  /** What it is the name of: `object`, `label`, `field`, … */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface PlannedMatch {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  readonly twentyId: string;
  readonly where: 'live' | 'trash';
  /** Path of the key that matched. */
  readonly by: string;
  readonly policy: string;
}
