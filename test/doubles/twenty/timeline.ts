import { randomUUID } from 'node:crypto';
import type { RecordChange, RecordEvent } from './event-queue.ts';
import { isObject, isString, type JsonObject, type Row } from './json.ts';
import { morphColumnOf } from './model.ts';
import { nowIso, type Workspace } from './workspace.ts';

const SYSTEM_ACTOR = { source: 'MANUAL', workspaceMemberId: null, name: 'System', context: null };

/** Writing one of these is told on the timeline of what it points at, as `linked-note.created` or `.updated`. */
const LINKS: ReadonlyMap<string, { linked: string; column: string }> = new Map([
  ['noteTarget', { linked: 'note', column: 'noteId' }],
  ['taskTarget', { linked: 'task', column: 'taskId' }],
]);

/** One row per record and change: `company.created`, `company.updated` with a diff, … (twenty-facts 4, 10). */
export function writeTimeline(workspace: Workspace, event: RecordEvent): void {
  if (event.action === 'destroyed') return;
  const link = LINKS.get(event.object);
  if (link !== undefined) {
    if (event.action === 'created' || event.action === 'updated')
      for (const change of event.records) writeLinked(workspace, link, event.action, change);
    return;
  }
  const target = morphColumnOf(event.object);
  const shape = workspace.shapes.get('timelineActivity');
  if (!shape.columns.has(target) || workspace.model.objects.get(event.object)?.isSystem !== false) return;
  const template = emptyRow(workspace);
  const table = workspace.tables.get('timelineActivity');
  const rows = workspace.tables.get(event.object).rows;
  for (const { before, after, changed } of event.records) {
    const row: Row = {
      ...template,
      id: randomUUID(),
      name: `${event.object}.${event.action}`,
      properties: event.action === 'updated' && before !== null ? diffOf(before, after, changed) : {},
      // A record destroyed before its turn leaves a row that points nowhere.
      [target]: rows.has(after.id) ? after.id : null,
    };
    table.insert(row, shape.uniques);
  }
}

function writeLinked(
  workspace: Workspace,
  { linked, column }: { linked: string; column: string },
  action: 'created' | 'updated',
  { after }: RecordChange,
): void {
  const id = after[column];
  const note = isString(id) ? workspace.tables.get(linked).rows.get(id) : undefined;
  if (note === undefined) return;
  const shape = workspace.shapes.get('timelineActivity');
  // Of one that points at several records, only the first is told of it.
  const [target] = Object.entries(after).filter(
    ([name, value]) => name.startsWith('target') && isString(value) && shape.columns.has(name),
  );
  if (target !== undefined) {
    const [name, value] = target;
    const row: Row = {
      ...emptyRow(workspace),
      id: randomUUID(),
      name: `linked-${linked}.${action}`,
      linkedRecordId: note.id,
      linkedRecordCachedName: note.title ?? null,
      linkedObjectMetadataId: workspace.model.objects.get(linked)?.id ?? null,
      [name]: value,
    };
    workspace.tables.get('timelineActivity').insert(row, shape.uniques);
  }
}

function emptyRow(workspace: Workspace): JsonObject {
  const now = nowIso(workspace);
  const row: JsonObject = {};
  for (const name of workspace.shapes.get('timelineActivity').columns.keys()) row[name] = null;
  return {
    ...row,
    happensAt: now,
    createdAt: now,
    updatedAt: now,
    position: 0,
    properties: {},
    createdBy: SYSTEM_ACTOR,
    updatedBy: SYSTEM_ACTOR,
  };
}

function diffOf(before: Row, after: Row, changed: readonly string[]): JsonObject {
  const shown = (value: unknown) => (isObject(value) ? value : (value ?? null));
  return {
    diff: Object.fromEntries(
      changed.map((name) => [name, { after: shown(after[name]), before: shown(before[name]) }]),
    ),
  };
}
