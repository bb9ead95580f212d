import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { attachedInFolder } from './attached-in-folder.ts';
import { type ExportFile, type ExportFiles, unreadable } from './export-files.ts';
import { NameIndex } from './name-index.ts';

const PIECE = 64 * 1024;

/** The files in a folder and below it. Links to files count as files. */
export async function openFolder(folder: string): Promise<ExportFiles> {
  const files: ExportFile[] = [];
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() && !entry.isSymbolicLink()) continue;
      const path = join(entry.parentPath, entry.name);
      const info = await stat(path).catch(() => null);
      if (info?.isFile())
        files.push(folderFile(path, relative(folder, path).split(sep).join('/'), info.size));
    }
  } catch (cause) {
    throw unreadable(
      folder,
      'The export folder cannot be listed.',
      'Give this user the right to read it.',
      cause,
    );
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  let index: NameIndex | null = null;
  const names = (): NameIndex => {
    index ??= new NameIndex(files.map((file) => file.path));
    return index;
  };
  return {
    files,
    attached: (below, segments) => attachedInFolder(folder, names, below, segments),
    close: async () => {},
  };
}

function folderFile(path: string, name: string, bytes: number): ExportFile {
  const fail = (cause: unknown) =>
    unreadable(
      name,
      'The file cannot be read.',
      'Check that it is still there and that this user may read it.',
      cause,
    );
  return {
    path: name,
    bytes,
    async *open() {
      try {
        // Without an encoding the stream yields buffers.
        const pieces: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: PIECE });
        yield* pieces;
      } catch (cause) {
        throw fail(cause);
      }
    },
    async stamp() {
      try {
        const info = await stat(path);
        return `${info.size}:${info.mtimeMs}`;
      } catch (cause) {
        throw fail(cause);
      }
    },
  };
}
