import { dataValidationError, refusedWith } from './api-error.ts';
import type { ApiKey } from './auth.ts';
import { actorOf, buildRow, positions } from './build-row.ts';
import { checkInsert } from './constraints.ts';
import { countCreate, countInserted } from './counters.ts';
import { applyFiles, checkFiles } from './file-values.ts';
import { holdsNul, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { readInput } from './read-input.ts';
import { updateRow } from './update-records.ts';
import { matchExisting } from './upsert-match.ts';
import { nowIso, type Workspace } from './workspace.ts';

const MAX_RECORDS = 200;

/**
 * `createXs`. A plain call is all or nothing. An upsert updates what it matches first, one row at a time and for good,
 * and inserts the rest at the end; it answers in that order (twenty-facts 1.2, 1.5).
 */
export function createRecords(
  workspace: Workspace,
  shape: ObjectShape,
  caller: ApiKey,
  data: readonly JsonObject[],
  upsert: boolean,
): Row[] {
  const { nameSingular } = shape.object;
  countCreate(workspace.counters, nameSingular, data.length);
  if (data.length > MAX_RECORDS)
    throw refusedWith('TOO_MANY_RECORDS_TO_UPDATE', `Maximum number of records to upsert is ${MAX_RECORDS}.`);
  const inputs = data.map((input) => readInput(workspace, shape, input));
  if (data.some(holdsNul)) throw dataValidationError();
  const { matched, fresh } = upsert
    ? matchExisting(workspace, shape, inputs)
    : { matched: [], fresh: inputs };
  const updated = new Map<string, Row>();
  for (const { id, values } of matched) {
    const { createdBy: _, ...rest } = values;
    updated.set(id, updateRow(workspace, shape, caller, id, { ...rest, deletedAt: null }));
  }
  return [...updated.values(), ...insertRows(workspace, shape, fresh, actorOf(caller))];
}

/** Inserts rows and tells the queue. Nothing is written when one of them is refused. */
export function insertRows(
  workspace: Workspace,
  shape: ObjectShape,
  inputs: readonly JsonObject[],
  actor: JsonObject,
): Row[] {
  if (inputs.length === 0) return [];
  const { nameSingular } = shape.object;
  const table = workspace.tables.get(nameSingular);
  const context = { actor, now: nowIso(workspace), takePosition: positions(table) };
  const files = inputs.map((values) => checkFiles(workspace, shape, values, null));
  const rows = inputs.map((values) => buildRow(shape, values, context));
  checkInsert(workspace, shape, rows);
  for (const row of rows) table.insert(row, shape.uniques);
  for (const change of files) applyFiles(workspace, change);
  countInserted(workspace.counters, nameSingular, rows.length);
  workspace.queue.emit({
    object: nameSingular,
    action: 'created',
    records: rows.map((after) => ({ before: null, after, changed: [] })),
  });
  return rows;
}
