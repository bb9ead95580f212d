import type { Json } from '../domain/canonical.ts';
import type { Clock } from '../domain/clock.ts';
import { VpError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { progressMeter } from '../engine/progress-meter.ts';
import { snapshotNotes, streamInfoOf } from '../engine/snapshot-notes.ts';
import type { Ledger, Snapshot, StreamState } from '../ledger/ledger.ts';
import type {
  SourceConnector,
  SourceInspection,
  StreamFinding,
  StreamInfo,
} from '../sources/source-connector.ts';
import { checkAllowed, checkInstance } from './extract/check-request.ts';
import { fileDescriber } from './extract/describe-files.ts';
import { bytesSoFar, checkUnchanged, cursorOf, findUnfinished } from './extract/unfinished.ts';
import type { ProgressEvent } from './stage.ts';

export interface ExtractOptions {
  readonly ledger: Ledger;
  readonly source: SourceConnector;
  /** Of the profile that the source was opened with, before its schema export extended it. */
  readonly profileDigest: string;
  /** Name of the deployment; part of every id. */
  readonly sourceInstance: string;
  /** Sensitive columns (`object.field`) that a person allowed, with the reason. */
  readonly allow: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
  readonly log: Logger;
  readonly clock: Clock;
}

export interface ExtractResult {
  readonly snapshot: Snapshot;
  readonly streams: readonly StreamState[];
  /** An unfinished snapshot went on instead of a new one. */
  readonly resumed: boolean;
  readonly findings: readonly (StreamFinding & { readonly object: string })[];
}

const BATCH = 1000;
/** Of rows whose files are read too: what a kill makes extract read again. */
const BATCH_OF_FILES = 50;

/**
 * Source to snapshot. Goes on with the newest unfinished snapshot of the same instance, location, profile and allowed columns; every batch and
 * its cursor are one commit, so that a kill at any point loses nothing and doubles nothing. Memory is that of one batch. Files that rows name are
 * read to know their size and SHA-256 (FILE_COLUMNS); their bytes stay in the source.
 *
 * Throws USAGE (instance or an allowed column makes no sense), SOURCE_CHANGED (the export is not the one that the unfinished snapshot was
 * begun from), INTERRUPTED (the signal; after the batch in flight, or at once while files are read).
 */
export async function runExtract(options: ExtractOptions): Promise<ExtractResult> {
  const { ledger, source, log } = options;
  checkInstance(options.sourceInstance);
  const inspection = await source.inspect(options.signal);
  checkAllowed(options.allow, inspection, source.profile);
  const unfinished = await findUnfinished(ledger, {
    sourceInstance: options.sourceInstance,
    location: source.location,
    profileDigest: options.profileDigest,
    allowed: options.allow,
  });
  if (unfinished !== null) await checkUnchanged(ledger, unfinished, inspection, source);
  const begun = unfinished ?? (await begin(options, inspection));
  log.info(
    { snapshotId: begun.id, resumed: unfinished !== null, streams: inspection.streams.length },
    'extract begins',
  );

  const read = await readStreams(options, begun, inspection);
  // What the connector saw only while reading (a column whose values turned out sensitive) stands in the info of each stream.
  const snapshot = await ledger.transaction(async (tx) => {
    const completed = await tx.snapshots.complete(begun.id);
    const rows = Object.fromEntries(read.map((stream) => [stream.object, stream.rows]));
    const detail: Json = { snapshotId: begun.id, sourceInstance: begun.sourceInstance, rows };
    await tx.trail.append(null, [
      {
        actor: options.actor,
        operation: 'extract',
        outcome: 'complete',
        detail,
        ...(completed.digest === null ? {} : { afterDigest: completed.digest }),
      },
    ]);
    return completed;
  });
  const findings = inspection.streams.flatMap(({ object, findings: seen }) =>
    seen.map((finding) => ({ ...finding, object })),
  );
  return { snapshot, streams: read, resumed: unfinished !== null, findings };
}

async function begin(options: ExtractOptions, inspection: SourceInspection): Promise<Snapshot> {
  const { ledger, source, profileDigest, sourceInstance, allow, actor } = options;
  return ledger.transaction(async (tx) => {
    const snapshot = await tx.snapshots.create({
      sourceInstance,
      location: source.location,
      profileDigest,
      allowed: allow,
    });
    await tx.snapshots.setNotes(snapshot.id, snapshotNotes(inspection, source.profile));
    await tx.trail.append(
      null,
      Object.entries(allow).map(([name, reason]) => ({
        actor,
        operation: 'allow',
        object: name.split('.')[0] ?? name,
        outcome: 'allowed',
        detail: { name, reason, snapshotId: snapshot.id },
      })),
    );
    return snapshot;
  });
}

async function readStreams(
  options: ExtractOptions,
  snapshot: Snapshot,
  inspection: SourceInspection,
): Promise<StreamState[]> {
  const { ledger, source, clock, signal } = options;
  const states = new Map((await ledger.snapshots.streams(snapshot.id)).map((state) => [state.object, state]));
  const order = Object.keys(source.profile.objects);
  const streams = [...inspection.streams].sort((a, b) => order.indexOf(a.object) - order.indexOf(b.object));
  const position = (info: StreamInfo) => bytesSoFar(info, states.get(info.object));
  const remaining = streams.reduce((sum, info) => sum + Math.max(0, info.bytes - position(info)), 0);
  const advance = progressMeter('extract', remaining, clock, options.progress);
  const allow = new Set(Object.keys(options.allow));

  for (const info of streams) {
    const earlier = states.get(info.object);
    if (earlier?.done) continue;
    let bytes = position(info);
    let state: StreamState = {
      object: info.object,
      cursor: null,
      rows: 0,
      ...earlier,
      done: false,
      info: streamInfoOf(info, bytes),
    };
    const cursor = earlier === undefined ? undefined : cursorOf(earlier.cursor);
    const describe = fileDescriber(source, info.object, signal);
    const batchSize = describe === null ? BATCH : BATCH_OF_FILES;
    const read = { batchSize, allow, ...(cursor === undefined ? {} : { cursor }) };
    for await (const batch of source.read(info.object, read)) {
      state = {
        ...state,
        cursor: batch.cursor,
        rows: batch.cursor.row,
        info: streamInfoOf(info, batch.bytesRead),
      };
      const rows =
        describe === null ? batch.rows : await orInterrupted(describe(batch.rows), info.object, signal);
      await ledger.snapshots.append(snapshot.id, state, rows);
      advance(info.object, Math.max(0, batch.bytesRead - bytes));
      bytes = batch.bytesRead;
      if (signal.aborted) throw interrupted(info.object);
    }
    await ledger.snapshots.append(
      snapshot.id,
      { ...state, done: true, info: streamInfoOf(info, info.bytes) },
      [],
    );
    advance(info.object, Math.max(0, info.bytes - bytes));
    if (signal.aborted) throw interrupted(info.object);
  }
  return ledger.snapshots.streams(snapshot.id);
}

/** A batch whose files were not all read is not stored. */
async function orInterrupted<T>(work: Promise<T>, object: string, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw signal.aborted ? interrupted(object) : error;
  }
}

function interrupted(object: string): VpError {
  return new VpError('INTERRUPTED', {
    what: 'Extract was stopped.',
    where: object,
    todo: 'Run the same command again: it goes on where it was.',
  });
}
