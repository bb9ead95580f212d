import type { FileReading } from '../../mapping/documents/read-back.ts';
import type { StoredFile } from '../../twenty/target.ts';
import type { FileToAttach } from '../build-records.ts';
import { inParallel } from '../files/in-parallel.ts';
import { type Measure, measureOf } from '../files/measured.ts';
import { fileIdsOf } from '../files/stored-files.ts';
import type { LoadRun } from '../load-run.ts';
import type { ReadBack } from '../read-back.ts';
import { isEmptyValue } from '../values.ts';

/** Downloads under way at a time. Memory is theirs: some pieces each, never a file. */
const DOWNLOADS = 4;

/**
 * Downloads the files of records that were read back and compares their SHA-256 with the snapshot's: the proof is of the bytes that a person would get. One
 * counted call for the addresses of a page. Records without a file come back as they are.
 */
export async function readFiles(load: LoadRun, backs: readonly ReadBack[]): Promise<ReadBack[]> {
  const [first] = backs;
  const field = first?.target.mapping.file?.to;
  if (first === undefined || field === undefined) return [...backs];
  const ids = backs.flatMap((back) =>
    meantFor(back) === null || back.found === null ? [] : [back.found.id],
  );
  if (ids.length === 0) return [...backs];
  const addresses = await load.target.files.addresses(first.target.mapping.target, field, [...new Set(ids)]);
  return inParallel(backs, DOWNLOADS, async (back) => {
    const file = meantFor(back);
    if (file === null || back.found === null) return back;
    load.signal.throwIfAborted();
    const [stored] = addresses.get(back.found.id) ?? [];
    const found = stored === undefined ? null : await measureStored(load, stored);
    const reading: FileReading = {
      name: file.name,
      expected: { bytes: file.size, sha256: file.sha256 },
      found,
      verdict: judge(back, file, found, stored),
    };
    return { ...back, reading: { ...back.reading, file: reading } };
  });
}

/** The file that a written record must have; null when it has none, or keeps the place of one that stayed. */
function meantFor({ built, reading, found }: ReadBack): FileToAttach | null {
  if (built.file === null || found === null || reading.fields.length === 0) return null;
  const isOurs = reading.outcome === 'created';
  return isOurs
    ? ofWritten(built.record, built.file)
    : isEmptyValue(found[built.file.to])
      ? null
      : built.file;
}

/** A record that says where its file stays was written without it. */
function ofWritten(record: Readonly<Record<string, unknown>>, file: FileToAttach): FileToAttach | null {
  return isEmptyValue(record[file.to]) ? null : file;
}

async function measureStored(load: LoadRun, { address }: StoredFile): Promise<Measure | null> {
  const content = await load.target.files.download(address, load.signal);
  return content === null ? null : measureOf(content);
}

function judge(
  { reading, found }: ReadBack,
  file: FileToAttach,
  measure: Measure | null,
  stored: StoredFile | undefined,
): FileReading['verdict'] {
  if (measure !== null && measure.sha256 === file.sha256 && measure.bytes === file.size) return 'equal';
  // Another file in the field is what the field's own verdict tells: someone put it there, or it was the record's own.
  const ofField = reading.fields.find(({ field }) => field === file.to)?.verdict;
  if (ofField === 'drift') return 'drift';
  if (reading.outcome !== 'created') return 'kept-by-policy';
  const isNamed = stored !== undefined || fileIdsOf(found?.[file.to]).length > 0;
  return measure === null || !isNamed ? 'missing' : 'different';
}
