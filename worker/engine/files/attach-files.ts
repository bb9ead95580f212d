import type { Change } from '../../ledger/ledger.ts';
import type { BuiltRecord } from '../build-records.ts';
import { imageOf } from '../drift.ts';
import type { LoadRun, LoadTarget } from '../load-run.ts';
import type { RangeResult } from '../range-result.ts';
import { inParallel } from './in-parallel.ts';
import { fileIdsOf, UPLOAD_LEFT } from './stored-files.ts';
import { uploadFile } from './upload-file.ts';
import { withFile, withoutFile } from './without-file.ts';

/** Files under way in one lane. Memory is theirs: some pieces of 64 KiB each, never a file. */
const UPLOADS = 4;

/**
 * Brings the files of a batch into Twenty, so that the one call that creates its records can name them. Returns the records that may be created; the
 * others are dead letters in `result`. A record that an earlier attempt wrote has its file already and is left as it is.
 */
export async function attachFiles(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly BuiltRecord[],
  mayBeThere: boolean,
  result: RangeResult,
): Promise<BuiltRecord[]> {
  const there = await alreadyThere(load, target, batch, mayBeThere);
  const ready = await inParallel(batch, UPLOADS, async (built) => {
    if (built.file === null || there.has(built.record.id)) return built;
    const outcome = await uploadFile(load, target, built, built.file);
    if (outcome.kind === 'uploaded') return withFile(built, outcome.fileId);
    if (outcome.kind === 'stays') return withoutFile(built);
    result.dead(built, outcome.reason);
    return null;
  });
  return ready.filter((built) => built !== null);
}

/**
 * Ends the uploads of a batch after its records were written: which file each record really has, Twenty said. The others, also those of earlier attempts
 * and of names that Twenty refused, are nobody's and are discarded.
 */
export async function settleUploads(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly BuiltRecord[],
  result: RangeResult,
): Promise<void> {
  const { file } = target.mapping;
  const uploads = await uploadsOf(load, target, batch);
  if (file === undefined || uploads.length === 0) return;
  const taken = new Set(
    result.changes.flatMap(({ kind, base }) =>
      kind === 'record-created' ? fileIdsOf(imageOf(base)[file.to]) : [],
    ),
  );
  const sourceIds = new Map(batch.map(({ record, row }) => [record.id, row.sourceId]));
  const entryOf = ({ key, ofRecord }: Change, operation: string, outcome = 'done') => ({
    actor: load.actor,
    operation,
    object: target.mapping.object,
    sourceId: sourceIds.get(ofRecord ?? '') ?? '',
    twentyId: ofRecord ?? '',
    outcome,
    detail: { fileId: key },
  });
  await inParallel(uploads, UPLOADS, async (upload) => {
    if (taken.has(upload.key)) {
      result.attached.push(upload.seq);
      result.trail.push(entryOf(upload, 'attach-file'));
      return;
    }
    const isGone = await load.target.files.discard(target.mapping.target, file.to, upload.key);
    (isGone ? result.discarded : result.leftBehind).push(upload.seq);
    result.trail.push(entryOf(upload, 'discard-file', isGone ? 'done' : UPLOAD_LEFT));
  });
}

/** Ids of the batch that are in Twenty. Asked only when an earlier attempt may have got through: on a first one this costs no call. */
async function alreadyThere(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly BuiltRecord[],
  mayBeThere: boolean,
): Promise<ReadonlySet<string>> {
  const ids = batch.filter(({ file }) => file !== null).map(({ record }) => record.id);
  if (ids.length === 0) return new Set();
  if (!mayBeThere && (await uploadsOf(load, target, batch)).length === 0) return new Set();
  const found = await load.target.records.byIds(target.mapping.target, ids, { fields: [], trash: true });
  return new Set(found.map(({ id }) => id));
}

function uploadsOf(load: LoadRun, { mapping }: LoadTarget, batch: readonly BuiltRecord[]): Promise<Change[]> {
  const ids = batch.filter(({ file }) => file !== null).map(({ record }) => record.id);
  return load.ledger.changes.uploadsFor(load.run.migrationId, mapping.target, ids);
}
