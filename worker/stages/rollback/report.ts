/** What a rollback, a discard or a dry run of one did and found. Stored as document `rollback`. No customer values. */
export interface RollbackReport {
  readonly migration: string;
  readonly dryRun: boolean;
  readonly drifted: DriftPolicy;
  /** Records that are gone now, and records that have their before-image again; dry run: that would. */
  readonly destroyed: number;
  readonly restored: number;
  readonly objects: Readonly<Record<string, { readonly destroyed: number; readonly restored: number }>>;
  /** Fields and options taken away, as `object.field`. */
  readonly schema: readonly string[];
  /** What was left on purpose, each with the reason. */
  readonly kept: readonly KeptItem[];
  /** What is not as it was, and why no rollback can make it so. */
  readonly remains: readonly string[];
  /** The check found every record and field as it was; false for a dry run. */
  readonly verified: boolean;
  readonly differences: readonly Difference[];
  /** Dry run: rate-limited calls and minutes that the rollback would take. */
  readonly estimate: { readonly calls: number; readonly minutes: number } | null;
}

export type DriftPolicy = 'keep' | 'revert';

export interface KeptItem {
  readonly object: string;
  /** Record id, or field name. */
  readonly id: string;
  readonly sourceId?: string;
  readonly why: string;
}

export interface Difference {
  readonly object: string;
  /** Record id, or field name. */
  readonly id: string;
  readonly what: string;
}
