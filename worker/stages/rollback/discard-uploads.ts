import { imageOf } from '../../engine/drift.ts';
import { inParallel } from '../../engine/files/in-parallel.ts';
import { fileIdsOf, UPLOAD_LEFT } from '../../engine/files/stored-files.ts';
import { FILES_CHUNK } from '../../engine/rollback-calls.ts';
import type { Change } from '../../ledger/ledger.ts';
import { objectsWithFiles } from './destroy-with-files.ts';
import { betweenBatches, byObject, pagesOf, type RollbackRun } from './run.ts';

const LANES = 4;

/** Removes the uploads that no record has: of attempts that were cut, of names that Twenty refused. What a kept record has stays with it. */
export async function discardUploads(run: RollbackRun): Promise<void> {
  if (run.dryRun) return;
  const fields = await objectsWithFiles(run);
  for await (const page of pagesOf(run, ['file-uploaded'], FILES_CHUNK)) {
    for (const [object, uploads] of byObject(page)) {
      await betweenBatches(run);
      const had = await filesOfStanding(run, object, fields.get(object), uploads);
      await discard(
        run,
        object,
        fields.get(object),
        uploads.filter(({ key }) => !had.has(key)),
      );
    }
  }
}

/** Files of the records that were created and still stand. */
async function filesOfStanding(
  run: RollbackRun,
  object: string,
  field: string | undefined,
  uploads: readonly Change[],
): Promise<ReadonlySet<string>> {
  const ids = uploads.flatMap(({ ofRecord }) => (ofRecord === null ? [] : [ofRecord]));
  const standing = await run.context.ledger.changes.ofRecords(run.migration.id, object, ids);
  return new Set(
    standing.flatMap(({ base }) => (field === undefined ? [] : fileIdsOf(imageOf(base)[field]))),
  );
}

async function discard(
  run: RollbackRun,
  object: string,
  field: string | undefined,
  uploads: readonly Change[],
): Promise<void> {
  const { ledger, target, actor } = run.context;
  // Without its object or field Twenty has no way to name an upload; they go with the field.
  const gone = await inParallel(uploads, LANES, async ({ key }) =>
    field === undefined ? true : target.files.discard(object, field, key),
  );
  const of = (isGone: boolean) => uploads.filter((_, index) => gone[index] === isGone).map(({ seq }) => seq);
  await ledger.transaction(async (tx) => {
    await tx.changes.setState(run.migration.id, of(true), 'reverted', '');
    await tx.changes.setState(run.migration.id, of(false), 'kept', UPLOAD_LEFT);
    await tx.trail.append(
      run.migration.id,
      uploads.map(({ key, ofRecord }, index) => ({
        actor,
        operation: 'discard-file',
        object,
        twentyId: ofRecord ?? '',
        outcome: gone[index] === true ? 'done' : UPLOAD_LEFT,
        detail: { fileId: key },
      })),
    );
  });
}
