import { VpError } from '../domain/errors.ts';
import { mayTransition } from '../domain/run-state.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';

export interface PurgeResult {
  /** False when another migration that has not ended works on the snapshot. */
  readonly snapshotPurged: boolean;
  /** Those migrations. */
  readonly snapshotUsedBy: readonly string[];
}

const ENDED = ['accepted', 'rolled-back', 'purged'];

/**
 * Removes customer data from the store: documents, before- and base images, and the rows of the snapshot unless another migration still needs them. The trail
 * keeps its digests. Throws STATE_FORBIDS before the migration was accepted or rolled back. Repeatable after a kill.
 */
export async function runPurge(
  { ledger, actor }: { readonly ledger: Ledger; readonly actor: string },
  migration: Migration,
): Promise<PurgeResult> {
  if (!mayTransition(migration.state, 'purged')) {
    throw new VpError('STATE_FORBIDS', {
      what: `The migration is ${migration.state}; what it may still need for a rollback cannot be purged.`,
      where: migration.name,
      todo: 'Run accept or rollback first.',
    });
  }
  const { snapshotId } = migration;
  const usedBy = (await ledger.migrations.list()).filter(
    (other) => other.id !== migration.id && other.snapshotId === snapshotId && !ENDED.includes(other.state),
  );
  await ledger.migrations.purge(migration.id);
  await ledger.changes.purge(migration.id);
  const purgesSnapshot = snapshotId !== null && usedBy.length === 0;
  if (purgesSnapshot) await ledger.snapshots.purge(snapshotId);
  const result: PurgeResult = {
    snapshotPurged: purgesSnapshot,
    snapshotUsedBy: usedBy.map(({ name }) => name),
  };
  await ledger.transaction(async (tx) => {
    await tx.trail.append(migration.id, [
      {
        actor,
        operation: 'purge',
        outcome: 'done',
        detail: { snapshot: snapshotId, snapshotPurged: purgesSnapshot },
      },
    ]);
    await tx.migrations.transition(migration.id, 'purged', actor);
  });
  return result;
}
