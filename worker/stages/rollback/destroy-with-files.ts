import { inParallel } from '../../engine/files/in-parallel.ts';
import type { Change } from '../../ledger/ledger.ts';
import type { RollbackRun } from './run.ts';

/** Calls under way at a time; the pacer spaces them. */
const LANES = 4;

/** FILES field by object, of the objects whose records got files from this migration. */
export async function objectsWithFiles(run: RollbackRun): Promise<ReadonlyMap<string, string>> {
  const counts = await run.context.ledger.changes.count(run.migration.id);
  const objects = new Set(counts.filter(({ kind }) => kind === 'file-uploaded').map(({ object }) => object));
  return new Map(
    [...objects].flatMap((object) => {
      const fields = [...(run.schema.objects.get(object)?.fields.values() ?? [])];
      const field = fields.find(({ type }) => type === 'FILES');
      return field === undefined ? [] : [[object, field.name] as const];
    }),
  );
}

/**
 * Destroys records one by one, because a destroy of many, or of a parent, leaves their bytes in Twenty's storage (twenty-facts 6). Returns the uploads that
 * went with them. Where the bytes could be downloaded is remembered, so that the check can tell that they no longer can.
 */
export async function destroyWithFiles(
  run: RollbackRun,
  object: string,
  field: string,
  dying: readonly Change[],
): Promise<Change[]> {
  const { files } = run.context.target;
  const ids = dying.map(({ key }) => key);
  const addresses = await files.addresses(object, field, ids);
  await inParallel(ids, LANES, async (id) => {
    await files.destroyWithFiles(object, id);
    run.blobs.expectGone(object, id, addresses.get(id) ?? []);
  });
  await run.blobs.sweep();
  const had = new Set([...addresses.values()].flat().map(({ fileId }) => fileId));
  const uploads = await run.context.ledger.changes.uploadsFor(run.migration.id, object, ids);
  return uploads.filter(({ key }) => had.has(key));
}
