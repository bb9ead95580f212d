import type { FileProblem } from '../../domain/record.ts';
import type { SourceFile } from '../source-connector.ts';
import { type ExportFile, type ExportFiles, unreadable } from './export-files.ts';
import { NameIndex } from './name-index.ts';

const problem = (code: FileProblem): SourceFile => ({ kind: 'problem', problem: code });

/**
 * Finds attached files among the entries of a zip. `links`: entries that are symbolic links; they are not followed, since nothing says that they stay within. Of two entries
 * with one name the first is meant.
 */
export function attachedInZip(
  files: readonly ExportFile[],
  links: ReadonlySet<string>,
): ExportFiles['attached'] {
  let index: { readonly byPath: ReadonlyMap<string, ExportFile>; readonly names: NameIndex } | null = null;
  return async (folder, segments) => {
    index ??= {
      byPath: new Map(files.toReversed().map((file) => [file.path, file])),
      names: new NameIndex(files.map(({ path }) => path)),
    };
    const wanted = [folder, ...segments].join('/');
    const file = index.byPath.get(wanted) ?? index.byPath.get(index.names.find(wanted) ?? '');
    if (file === undefined) {
      const isFolder = files.some(({ path }) => path.startsWith(`${wanted}/`));
      return problem(isFolder ? 'FILE_UNREADABLE' : 'FILE_MISSING');
    }
    if (links.has(file.path)) return problem('FILE_OUTSIDE');
    if (file.bytes === 0) return problem('FILE_EMPTY');
    return { kind: 'found', size: file.bytes, content: (signal) => contentOf(file, folder, signal) };
  };
}

async function* contentOf(
  file: ExportFile,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of file.open()) {
      signal?.throwIfAborted();
      yield piece;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    // Not its name: that may say whose it is.
    throw unreadable(
      `${folder}/`,
      'An attached file cannot be unpacked.',
      'Export or copy the zip again.',
      cause,
    );
  }
}
