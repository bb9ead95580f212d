import type { Json } from '../../domain/canonical.ts';
import { canonicalJson } from '../../domain/canonical.ts';
import { VpError } from '../../domain/errors.ts';
import { profileJson, readSnapshotNotes } from '../../engine/snapshot-notes.ts';
import type { Ledger, Snapshot, StreamState } from '../../ledger/ledger.ts';
import type {
  SourceConnector,
  SourceCursor,
  SourceInspection,
  StreamInfo,
} from '../../sources/source-connector.ts';

/** The newest unfinished snapshot of the same thing: instance, location, profile and allowed columns. */
export async function findUnfinished(
  ledger: Ledger,
  wanted: Pick<Snapshot, 'sourceInstance' | 'location' | 'profileDigest' | 'allowed'>,
): Promise<Snapshot | null> {
  const snapshots = await ledger.snapshots.list(wanted.sourceInstance);
  return (
    snapshots.find(
      ({ complete, location, profileDigest, allowed }) =>
        !complete &&
        location === wanted.location &&
        profileDigest === wanted.profileDigest &&
        canonicalJson(allowed) === canonicalJson(wanted.allowed),
    ) ?? null
  );
}

/** A snapshot is of one export: every file must be as it was when the snapshot was begun, also those not read yet, and the schema export. Throws SOURCE_CHANGED. */
export async function checkUnchanged(
  ledger: Ledger,
  snapshot: Snapshot,
  inspection: SourceInspection,
  { profile }: Pick<SourceConnector, 'profile'>,
): Promise<void> {
  const notes = readSnapshotNotes(await ledger.snapshots.notes(snapshot.id));
  const before = notes.fingerprints;
  const now = new Map(inspection.streams.map(({ object, fingerprint }) => [object, fingerprint]));
  const objects = new Set([...Object.keys(before), ...now.keys()]);
  const changed = [...objects].filter((object) => before[object] !== now.get(object));
  const sameProfile =
    notes.profile === undefined ||
    canonicalJson(profileJson(notes.profile)) === canonicalJson(profileJson(profile));
  if (!sameProfile) changed.push(profile.schemaFile ?? 'profile');
  if (changed.length === 0) return;
  throw new VpError('SOURCE_CHANGED', {
    what: `The export is not the one that the unfinished snapshot ${snapshot.id} was begun from.`,
    where: changed.join(', '),
    todo: 'Put the export back as it was and run extract again; or copy what is there now to another folder and extract from there, which begins a new snapshot.',
  });
}

/** Bytes of a stream that an earlier run read. */
export function bytesSoFar(info: StreamInfo, state: StreamState | undefined): number {
  if (state === undefined) return 0;
  if (state.done) return info.bytes;
  const stored = state.info;
  const bytes = stored !== null && typeof stored === 'object' && 'bytesRead' in stored ? stored.bytesRead : 0;
  return typeof bytes === 'number' ? bytes : 0;
}

/** The cursor as the connector gave it; it came through JSON unchanged. */
export function cursorOf(stored: Json): SourceCursor | undefined {
  if (stored === null || typeof stored !== 'object' || !('row' in stored)) return undefined;
  const { row, ...rest } = stored;
  if (typeof row !== 'number') return undefined;
  const plain: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    )
      plain[name] = value;
  }
  return { ...plain, row };
}
