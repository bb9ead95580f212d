import { createHash } from 'node:crypto';
import { FILE_COLUMNS, type FileProblem, type SourceRow } from '../../domain/record.ts';
import type { SourceObjectProfile } from '../../domain/source-profile.ts';
import type { SourceConnector } from '../../sources/source-connector.ts';

type Attached = NonNullable<SourceObjectProfile['attached']>;

/** Adds FILE_COLUMNS to the rows of an object whose rows name files. */
export type FileDescriber = (rows: readonly SourceRow[]) => Promise<SourceRow[]>;

/** Files read at once: enough to keep a disk busy; each holds one piece of a file in memory. */
const AT_ONCE = 4;

/**
 * Reads the file of each row, as a stream, and says its size, its SHA-256 and what is wrong with it. Rows whose parent was excluded, and rows that are
 * broken, name no file that may be read. Null for objects that have no files, and sources that serve none.
 */
export function fileDescriber(
  source: SourceConnector,
  object: string,
  signal: AbortSignal,
): FileDescriber | null {
  const attached = source.profile.objects[object]?.attached;
  if (attached === undefined || !source.profile.capabilities.files) return null;
  return async (rows) => {
    const described = [...rows];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let at = next++; at < rows.length; at = next++) {
        const row = rows[at];
        if (row !== undefined) described[at] = await describe(source, row, attached, signal);
      }
    };
    // All of them end before the first failure is passed on: nothing reads on behind the caller's back.
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return described;
  };
}

async function describe(
  source: SourceConnector,
  row: SourceRow,
  attached: Attached,
  signal: AbortSignal,
): Promise<SourceRow> {
  signal.throwIfAborted();
  // A header of the export may have the names of our columns.
  const ours = new Set<string>(Object.values(FILE_COLUMNS));
  const fields = Object.fromEntries(Object.entries(row.fields).filter(([name]) => !ours.has(name)));
  const closed = row.defects.some(({ blocking, code }) => blocking || code === 'EXCLUDED_PARENT');
  if (closed) return { ...row, fields };
  const seen = await look(source, fields[attached.path] ?? '', signal);
  const problem = seen.problem === '' ? contradiction(seen, fields, attached) : seen.problem;
  return {
    ...row,
    fields: {
      ...fields,
      [FILE_COLUMNS.size]: seen.size === null ? '' : String(seen.size),
      [FILE_COLUMNS.sha256]: seen.sha256,
      [FILE_COLUMNS.problem]: problem,
    },
  };
}

interface Seen {
  /** Bytes. */
  readonly size: number | null;
  readonly sha256: string;
  readonly problem: FileProblem | '';
}

async function look(source: SourceConnector, path: string, signal: AbortSignal): Promise<Seen> {
  const file = await source.file(path);
  if (file.kind === 'problem') return { size: null, sha256: '', problem: file.problem };
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const piece of file.content(signal)) {
      hash.update(piece);
      size += piece.length;
    }
  } catch {
    signal.throwIfAborted();
    return { size: null, sha256: '', problem: 'FILE_UNREADABLE' };
  }
  return { size, sha256: hash.digest('hex'), problem: '' };
}

/** What the source states and the bytes do not bear out. A cut file is of the wrong size and hash: the size says more. */
function contradiction(
  seen: Seen,
  fields: Readonly<Record<string, string>>,
  { size, sha256 }: Attached,
): FileProblem | '' {
  const statedSize = size === undefined ? '' : (fields[size] ?? '').trim();
  // "12 KB" states no number of bytes.
  if (/^\d+$/.test(statedSize) && Number(statedSize) !== seen.size) return 'FILE_SIZE_WRONG';
  const statedHash = sha256 === undefined ? '' : (fields[sha256] ?? '').trim().toLowerCase();
  return statedHash !== '' && statedHash !== seen.sha256 ? 'FILE_HASH_WRONG' : '';
}
