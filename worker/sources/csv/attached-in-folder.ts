import { createReadStream } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FileProblem } from '../../domain/record.ts';
import type { SourceFile } from '../source-connector.ts';
import { unreadable } from './export-files.ts';
import type { NameIndex } from './name-index.ts';

const PIECE = 64 * 1024;

const problem = (code: FileProblem): SourceFile => ({ kind: 'problem', problem: code });

/** What the file system answers when a path leads to nothing. */
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * The file at `folder/segments` of an export that lies at `root`. Links are followed to where they lead, and that must be within `folder`. Nothing is
 * opened: what is no plain file (a pipe, a device) would hang.
 */
export async function attachedInFolder(
  root: string,
  names: () => NameIndex,
  folder: string,
  segments: readonly string[],
): Promise<SourceFile> {
  const wanted = [folder, ...segments].join('/');
  try {
    const exact = await realOrNull(join(root, wanted));
    const path = exact === null ? names().find(wanted) : wanted;
    const real = exact ?? (path === null ? null : await realOrNull(join(root, path)));
    if (path === null || real === null) return problem('FILE_MISSING');
    // As the path that was found spells the folder.
    const home = await realpath(join(root, ...path.split('/').slice(0, folder.split('/').length)));
    if (!real.startsWith(home.endsWith(sep) ? home : home + sep)) return problem('FILE_OUTSIDE');
    const info = await stat(real);
    if (!info.isFile()) return problem('FILE_UNREADABLE');
    if (info.size === 0) return problem('FILE_EMPTY');
    await access(real, constants.R_OK);
    return { kind: 'found', size: info.size, content: (signal) => contentOf(real, folder, signal) };
  } catch {
    return problem('FILE_UNREADABLE');
  }
}

async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOTHING.has(String(error.code))) return null;
    throw error;
  }
}

async function* contentOf(path: string, folder: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const options = { highWaterMark: PIECE, ...(signal === undefined ? {} : { signal }) };
  try {
    const pieces: AsyncIterable<Buffer> = createReadStream(path, options);
    yield* pieces;
  } catch (cause) {
    signal?.throwIfAborted();
    // Not its name: that may say whose it is.
    throw unreadable(
      `${folder}/`,
      'An attached file cannot be read.',
      'Check the disk and the permissions.',
      cause,
    );
  }
}
