import { randomUUID } from 'node:crypto';
import type { ApiKey } from './auth.ts';
import { defaultValueOf } from './default-values.ts';
import { isObject, type JsonObject, type Row, sameJson } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import type { Table } from './table.ts';

/** Who the server writes down as the one who created or updated through this key. */
export function actorOf(key: ApiKey): JsonObject {
  return { source: 'API', workspaceMemberId: null, name: key.name, context: {} };
}

/**
 * A new row: what was given, defaults for the rest, system fields as the server sets them (twenty-facts 1.4).
 * `takePosition` gives the next place for a record that asks for none.
 */
export function buildRow(
  shape: ObjectShape,
  values: JsonObject,
  context: {
    readonly actor: JsonObject;
    readonly now: string;
    readonly takePosition: (wish: unknown) => number;
  },
): Row {
  const row: JsonObject & { id: string } = {
    id: typeof values.id === 'string' ? values.id : randomUUID(),
  };
  for (const column of shape.columns.values()) {
    const { name } = column;
    if (name === 'id' || name === 'searchVector') continue;
    const given = values[name];
    if (column.composite !== null) row[name] = isObject(given) ? given : null;
    else if (given !== undefined) row[name] = given;
    else row[name] = column.field.defaultValue === null ? null : defaultValueOf(column.field, context.now);
  }
  row.position = context.takePosition(values.position);
  row.createdBy = createdBy(values.createdBy, context.actor);
  row.updatedBy = context.actor;
  return row;
}

function createdBy(given: unknown, actor: JsonObject): JsonObject {
  if (!isObject(given)) return actor;
  return {
    source: given.source ?? actor.source,
    workspaceMemberId: given.workspaceMemberId ?? null,
    name: given.name ?? actor.name,
    context: given.context ?? null,
  };
}

/** Hands out places at the front (or the end) of a table, one after the other within a call. */
export function positions(table: Table): (wish: unknown) => number {
  let first = table.firstPosition();
  let last = table.lastPosition();
  return (wish) => {
    if (typeof wish === 'number') return wish;
    if (wish === 'last') return last++;
    return first--;
  };
}

/** The row after an update: sub-fields that were not given stay. `changed` is empty when nothing differs. */
export function mergedRow(before: Row, values: JsonObject): { row: Row; changed: string[] } {
  const row: JsonObject & { id: string } = { ...before };
  const changed: string[] = [];
  for (const name in values) {
    if (name === 'id' || name === 'updatedBy') continue;
    const given = values[name];
    const old = before[name] ?? null;
    const next = isObject(given) && isObject(old) ? { ...old, ...given } : given;
    if (sameValue(old, next)) continue;
    row[name] = next;
    changed.push(name);
  }
  return { row, changed };
}

/** A missing composite equals one whose sub-fields are all empty. */
function sameValue(old: unknown, next: unknown): boolean {
  if (old === null && isObject(next) && Object.values(next).every((sub) => sub === null)) return true;
  return sameJson(old, next);
}
