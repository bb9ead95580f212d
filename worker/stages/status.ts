import type { Outcome } from '../domain/record.ts';
import type { RunState } from '../domain/run-state.ts';
import { storedPlan } from '../engine/plan-guard.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';
import { isPieces } from '../mapping/expand-pieces.ts';

export interface Status {
  readonly migration: string;
  readonly state: RunState;
  readonly planDigest: string | null;
  readonly openQuestions: number | null;
  readonly objects: readonly ObjectStatus[];
}

export interface ObjectStatus {
  readonly object: string;
  readonly source: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** Rows without an outcome yet. */
  readonly remaining: number;
}

/** Where a migration is, per object. Reads the store only. */
export async function readStatus(ledger: Ledger, migration: Migration): Promise<Status> {
  const current = await storedPlan(ledger, migration);
  const counts = await ledger.records.countOutcomes(migration.id);
  const snapshotId = migration.snapshotId;
  const objects: ObjectStatus[] = [];
  // Pieces are in no snapshot: the plan counted them.
  const pieces = new Set((current?.plan.decided.mapping ?? []).filter(isPieces).map(({ object }) => object));
  for (const { object, rows } of current?.plan.foreseen.rows ?? []) {
    const inSnapshot = snapshotId === null ? 0 : await ledger.snapshots.count(snapshotId, object);
    const source = pieces.has(object) ? rows : inSnapshot;
    const own = counts.filter((count) => count.object === object);
    const settled = own.reduce((sum, { n }) => sum + n, 0);
    objects.push({
      object,
      source,
      outcomes: Object.fromEntries(own.map(({ outcome, n }) => [outcome, n])),
      remaining: source - settled,
    });
  }
  return {
    migration: migration.name,
    state: migration.state,
    planDigest: current?.digest ?? null,
    openQuestions: current?.plan.foreseen.open ?? null,
    objects,
  };
}
