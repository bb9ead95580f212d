import { databaseRefusal, dataValidationError, duplicateEntry, recordNotFound } from './api-error.ts';
import type { ApiKey } from './auth.ts';
import { actorOf, mergedRow, positions } from './build-row.ts';
import { checkUpdate } from './constraints.ts';
import { applyFiles, checkFiles } from './file-values.ts';
import { compileFilter } from './filters.ts';
import { matchingRows } from './find-many.ts';
import { holdsNul, isString, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { readInput } from './read-input.ts';
import { Table } from './table.ts';
import { nowIso, type Workspace } from './workspace.ts';

const MAX_UPDATED = 200;

/** `updateX(id, data)`: works on a trashed record too. */
export function updateOne(workspace: Workspace, shape: ObjectShape, caller: ApiKey, args: JsonObject): Row {
  const values = readUpdate(workspace, shape, args.data);
  const id = isString(args.id) ? args.id.toLowerCase() : '';
  if (!workspace.tables.get(shape.object.nameSingular).rows.has(id)) throw recordNotFound();
  return updateRow(workspace, shape, caller, id, values);
}

/** `updateXs(filter, data)`: the same values for all, trashed ones included; one statement, so all or nothing. */
export function updateMany(
  workspace: Workspace,
  shape: ObjectShape,
  caller: ApiKey,
  args: JsonObject,
): Row[] {
  const values = readUpdate(workspace, shape, args.data);
  const filter = compileFilter(workspace, shape, args.filter);
  const rows = [...matchingRows(workspace, shape, filter, [], { trashed: true })];
  if (rows.length > MAX_UPDATED)
    throw databaseRefusal(`Cannot update more than ${MAX_UPDATED} records at once`, 'An error occurred.');
  const filesToo = [...shape.columns.values()].some(
    ({ name, field }) => field.type === 'FILES' && Array.isArray(values[name]),
  );
  if (filesToo && rows.length !== 1)
    throw databaseRefusal(
      'Cannot update multiple records with files field at once',
      'You can only update one record with files field at once.',
    );
  const after = rows.map((row) => mergedRow(row, values).row);
  refuseSharedKeys(shape, after);
  for (const [index, row] of rows.entries()) checkUpdate(workspace, shape, row, after[index] ?? row);
  return rows.map((row) => updateRow(workspace, shape, caller, row.id, values));
}

/** One unique value for several records: refused, and no live record is to blame. */
function refuseSharedKeys(shape: ObjectShape, rows: readonly Row[]): void {
  for (const key of shape.uniques) {
    const values = rows.map((row) => Table.keyOf(row, key)).filter((value) => value !== null);
    if (new Set(values).size < values.length) throw duplicateEntry();
  }
}

function readUpdate(workspace: Workspace, shape: ObjectShape, data: unknown): JsonObject {
  const { id: _, ...values } = readInput(
    workspace,
    shape,
    typeof data === 'object' && data !== null ? { ...data } : {},
  );
  if (holdsNul(data)) throw dataValidationError();
  return values;
}

/**
 * Writes one row and tells the queue what changed. `updatedAt` is kept when it is sent, else it is now; `updatedBy` is
 * always the caller. Nothing different: no event.
 */
export function updateRow(
  workspace: Workspace,
  shape: ObjectShape,
  caller: ApiKey,
  id: string,
  values: JsonObject,
): Row {
  return writeRow(workspace, shape, id, values, actorOf(caller));
}

/** The same for any author: the queue's own writers use it. */
export function writeRow(
  workspace: Workspace,
  shape: ObjectShape,
  id: string,
  values: JsonObject,
  actor: JsonObject,
): Row {
  const { nameSingular } = shape.object;
  const table = workspace.tables.get(nameSingular);
  const before = table.rows.get(id);
  if (before === undefined) throw recordNotFound();
  const { position, ...rest } = values;
  const files = checkFiles(workspace, shape, rest, before);
  const place = position === 'first' || position === 'last' ? positions(table)(position) : position;
  const merged = mergedRow(
    before,
    place === undefined || place === null ? rest : { ...rest, position: place },
  );
  const after: Row = { ...merged.row, updatedAt: values.updatedAt ?? nowIso(workspace), updatedBy: actor };
  checkUpdate(workspace, shape, before, after);
  table.replace(before, after, shape.uniques);
  applyFiles(workspace, files);
  const changed = merged.changed.filter((name) => name !== 'updatedAt');
  if (changed.length > 0)
    workspace.queue.emit({ object: nameSingular, action: 'updated', records: [{ before, after, changed }] });
  return after;
}
