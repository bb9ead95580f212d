import { invalidQuery, refusedWith } from './api-error.ts';
import { compare } from './filter-operators.ts';
import { isObject, isString, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import type { Selection } from './selection.ts';

/** One key of an `orderBy`: a field or a sub-field of a composite. */
export interface OrderKey {
  readonly field: string;
  readonly sub: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

const DIRECTIONS = ['AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'];

export function orderKeys(shape: ObjectShape, orderBy: unknown): OrderKey[] {
  const list = Array.isArray(orderBy) ? orderBy : orderBy === undefined || orderBy === null ? [] : [orderBy];
  return list.filter(isObject).flatMap((entry) =>
    Object.entries(entry).flatMap(([field, value]) => {
      const column = shape.columns.get(field);
      if (column === undefined)
        throw refusedWith(
          'FIELD_NOT_FOUND',
          `Field "${field}" does not exist or is not sortable`,
          'An error occurred.',
        );
      if (isObject(value) && column.composite !== null)
        return Object.entries(value).map(([sub, direction]) => orderKey(field, sub, direction));
      return [orderKey(field, null, value)];
    }),
  );
}

function orderKey(field: string, sub: string | null, direction: unknown): OrderKey {
  if (!isString(direction) || !DIRECTIONS.includes(direction))
    throw invalidQuery(`Scalar field "${field}" requires a direction value (${DIRECTIONS.join(', ')})`);
  return { field, sub, descending: direction.startsWith('Desc'), nullsFirst: direction.endsWith('First') };
}

export function sortValue(row: Row, { field, sub }: OrderKey): unknown {
  const value = row[field] ?? null;
  if (sub === null) return value;
  return isObject(value) ? (value[sub] ?? null) : null;
}

/** Sorts by the keys, then by id. */
export function byKeys(keys: readonly OrderKey[]): (left: Row, right: Row) => number {
  return (left, right) => {
    for (const key of keys) {
      const a = sortValue(left, key);
      const b = sortValue(right, key);
      if (a === null && b === null) continue;
      if (a === null) return key.nullsFirst ? -1 : 1;
      if (b === null) return key.nullsFirst ? 1 : -1;
      const order = compare(a, b);
      if (order !== 0) return key.descending ? -order : order;
    }
    return left.id < right.id ? -1 : 1;
  };
}

/** A cursor holds the id and those ordered fields that the query also selects, as they are shown. */
export function encodeCursor(
  row: Row,
  shown: JsonObject,
  keys: readonly OrderKey[],
  node: Selection,
): string {
  const cursor: JsonObject = {};
  for (const { field } of keys) if (field in node) cursor[field] = shown[field];
  cursor.id = row.id;
  return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

export function decodeCursor(text: unknown): JsonObject {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(String(text), 'base64').toString('utf8'));
    if (isObject(parsed)) return parsed;
  } catch {
    // falls through to the refusal
  }
  throw refusedWith('INVALID_CURSOR', `Invalid cursor: ${String(text)}`, 'An error occurred.');
}

/** Whether a row lies behind the cursor. Compares as SQL does: a null never does, which is how rows get lost. */
export function isBehind(row: Row, cursor: JsonObject, keys: readonly OrderKey[]): boolean {
  for (const key of keys) {
    const held = cursor[key.field];
    if (held === undefined) continue;
    const wanted = key.sub === null ? held : isObject(held) ? held[key.sub] : null;
    const value = sortValue(row, key);
    if (value === null || wanted === null || wanted === undefined) return false;
    const order = compare(value, wanted) * (key.descending ? -1 : 1);
    if (order !== 0) return order > 0;
  }
  return isString(cursor.id) && row.id > cursor.id;
}
