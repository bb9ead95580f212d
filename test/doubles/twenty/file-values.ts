import { databaseRefusal } from './api-error.ts';
import type { RecordEvent } from './event-queue.ts';
import { isObject, type JsonObject, type Row } from './json.ts';
import type { FieldMeta } from './model.ts';
import type { ObjectShape } from './object-shape.ts';
import type { Workspace } from './workspace.ts';

/** What a write does to files, once it is sure to happen. */
export interface FileChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Checks the files of an input against the store and writes their extension into it; the record before, if there is one, says which it has
 * already. A file belongs to one record for good: it attaches once.
 */
export function checkFiles(
  workspace: Workspace,
  shape: ObjectShape,
  values: JsonObject,
  before: Row | null,
): FileChange {
  const added: string[] = [];
  const removed: string[] = [];
  for (const { name, field } of shape.columns.values()) {
    if (field.type !== 'FILES' || !Array.isArray(values[name])) continue;
    const had = new Map(filesOf(before?.[name]).map((item) => [item.fileId, item]));
    const now = filesOf(values[name]);
    values[name] = now.map((item) => {
      const old = had.get(item.fileId);
      if (old !== undefined) return { ...old, label: item.label };
      added.push(item.fileId);
      return { ...item, extension: `.${attachable(workspace, field, item.fileId)}` };
    });
    const kept = new Set(now.map(({ fileId }) => fileId));
    removed.push(...[...had.keys()].filter((id) => !kept.has(id)));
  }
  return { added, removed };
}

export function applyFiles(workspace: Workspace, { added, removed }: FileChange): void {
  for (const id of added) {
    const row = workspace.files.rows.get(id);
    if (row !== undefined) row.temporary = false;
  }
  for (const id of removed) {
    const row = workspace.files.rows.get(id);
    if (row !== undefined) row.trashed = true;
  }
}

/** The queue removes the files of destroyed records it is told of: of one per call, and of none that went with a parent. */
export function removeFiles(workspace: Workspace, event: RecordEvent): void {
  if (event.action !== 'destroyed' || !workspace.model.objects.has(event.object)) return;
  for (const { name, field } of workspace.shapes.get(event.object).columns.values()) {
    if (field.type !== 'FILES') continue;
    for (const { before } of event.records)
      for (const { fileId } of filesOf(before?.[name])) workspace.files.remove(fileId);
  }
}

interface Item {
  readonly fileId: string;
  readonly label: string;
}

export function filesOf(value: unknown): Item[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isObject)
    .map((item) => ({ ...item, fileId: String(item.fileId), label: String(item.label) }));
}

/** The extension of a file that may be given to a record. */
function attachable(workspace: Workspace, field: FieldMeta, fileId: string): string {
  const file = workspace.files.rows.get(fileId);
  if (file === undefined || file.trashed)
    throw refused(`File not found: ${fileId}`, 'Invalid input provided.');
  if (file.field !== field.universalIdentifier)
    throw refused(
      `File ${fileId} was not uploaded for this field`,
      `File ${fileId} was not uploaded for this field. Please re-upload the file.`,
    );
  if (!file.temporary)
    throw refused(
      `File ${fileId} is already associated with a permanent files field`,
      `File ${fileId} is already associated with a permanent files field. Please re-upload the file.`,
    );
  if (file.status !== 'UPLOADED')
    throw refused(
      `File ${fileId} upload has not been completed`,
      `File ${fileId} upload has not been completed. Please retry the upload.`,
    );
  return file.extension;
}

function refused(message: string, friendly: string) {
  return databaseRefusal(message, friendly);
}
