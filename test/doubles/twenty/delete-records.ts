import { recordNotFound } from './api-error.ts';
import { compileFilter } from './filters.ts';
import { matchingRows } from './find-many.ts';
import { isString, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { nowIso, type Workspace } from './workspace.ts';

/** Soft-deleting one of these takes its targets along, and restoring brings them back (twenty-facts 4). */
const FOLLOWERS: ReadonlyMap<string, { object: string; column: string }> = new Map([
  ['note', { object: 'noteTarget', column: 'noteId' }],
  ['task', { object: 'taskTarget', column: 'taskId' }],
]);

/** Rows that a call means: by id (trashed ones too; missing: not found) or by filter. */
export function meantRows(workspace: Workspace, shape: ObjectShape, args: JsonObject): Row[] {
  if ('filter' in args) {
    const filter = compileFilter(workspace, shape, args.filter);
    return [...matchingRows(workspace, shape, filter, [], { trashed: true })];
  }
  const id = isString(args.id) ? args.id.toLowerCase() : '';
  const row = workspace.tables.get(shape.object.nameSingular).rows.get(id);
  if (row === undefined) throw recordNotFound();
  return [row];
}

export function softDelete(workspace: Workspace, shape: ObjectShape, args: JsonObject): Row[] {
  const now = nowIso(workspace);
  return setDeletedAt(workspace, shape, meantRows(workspace, shape, args), now, now);
}

/** Restores; answers only with what the filter still matches afterwards, which with `deletedAt` in it is nothing. */
export function restore(workspace: Workspace, shape: ObjectShape, args: JsonObject): Row[] {
  const rows = setDeletedAt(workspace, shape, meantRows(workspace, shape, args), null, nowIso(workspace));
  if (!('filter' in args)) return rows;
  const filter = compileFilter(workspace, shape, args.filter);
  return rows.filter((row) => filter.test(row));
}

function setDeletedAt(
  workspace: Workspace,
  shape: ObjectShape,
  rows: readonly Row[],
  deletedAt: string | null,
  now: string,
): Row[] {
  const { nameSingular } = shape.object;
  const table = workspace.tables.get(nameSingular);
  const records = rows.map((before) => {
    const after: Row = { ...before, deletedAt, updatedAt: now };
    table.replace(before, after, shape.uniques);
    return { before, after, changed: [] };
  });
  const action = deletedAt === null ? 'restored' : 'deleted';
  if (records.length > 0) workspace.queue.emit({ object: nameSingular, action, records });
  const followers = FOLLOWERS.get(nameSingular);
  if (followers !== undefined) {
    const following = workspace.tables.get(followers.object);
    const ids = rows.flatMap((row) => [...following.referring(followers.column, row.id)]);
    const children = ids.flatMap((id) => following.rows.get(id) ?? []);
    setDeletedAt(workspace, workspace.shapes.get(followers.object), children, deletedAt, now);
  }
  return records.map(({ after }) => after);
}

/** Hard delete, live or trashed; foreign keys act as the database's do. One event for the whole call (twenty-facts 4). */
export function destroy(workspace: Workspace, shape: ObjectShape, args: JsonObject): Row[] {
  const rows = meantRows(workspace, shape, args);
  destroyRows(workspace, shape.object.nameSingular, rows);
  const [first] = rows;
  if (first !== undefined)
    workspace.queue.emit({
      object: shape.object.nameSingular,
      action: 'destroyed',
      records: [{ before: first, after: first, changed: [] }],
    });
  return rows;
}

export function destroyRows(workspace: Workspace, object: string, rows: readonly Row[]): void {
  const shape = workspace.shapes.get(object);
  const table = workspace.tables.get(object);
  for (const row of rows) table.remove(row, shape.uniques);
  for (const other of workspace.model.objects.keys()) {
    const far = workspace.shapes.get(other);
    for (const key of far.foreignKeys)
      if (key.target === object) for (const row of rows) releaseReferences(workspace, other, key, row.id);
  }
}

function releaseReferences(
  workspace: Workspace,
  object: string,
  key: { readonly column: string; readonly onDelete: string },
  id: string,
): void {
  const table = workspace.tables.get(object);
  const referring = [...table.referring(key.column, id)].flatMap((one) => table.rows.get(one) ?? []);
  if (referring.length === 0) return;
  if (key.onDelete === 'CASCADE') {
    destroyRows(workspace, object, referring);
    return;
  }
  for (const row of referring)
    table.replace(row, { ...row, [key.column]: null }, workspace.shapes.get(object).uniques);
}
