import { randomUUID } from 'node:crypto';
import type { Logger } from '../domain/logger.ts';
import type { Room } from './room.ts';
import type { BegunUpload, TargetAutomations, TargetFiles, TargetRecords } from './target.ts';
import { onTimeline } from './timeline.ts';
import type { Transfer } from './transfer.ts';
import type { Uploads } from './uploads.ts';

/** The shortest content that the server recognises, whatever the name says: the head of a bitmap. */
const RECOGNISED = new Uint8Array([0x42, 0x4d]);
const PIECE = new Uint8Array(64 * 1024);
const DIGEST_MS = 30_000;

/**
 * Removes an upload that no record has. Twenty has no call for that: it removes files only with the record that has them, and records take only completed
 * uploads. So the upload is completed, with bytes that the server takes if need be, given to a record made for it, and destroyed with it.
 */
export function createDiscard(options: {
  readonly room: Room;
  readonly transfer: Transfer;
  readonly uploads: Uploads;
  readonly records: Pick<TargetRecords, 'create' | 'destroyWhere'>;
  readonly automations: Pick<TargetAutomations, 'digested'>;
  readonly destroyWithFiles: TargetFiles['destroyWithFiles'];
  readonly log: Logger;
}): TargetFiles['discard'] {
  const { room, transfer, uploads, records, automations, destroyWithFiles, log } = options;

  /** True when the upload is complete and no record has it. */
  const completed = async (fileId: string): Promise<boolean> => {
    const state = await uploads.complete(fileId);
    if (state === 'complete') return true;
    if (state === 'not-found' || state === 'finalized') return false;
    const begun = uploads.open.get(fileId);
    if (begun !== undefined && begun.size >= RECOGNISED.length) {
      const put = await transfer.put(begun, () => filler(begun));
      if (put.kind === 'stored' && (await uploads.complete(fileId)) === 'complete') return true;
    }
    log.warn({ fileId, state }, 'an upload stays in Twenty, unseen, until its own clean-up removes it');
    return false;
  };

  return async (object, field, fileId) => {
    const removable = await completed(fileId);
    uploads.forget(fileId);
    if (!removable) return;
    const id = randomUUID();
    const made = await records.create(object, [{ id, [field]: [{ fileId, label: 'discarded' }] }], {
      fields: [],
    });
    // A record got it meanwhile, or it is gone.
    if (made.kind === 'refused') return;
    const column = onTimeline(await room.schema.get(), object);
    if (column !== null) {
      await automations.digested(object, [id], DIGEST_MS);
      await records.destroyWhere('timelineActivity', { [column]: { in: [id] } });
    }
    await destroyWithFiles(object, id);
  };
}

async function* filler(begun: BegunUpload): AsyncGenerator<Uint8Array> {
  yield RECOGNISED;
  for (let left = begun.size - RECOGNISED.length; left > 0; left -= PIECE.length)
    yield left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
}
