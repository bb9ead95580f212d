import type { DeadLetterReason } from '../../domain/dead-letter.ts';
import type { BegunUpload, RefusedUpload } from '../../twenty/target.ts';
import type { BuiltRecord, FileToAttach } from '../build-records.ts';
import type { LoadRun, LoadTarget } from '../load-run.ts';
import { changedFile, missedFile, refusedFile } from './file-letters.ts';
import { Measured } from './measured.ts';

/** Addresses live for 15 minutes (twenty-facts 6); a file that takes longer has to be as fast the next time. */
const EXPIRED_MAX = 2;

/** What became of the bytes of one file. */
export type UploadOutcome =
  | { readonly kind: 'uploaded'; readonly fileId: string }
  /** The server takes none that large: the record says where it stays. */
  | { readonly kind: 'stays' }
  | { readonly kind: 'dead'; readonly reason: DeadLetterReason };

/**
 * Brings the bytes of a record's file into Twenty. The upload is in the ledger before its bytes move, meant for the record; until a record names it,
 * nobody has it, and whoever settles the batch discards it. Bytes that are not those of the snapshot make a dead letter.
 */
export async function uploadFile(
  load: LoadRun,
  target: LoadTarget,
  built: BuiltRecord,
  file: FileToAttach,
): Promise<UploadOutcome> {
  const column = target.mapping.file?.path ?? '';
  const dead = (reason: DeadLetterReason): UploadOutcome => ({ kind: 'dead', reason });
  const source = await load.files.file(file.path);
  if (source.kind === 'problem') return dead(missedFile(column, source.problem));
  if (source.size !== file.size) return dead(changedFile(column));
  // Without the signal of the run: a batch that was begun is finished.
  const measured = new Measured(() => source.content());
  const isAsExtracted = () => {
    const { bytes, sha256 } = measured.measure();
    return bytes === file.size && sha256 === file.sha256;
  };

  const answer = await sendUntilSettled(load, target, built, file, measured);
  if (answer.kind === 'unreadable') return dead(missedFile(column, 'FILE_UNREADABLE'));
  if (answer.kind === 'refused') {
    if (answer.reason === 'too-large') return { kind: 'stays' };
    const isOther = answer.reason === 'size-mismatch' && !isAsExtracted();
    return dead(isOther ? changedFile(column) : refusedFile(column, answer));
  }
  return isAsExtracted() ? { kind: 'uploaded', fileId: answer.fileId } : dead(changedFile(column));
}

/** An address that grew too old is asked for again; a name that promises other content is exchanged for one that promises nothing. People see the label. */
async function sendUntilSettled(
  load: LoadRun,
  target: LoadTarget,
  built: BuiltRecord,
  file: FileToAttach,
  measured: Measured,
): Promise<Sent> {
  let { name } = file;
  for (let expired = 0; ; ) {
    const answer = await sendAs(load, target, built, file, name, measured);
    if (answer.kind !== 'refused') return answer;
    const { reason } = answer;
    if (reason === 'expired' && expired < EXPIRED_MAX) expired += 1;
    else if ((reason === 'name' || reason === 'content-mismatch') && name === file.name) name = `${name}.bin`;
    else return answer;
  }
}

type Sent = BegunUpload | RefusedUpload | { readonly kind: 'unreadable' };

async function sendAs(
  load: LoadRun,
  target: LoadTarget,
  built: BuiltRecord,
  file: FileToAttach,
  name: string,
  measured: Measured,
): Promise<Sent> {
  const object = target.mapping.target;
  const { files } = load.target;
  const upload = await files.begin({ object, field: file.to, name, size: file.size });
  if (upload.kind === 'refused') return upload;
  await load.ledger.changes.put(load.run.migrationId, [
    {
      kind: 'file-uploaded',
      phase: load.phase,
      object,
      key: upload.fileId,
      ofRecord: built.record.id,
      before: { field: file.to },
      base: null,
      state: 'intended',
    },
  ]);
  try {
    const sent = await files.send(upload, () => measured.open());
    return sent.kind === 'refused' ? sent : upload;
  } catch (error) {
    if (measured.failure !== null) return { kind: 'unreadable' };
    throw error;
  }
}
