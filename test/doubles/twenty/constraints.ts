import { dataValidationError, duplicateEntry, foreignKeyViolation, notNullViolation } from './api-error.ts';
import { isString, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { bornId } from './standard-model.ts';
import { Table } from './table.ts';
import type { Workspace } from './workspace.ts';

/** An index entry of the database has to fit a page; longer unique values are refused without a useful word. */
const MAX_KEY_BYTES = 2_700;

/** What the database refuses of rows to insert: not-null, then unique keys, then foreign keys. Nothing is written yet. */
export function checkInsert(workspace: Workspace, shape: ObjectShape, rows: readonly Row[]): void {
  for (const row of rows) checkNotNull(shape, row);
  const table = workspace.tables.get(shape.object.nameSingular);
  const batch = new Set<string>();
  for (const row of rows) {
    if (table.rows.has(row.id) || batch.has(row.id)) throw duplicateEntry();
    batch.add(row.id);
  }
  for (const key of shape.uniques) {
    const seen = new Set<unknown>();
    for (const row of rows) {
      const value = Table.keyOf(row, key);
      if (value === null) continue;
      if (seen.has(value)) throw duplicateEntry();
      seen.add(value);
      refuseTaken(workspace, shape, row, key, value);
    }
  }
  for (const row of rows) checkForeignKeys(workspace, shape, row, batch);
}

/** The same for one changed row; only what changed is looked at. */
export function checkUpdate(workspace: Workspace, shape: ObjectShape, before: Row, after: Row): void {
  checkNotNull(shape, after);
  for (const key of shape.uniques) {
    const value = Table.keyOf(after, key);
    if (value !== null && value !== Table.keyOf(before, key))
      refuseTaken(workspace, shape, after, key, value);
  }
  checkForeignKeys(workspace, shape, after, new Set(), before);
}

function refuseTaken(
  workspace: Workspace,
  shape: ObjectShape,
  row: Row,
  key: ObjectShape['uniques'][number],
  value: unknown,
): void {
  if (isString(value) && Buffer.byteLength(value) > MAX_KEY_BYTES) throw dataValidationError();
  const table = workspace.tables.get(shape.object.nameSingular);
  const holder = table.idByKey(key, value);
  if (holder === undefined || holder === row.id) return;
  if (table.rows.get(holder)?.deletedAt !== null) throw duplicateEntry();
  throw duplicateEntry({ label: key.label, recordId: holder, object: shape.object.nameSingular });
}

function checkNotNull(shape: ObjectShape, row: Row): void {
  for (const column of shape.columns.values())
    if (column.notNull && row[column.name] === null)
      throw notNullViolation(column.name, shape.object.nameSingular);
}

function checkForeignKeys(
  workspace: Workspace,
  shape: ObjectShape,
  row: Row,
  batch: ReadonlySet<string>,
  before?: Row,
): void {
  for (const { column, target } of shape.foreignKeys) {
    const id = row[column];
    if (!isString(id) || id === before?.[column]) continue;
    if (target === shape.object.nameSingular && batch.has(id)) continue;
    if (!workspace.tables.get(target).rows.has(id))
      throw foreignKeyViolation(shape.object.nameSingular, constraintName(shape.object.nameSingular, column));
  }
}

/** Twenty names its constraints by a hash; the double's is stable, too, but not the same. */
function constraintName(object: string, column: string): string {
  return `FK_${bornId('fk', object, column).replaceAll('-', '').slice(0, 27)}`;
}
