import { VpError } from '../domain/errors.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import { effectiveProfile, readSnapshotNotes, readStreamInfo } from '../engine/snapshot-notes.ts';
import { eachRow } from '../engine/snapshot-pages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RebuildItem, WorkflowExport } from '../mapping/documents/workflow-export.ts';
import { readDefinition } from './workflows/read-definition.ts';

/**
 * The definitions of workflows, automations and templates in a snapshot, and what each would be in Twenty. Reads only. Throws UNKNOWN_MIGRATION when there is no such
 * snapshot, STATE_FORBIDS when it is not complete. `base`: the profile for snapshots that keep none.
 */
export async function readWorkflows(
  ledger: Ledger,
  base: SourceProfile,
  snapshotId: string,
): Promise<WorkflowExport> {
  const snapshot = await ledger.snapshots.get(snapshotId);
  if (snapshot === null) {
    throw new VpError('UNKNOWN_MIGRATION', {
      what: 'There is no snapshot of that id.',
      where: '--snapshot',
      todo: 'Check the id; extract says it.',
    });
  }
  if (!snapshot.complete) {
    throw new VpError('STATE_FORBIDS', {
      what: 'The snapshot is not complete.',
      where: snapshotId,
      todo: 'Run extract again: it goes on where it was.',
    });
  }
  const profile = effectiveProfile(readSnapshotNotes(await ledger.snapshots.notes(snapshotId)), base);
  const object = profile.definitions?.object;
  const streams = await ledger.snapshots.streams(snapshotId);
  const stream = streams.find((one) => one.object === object);
  const definitions: RebuildItem[] = [];
  if (object !== undefined && stream !== undefined) {
    for await (const row of eachRow(ledger, snapshotId, object)) definitions.push(readDefinition(row));
  }
  const remarks =
    stream === undefined
      ? [
          `The snapshot has no ${profile.definitions?.file ?? 'definitions'}: the export had none, or the snapshot was purged.`,
        ]
      : readStreamInfo(stream.info).findings.map(({ code, detail }) => `${code}: ${detail}`);
  return { snapshotId, sourceInstance: snapshot.sourceInstance, definitions, remarks };
}

/** The definitions as one JSON document, lists by kind, each to the character as it was exported. */
export function workflowsJson({ definitions }: WorkflowExport): string {
  const lists = new Map<string, string[]>();
  for (const { list, text } of definitions) {
    const there = lists.get(list);
    if (there === undefined) lists.set(list, [text]);
    else there.push(text);
  }
  const members = [...lists].map(([list, texts]) => `${JSON.stringify(list)}: [\n${texts.join(',\n')}\n]`);
  return members.length === 0 ? '{}\n' : `{\n${members.join(',\n')}\n}\n`;
}
