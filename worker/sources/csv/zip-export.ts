import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { VpError } from '../../domain/errors.ts';
import { attachedInZip } from './attached-in-zip.ts';
import { type ExportFile, type ExportFiles, unreadable } from './export-files.ts';

/**
 * The files of a zip, each streamed when it is read; nothing is written to disk. Refused: what is no zip, entries whose names lead out of
 * the archive (absolute, drive letters, `..`), encrypted entries. A content that fails its checksum stops the reading.
 */
export async function openZip(path: string): Promise<ExportFiles> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { autoClose: false });
  } catch (cause) {
    throw unreadable(
      path,
      'The file is not a readable zip.',
      'Export again, or unpack it and give the folder.',
      cause,
    );
  }
  try {
    const files: ExportFile[] = [];
    const links = new Set<string>();
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entry.isEncrypted()) {
        throw unreadable(
          entry.fileName,
          'The zip is encrypted.',
          'Unpack it with its password and give the folder.',
        );
      }
      if (isLink(entry)) links.add(entry.fileName);
      files.push(zipFile(zip, entry, path));
    }
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { files, attached: attachedInZip(files, links), close: async () => zip.close() };
  } catch (cause) {
    zip.close();
    if (cause instanceof VpError) throw cause;
    const what =
      'The zip has an entry with a forbidden name (absolute, or leading out of the archive) or a damaged index.';
    throw unreadable(path, what, 'Do not unpack it unseen; export again.', cause);
  }
}

/** A symbolic link by the Unix mode in the upper half of the attributes: its content is where it leads. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0xf000) === 0xa000;
}

function zipFile(zip: ZipFile, entry: Entry, zipPath: string): ExportFile {
  return {
    path: entry.fileName,
    bytes: entry.uncompressedSize,
    async *open() {
      let checksum = 0;
      try {
        const pieces: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry);
        for await (const piece of pieces) {
          checksum = crc32(piece, checksum);
          yield piece;
        }
      } catch (cause) {
        throw unreadable(
          entry.fileName,
          'The entry of the zip cannot be unpacked.',
          'Export or copy the zip again.',
          cause,
        );
      }
      if (checksum !== entry.crc32) {
        throw unreadable(
          entry.fileName,
          'The entry of the zip fails its checksum.',
          'Export or copy the zip again.',
        );
      }
    },
    async stamp() {
      try {
        const info = await stat(zipPath);
        return `${info.size}:${info.mtimeMs}`;
      } catch (cause) {
        throw unreadable(zipPath, 'The zip cannot be read any more.', 'Put it back where it was.', cause);
      }
    },
  };
}
