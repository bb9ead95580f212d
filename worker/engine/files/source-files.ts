import { VpError } from '../../domain/errors.ts';
import type { SourceProfile } from '../../domain/source-profile.ts';
import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import type { SourceConnector, SourceFile } from '../../sources/source-connector.ts';

/** Opens the source whose files a plan names. `location` is the plan's; whoever wires it may know a newer one. */
export type OpenFiles = (
  location: string,
  profile: SourceProfile,
) => Promise<Pick<SourceConnector, 'file' | 'close'>>;

/** The files of a plan's source, opened when the first one is needed. */
export interface SourceFiles {
  /** Opens the source now, so that one that is gone is told before hours of work. Throws SOURCE_UNREADABLE. */
  open(): Promise<void>;
  file(path: string): Promise<SourceFile>;
  close(): Promise<void>;
}

export function sourceFiles(
  { files, profile }: Pick<DecidedPlan, 'files' | 'profile'>,
  openFiles: OpenFiles | undefined,
): SourceFiles {
  let opened: ReturnType<OpenFiles> | null = null;
  const source = () => {
    if (openFiles === undefined) throw new Error('this command loads files but was given no source');
    opened ??= openFiles(files.location, profile).catch((error: unknown) => {
      throw isUnreadable(error) ? gone(files.location, error) : error;
    });
    return opened;
  };
  return {
    open: async () => {
      await source();
    },
    file: async (path) => (await source()).file(path),
    close: async () => {
      const current = opened;
      opened = null;
      await current?.then(
        (connector) => connector.close(),
        () => undefined,
      );
    },
  };
}

function isUnreadable(error: unknown): boolean {
  return error instanceof VpError && error.code === 'SOURCE_UNREADABLE';
}

function gone(location: string, cause: unknown): VpError {
  return new VpError('SOURCE_UNREADABLE', {
    what: 'The files of this migration are loaded from the source, and it cannot be opened.',
    where: location,
    todo: 'Put the export back there, or say where it is now with --source csv:<folder or zip>. Hashes of the snapshot make sure that they are the same files.',
    cause,
  });
}
