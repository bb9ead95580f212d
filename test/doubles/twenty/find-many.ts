import { aggregate } from './aggregates.ts';
import { invalidQuery, recordNotFound, refusedWith } from './api-error.ts';
import { pascal } from './composites.ts';
import { compileFilter, type Filter } from './filters.ts';
import { isString, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { byKeys, decodeCursor, encodeCursor, isBehind, type OrderKey, orderKeys } from './ordering.ts';
import { projector } from './project.ts';
import type { Selection } from './selection.ts';
import type { Workspace } from './workspace.ts';

const DEFAULT_PAGE = 200;

/** `companies(filter, orderBy, first, after, …)`. */
export function findMany(
  workspace: Workspace,
  shape: ObjectShape,
  args: JsonObject,
  selection: Selection,
): JsonObject {
  const limit = pageLimit(args);
  const filter = compileFilter(workspace, shape, args.filter);
  const keys = orderKeys(shape, args.orderBy);
  const node = selection.edges?.node ?? {};
  const show = projector(workspace, shape, node);
  const counting = Object.keys(selection).filter((name) => !PAGE_FIELDS.has(name));
  const whole = counting.length > 0 || keys.length > 0 || args.before !== undefined;
  const matching = matchingRows(workspace, shape, filter, keys, { after: whole ? undefined : args.after });
  const rows = whole ? [...matching] : matching;
  const { page, more } = pageOf(rows, args, keys, limit);
  const shown = page.map(show);
  const cursorAt = (index: number) => {
    const row = page.at(index);
    const record = shown.at(index);
    return row === undefined || record === undefined ? null : encodeCursor(row, record, keys, node);
  };
  const all = Array.isArray(rows) ? rows : [];
  const totals = Object.fromEntries(counting.map((name) => [name, aggregate(shape, name, all)]));
  return {
    ...totals,
    ...('__typename' in selection ? { __typename: `${pascal(shape.object.nameSingular)}Connection` } : {}),
    ...('pageInfo' in selection
      ? {
          pageInfo: pick(selection.pageInfo, {
            hasNextPage: more,
            hasPreviousPage: false,
            startCursor: cursorAt(0),
            endCursor: cursorAt(-1),
          }),
        }
      : {}),
    ...('edges' in selection
      ? {
          edges: shown.map((record, index) =>
            pick(selection.edges, {
              ...(selection.edges && 'cursor' in selection.edges ? { cursor: cursorAt(index) } : {}),
              node: record,
            }),
          ),
        }
      : {}),
  };
}

/** `company(filter)`: the first match, else not found. */
export function findOne(
  workspace: Workspace,
  shape: ObjectShape,
  args: JsonObject,
  selection: Selection,
): JsonObject {
  if (args.filter === undefined || args.filter === null) throw invalidQuery('Missing filter argument');
  const filter = compileFilter(workspace, shape, args.filter);
  for (const row of matchingRows(workspace, shape, filter, []))
    return projector(workspace, shape, selection)(row);
  throw recordNotFound();
}

const PAGE_FIELDS = new Set(['edges', 'pageInfo', '__typename']);

/**
 * Rows that a filter lets through, in the asked order, by id without one. `trashed`: deleted ones without asking.
 * `after`: a cursor of the id order to start behind, which spares reading the pages before.
 */
export function* matchingRows(
  workspace: Workspace,
  shape: ObjectShape,
  filter: Filter,
  keys: readonly OrderKey[],
  options: { readonly trashed?: boolean; readonly after?: unknown } = {},
): Generator<Row> {
  const table = workspace.tables.get(shape.object.nameSingular);
  const withTrash = options.trashed === true || filter.namesDeletedAt;
  const ids = filter.ids === null ? table.ids() : [...new Set(filter.ids)].sort();
  if (keys.length > 0) {
    const rows = ids.flatMap((id) => table.rows.get(id) ?? []);
    yield* rows.filter((row) => (withTrash || row.deletedAt === null) && filter.test(row)).sort(byKeys(keys));
    return;
  }
  const start = isString(options.after) ? firstBehind(ids, decodeCursor(options.after).id) : 0;
  for (let index = start; index < ids.length; index += 1) {
    const row = table.rows.get(ids[index] ?? '');
    if (row !== undefined && (withTrash || row.deletedAt === null) && filter.test(row)) yield row;
  }
}

function firstBehind(ids: readonly string[], id: unknown): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isString(id) && (ids[middle] ?? '') <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pageOf(
  rows: Iterable<Row>,
  args: JsonObject,
  keys: readonly OrderKey[],
  limit: number,
): { page: Row[]; more: boolean } {
  if (args.before !== undefined && args.before !== null) {
    const cursor = decodeCursor(args.before);
    const earlier = [...rows].filter((row) => !isBehind(row, cursor, keys) && row.id !== cursor.id);
    return { page: earlier.slice(-limit), more: earlier.length > limit };
  }
  const cursor = args.after === undefined || args.after === null ? null : decodeCursor(args.after);
  let skip = typeof args.offset === 'number' ? args.offset : 0;
  const page: Row[] = [];
  for (const row of rows) {
    if (cursor !== null && !isBehind(row, cursor, keys)) continue;
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    if (page.length >= limit) return { page, more: true };
    page.push(row);
  }
  return { page, more: false };
}

function pageLimit(args: JsonObject): number {
  const given = (name: string) => args[name] !== undefined && args[name] !== null;
  for (const [one, other] of [
    ['first', 'last'],
    ['before', 'after'],
    ['before', 'first'],
    ['after', 'last'],
  ] as const)
    if (given(one) && given(other))
      throw refusedWith('ARGS_CONFLICT', `Cannot provide both ${one} and ${other}`, 'An error occurred.');
  for (const name of ['first', 'last'] as const) {
    const value = args[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') throw invalidQuery(`Invalid argument: "${name}" must be a number`);
    if (value < 0) {
      const word = name.charAt(0).toUpperCase() + name.slice(1);
      throw refusedWith(
        `INVALID_ARGS_${name.toUpperCase()}`,
        `${word} argument must be non-negative`,
        'An error occurred.',
      );
    }
    return value;
  }
  return DEFAULT_PAGE;
}

function pick(selection: Selection | null | undefined, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(selection ?? {}).map((name) => [name, values[name] ?? null]));
}
