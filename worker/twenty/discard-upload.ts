import type { Logger } from '../domain/logger.ts';
import type { Room } from './room.ts';
import type { BegunUpload, TargetAutomations, TargetFiles, TargetRecords } from './target.ts';
import { onTimeline } from './timeline.ts';
import type { Transfer } from './transfer.ts';
import { passingFault, type Uploads } from './uploads.ts';

/** The shortest content that the server recognises, whatever the name says: the head of a bitmap. */
const RECOGNISED = new Uint8Array([0x42, 0x4d]);
const PIECE = new Uint8Array(64 * 1024);
const DIGEST_MS = 30_000;

/**
 * Removes an upload that no record has. Twenty has no call for that: it removes files only with the record that has them, and records take only completed
 * uploads. So the upload is completed, with bytes that the server takes if need be, given to a record made for it, and destroyed with it. That record has
 * the file's own id: one that a kill left behind is found again.
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

  const completed = async (fileId: string): Promise<'complete' | 'gone' | 'taken' | 'left'> => {
    const state = await uploads.complete(fileId);
    if (state === 'complete') return state;
    if (state === 'not-found') return 'gone';
    if (state === 'finalized') return 'taken';
    const begun = uploads.open.get(fileId);
    if (begun !== undefined && begun.size >= RECOGNISED.length) {
      await fill(begun);
      if ((await uploads.complete(fileId)) === 'complete') return 'complete';
    }
    log.warn({ fileId, state }, 'an upload stays in Twenty, unseen, until its own clean-up removes it');
    return 'left';
  };

  /** Whether the bytes arrived, the confirmation tells. */
  const fill = async (begun: BegunUpload): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const code = passingFault(await transfer.put(begun, () => filler(begun)));
      if (code === null) return;
      await room.api.backOff(attempt, code);
    }
  };

  return async (object, field, fileId) => {
    const state = await completed(fileId);
    uploads.forget(fileId);
    if (state === 'gone' || state === 'left') return state === 'gone';
    const id = fileId;
    if (state === 'taken') {
      await destroyWithFiles(object, id);
      return true;
    }
    const made = await records.create(object, [{ id, [field]: [{ fileId, label: 'discarded' }] }], {
      fields: [],
    });
    // A record got it meanwhile, or it is gone.
    if (made.kind === 'refused') return true;
    const column = onTimeline(await room.schema.get(), object);
    if (column !== null) {
      await automations.digested(object, [id], DIGEST_MS);
      await records.destroyWhere('timelineActivity', { [column]: { in: [id] } });
    }
    await destroyWithFiles(object, id);
    return true;
  };
}

async function* filler(begun: BegunUpload): AsyncGenerator<Uint8Array> {
  yield RECOGNISED;
  for (let left = begun.size - RECOGNISED.length; left > 0; left -= PIECE.length)
    yield left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
}
