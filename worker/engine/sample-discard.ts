import { z } from 'zod';
import { digestOf } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';

const markSchema = z.object({ discard: z.enum(['begun', 'done']), of: z.string() });

/**
 * Takes the place of the sample's document while the sample is taken back, and after: no approval names its digest, so nothing can be loaded upon a sample
 * that is half gone.
 */
export async function markDiscard(
  ledger: Ledger,
  migrationId: string,
  discard: 'begun' | 'done',
): Promise<void> {
  const before = await ledger.migrations.document(migrationId, 'sample');
  if (discard === 'begun' && markSchema.safeParse(before?.body).data?.discard === 'begun') return;
  const body = { discard, of: before?.digest ?? '' };
  await ledger.migrations.putDocument(migrationId, { kind: 'sample', digest: digestOf(body), body });
}

/** For `sample`: rows of a sample that is half taken back still count as done. Throws STATE_FORBIDS until the discard has ended. */
export async function refuseHalfDiscarded(ledger: Ledger, migration: Migration): Promise<void> {
  const document = await ledger.migrations.document(migration.id, 'sample');
  if (markSchema.safeParse(document?.body).data?.discard !== 'begun') return;
  throw new VpError('STATE_FORBIDS', {
    what: 'The sample of this migration is half taken back.',
    where: migration.name,
    todo: 'Run sample --discard again; it goes on where it was stopped.',
  });
}
