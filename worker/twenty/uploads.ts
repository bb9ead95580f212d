import { z } from 'zod';
import type { Outcome } from './api.ts';
import type { UploadFault } from './classify.ts';
import { prepare, type Room, unexpected } from './room.ts';
import { missing } from './selection.ts';
import type { BegunUpload, RefusedUpload, TargetFiles } from './target.ts';
import type { PutReply, Transfer } from './transfer.ts';
import { uploadNameOf } from './upload-names.ts';

/** What 2.21 takes at most. It is built in and no setting, and only the refusal of a larger one tells it (twenty-facts 6). */
export const MAX_FILE_BYTES = 1024 * 1024 * 1024;

const BEGIN =
  'mutation BeginUpload($filename: String!, $size: Float!, $field: String!) { createFileUpload(filename: $filename, size: $size, fileFolder: FilesField, fieldMetadataId: $field) { fileId uploadUrl contentType } }';
const COMPLETE =
  'mutation CompleteUpload($fileId: String!) { completeFileUpload(fileId: $fileId) { id size } }';

const begunSchema = z.object({
  createFileUpload: z.object({ fileId: z.string(), uploadUrl: z.string(), contentType: z.string() }),
});

/** How often content that the server found too short is sent again: a connection that breaks looks like that. */
const SHORT_MAX = 3;

export interface Uploads extends Pick<TargetFiles, 'begin' | 'send'> {
  /** Confirms that the bytes have arrived; again and again without harm, until a record has the file. */
  complete(
    fileId: string,
    signal?: AbortSignal,
  ): Promise<'complete' | UploadFault['reason'] | 'unclassified'>;
  /** Uploads begun by this process and not completed, by file id: their address is told only once. */
  readonly open: ReadonlyMap<string, BegunUpload>;
  forget(fileId: string): void;
}

/** Uploads in three steps: announced, sent, confirmed. Metadata calls and transfers: none is rate limited. */
export function createUploads(room: Room, transfer: Transfer): Uploads {
  const { api } = room;
  const open = new Map<string, BegunUpload>();

  const complete: Uploads['complete'] = async (fileId, signal) => {
    const outcome = await api.metadata({
      query: COMPLETE,
      variables: { fileId },
      whenLost: 'repeat',
      signal,
    });
    if (outcome.kind === 'ok') return 'complete';
    return outcome.kind === 'refused' ? (outcome.upload?.reason ?? 'unclassified') : 'unclassified';
  };

  return {
    open,
    forget: (fileId) => void open.delete(fileId),
    complete,
    async begin({ object, field, name, size }, signal) {
      if (size === 0) return refused('empty');
      const { id } = await fieldOf(room, object, field);
      const outcome = await begin(room, uploadNameOf(name), size, id, signal);
      if (outcome.kind !== 'ok') return refusedBegin(room, object, outcome);
      const begun = begunSchema.safeParse(outcome.data);
      if (!begun.success) throw unexpected(object, outcome);
      const { fileId, uploadUrl, contentType } = begun.data.createFileUpload;
      const upload: BegunUpload = { kind: 'begun', fileId, address: uploadUrl, contentType, size };
      open.set(fileId, upload);
      return upload;
    },
    async send(upload, content, signal) {
      let short = 0;
      for (let attempt = 1; ; attempt += 1) {
        const put = await transfer.put(upload, content, signal);
        if (put.kind === 'size-mismatch') return refused('size-mismatch');
        const lost = passingFault(put);
        if (lost === null) {
          const refusal = put.kind === 'status' ? refusedPut(put.status) : null;
          if (refusal !== null) return refusal;
          const completed = await complete(upload.fileId, signal);
          if (completed === 'complete' || completed === 'finalized') {
            open.delete(upload.fileId);
            return { kind: 'sent' };
          }
          if (completed === 'content') return refused('content-mismatch');
          if (completed === 'not-found') return refused('expired');
          short += 1;
          const again = completed === 'size-mismatch' || completed === 'not-uploaded';
          if (!again || short >= SHORT_MAX) return refused(again ? 'size-mismatch' : 'unclassified');
        }
        await api.backOff(attempt, lost ?? 'SHORT_UPLOAD', signal);
      }
    },
  };
}

/** Asks what it takes at most: a size below nothing is refused before anything is done. Nothing is learned where it says nothing. */
export async function learnMaxFileBytes(room: Room, object: string, field: string): Promise<void> {
  const { id } = await fieldOf(room, object, field);
  const outcome = await begin(room, uploadNameOf(''), -1, id, undefined, true);
  learn(room, outcome);
}

function begin(
  room: Room,
  filename: string,
  size: number,
  field: string,
  signal?: AbortSignal,
  brisk = false,
): Promise<Outcome> {
  // Repeated after a lost answer: what the first one announced gets no bytes, and the server removes it a day later.
  return room.api.metadata({
    query: BEGIN,
    variables: { filename, size, field },
    whenLost: 'repeat',
    signal,
    brisk,
  });
}

async function fieldOf(room: Room, object: string, name: string): Promise<{ readonly id: string }> {
  const prepared = await prepare(room, object, [name]);
  const field = prepared.object.fields.get(name);
  if (field?.type !== 'FILES') throw missing(`field "${name}" for files of ${object}`);
  return field;
}

function learn(room: Room, outcome: Outcome): void {
  const max = outcome.kind === 'refused' ? outcome.upload?.maxBytes : undefined;
  if (max !== undefined && max > 0) room.learned.maxFileBytes = max;
}

function refusedBegin(room: Room, object: string, outcome: Outcome): RefusedUpload {
  if (outcome.kind !== 'refused') throw unexpected(object, outcome);
  learn(room, outcome);
  const reason = outcome.upload?.reason;
  return refused(reason === 'size' ? 'too-large' : reason === 'name' ? 'name' : 'unclassified');
}

/** A code when it is worth another try: the connection broke, or the server, or what stands before it, has a bad moment. */
export function passingFault(put: PutReply): string | null {
  if (put.kind === 'lost') return put.code;
  if (put.kind !== 'status') return null;
  const { status } = put;
  const passes = status === 408 || status === 425 || status === 429 || status >= 500;
  return passes ? `HTTP_${status}` : null;
}

/**
 * 400 is left to the confirmation: the server counted other bytes than we sent, or has them all from an earlier try. 413 can only come from what
 * stands before the server, because the size was kept.
 */
function refusedPut(status: number): RefusedUpload | null {
  if (status === 400) return null;
  if (status === 413) return refused('too-large');
  return refused(status === 403 || status === 404 ? 'expired' : 'unclassified');
}

function refused(reason: RefusedUpload['reason']): RefusedUpload {
  return { kind: 'refused', reason };
}
