import { VpError } from '../../domain/errors.ts';
import type { SourceFile } from '../source-connector.ts';

/** One file of an export, wherever it lies. */
export interface ExportFile {
  /** Path within the export, `/` between folders. */
  readonly path: string;
  readonly bytes: number;
  /** The content from the start, in pieces. Fails with SOURCE_UNREADABLE. */
  open(): AsyncIterable<Buffer>;
  /** Changes when the file does (size and modification time); cheap. */
  stamp(): Promise<string>;
}

/** The files of an export: a folder or a zip. */
export interface ExportFiles {
  readonly files: readonly ExportFile[];
  /** A file below `folder` (path within the export), as a row names it. Opens nothing, and never what is not below `folder`. */
  attached(folder: string, segments: readonly string[]): Promise<SourceFile>;
  close(): Promise<void>;
}

/** SOURCE_UNREADABLE, with what the person does about it. */
export function unreadable(where: string, what: string, todo: string, cause?: unknown): VpError {
  return new VpError('SOURCE_UNREADABLE', { what, where, todo, ...(cause === undefined ? {} : { cause }) });
}

/** The files of an export as the profile names them, and the folder that was left off: '' or `export/`. */
export interface TopFolder {
  readonly prefix: string;
  readonly files: readonly ExportFile[];
}

/**
 * Leaves the one folder off that holds the whole export, as zips often have: when nothing that the profile names lies at the top. Such
 * names are compared without case. Hidden files and what macOS adds are not part of an export.
 */
export function withinTopFolder(files: readonly ExportFile[], declared: readonly string[]): TopFolder {
  const visible = files.filter(
    (file) => !file.path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'),
  );
  const names = new Set(declared.map((name) => name.toLowerCase()));
  const whole: TopFolder = { prefix: '', files: visible };
  if (visible.some((file) => names.has(file.path.toLowerCase()))) return whole;
  const top = visible[0]?.path.split('/')[0];
  const prefix = `${top}/`;
  if (top === undefined || !visible.every((file) => file.path.startsWith(prefix))) return whole;
  const within = visible.map((file) => ({
    path: file.path.slice(prefix.length),
    bytes: file.bytes,
    open: () => file.open(),
    stamp: () => file.stamp(),
  }));
  return { prefix, files: within };
}

/** The file of each declared name: spelled exactly so, or else in another case. */
export function findDeclared(files: readonly ExportFile[], name: string): ExportFile | undefined {
  return (
    files.find((file) => file.path === name) ??
    files.find((file) => file.path.toLowerCase() === name.toLowerCase())
  );
}

/**
 * Files that are not in `named`, sorted. A folder without any named file is one entry, `scans/`: it may hold thousands. `listed`: folders whose files are
 * named one by one all the same; `known`: folders whose files are somebody else's to name.
 */
export function unknownFiles(
  files: readonly ExportFile[],
  named: ReadonlySet<string>,
  folders: { readonly listed: readonly string[]; readonly known: readonly string[] },
): string[] {
  const folderOf = (path: string): string => path.slice(0, path.indexOf('/') + 1);
  const below = (path: string, names: readonly string[]): boolean =>
    names.some((name) => path.toLowerCase().startsWith(`${name.toLowerCase()}/`));
  const namedFolders = new Set([...named].map(folderOf));
  const unknown = files
    .map((file) => file.path)
    .filter((path) => !named.has(path) && !below(path, folders.known));
  return [
    ...new Set(
      unknown.map((path) =>
        namedFolders.has(folderOf(path)) || !path.includes('/') || below(path, folders.listed)
          ? path
          : folderOf(path),
      ),
    ),
  ].sort();
}
