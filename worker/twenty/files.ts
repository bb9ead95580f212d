import type { Logger } from '../domain/logger.ts';
import { createDestroyWithFiles } from './destroy-with-files.ts';
import { createDiscard } from './discard-upload.ts';
import type { Room } from './room.ts';
import { createStoredFiles } from './stored-files.ts';
import type { TargetAutomations, TargetFiles, TargetRecords } from './target.ts';
import type { Transfer } from './transfer.ts';
import { createUploads } from './uploads.ts';

/** Files of FILES fields: streamed to and from the server, never whole in memory. */
export function createFiles(options: {
  readonly room: Room;
  readonly transfer: Transfer;
  readonly records: Pick<TargetRecords, 'create' | 'destroyWhere'>;
  readonly automations: Pick<TargetAutomations, 'digested'>;
  readonly log: Logger;
}): TargetFiles {
  const { room, transfer } = options;
  const uploads = createUploads(room, transfer);
  const destroyWithFiles = createDestroyWithFiles(room);
  return {
    get maxBytes() {
      return room.learned.maxFileBytes;
    },
    begin: uploads.begin,
    send: uploads.send,
    discard: createDiscard({ ...options, uploads, destroyWithFiles }),
    destroyWithFiles,
    ...createStoredFiles(room, transfer),
  };
}
