import { refusedWith } from './api-error.ts';
import { pascal, readEmpty } from './composites.ts';
import { filesOf } from './file-values.ts';
import { isObject, isString, type JsonObject, type Row } from './json.ts';
import type { Column, ObjectShape } from './object-shape.ts';
import type { Selection } from './selection.ts';
import type { Workspace } from './workspace.ts';

/** A nested one-to-many gives at most this many rows and then says so as its `totalCount` (twenty-facts 3). */
const NESTED_ROWS = 60;

type Writer = (row: Row, out: JsonObject) => void;

/** Turns a selection into a function that shows rows. Unknown fields are null, without an error. */
export function projector(
  workspace: Workspace,
  shape: ObjectShape,
  selection: Selection,
  insideToMany = false,
): (row: Row) => JsonObject {
  const writers = Object.entries(selection).map(([name, inner]) =>
    writerOf(workspace, shape, name, inner, selection, insideToMany),
  );
  return (row) => {
    const out: JsonObject = {};
    for (const write of writers) write(row, out);
    return out;
  };
}

function writerOf(
  workspace: Workspace,
  shape: ObjectShape,
  name: string,
  inner: Selection | null,
  siblings: Selection,
  insideToMany: boolean,
): Writer {
  if (name === '__typename') {
    const typename = pascal(shape.object.nameSingular);
    return (_, out) => {
      out[name] = typename;
    };
  }
  const column = shape.columns.get(name);
  if (column !== undefined) {
    const hiding = [...shape.toOne].find(([relation, key]) => key.column === name && siblings[relation])?.[1];
    if (hiding !== undefined) return joinColumnBesideRelation(workspace, name, hiding.target);
    return columnWriter(workspace, column, inner);
  }
  const one = shape.toOne.get(name);
  if (one !== undefined && inner !== null) {
    const table = workspace.tables.get(one.target);
    const show = projector(workspace, workspace.shapes.get(one.target), inner, insideToMany);
    return (row, out) => {
      const id = row[one.column];
      const target = isString(id) ? table.rows.get(id) : undefined;
      out[name] = target === undefined || target.deletedAt !== null ? null : show(target);
    };
  }
  const many = shape.toMany.get(name);
  if (many !== undefined && inner !== null) {
    if (insideToMany)
      throw refusedWith(
        'TOO_COMPLEX_QUERY',
        'Query complexity is too high. One-to-Many relation cannot be nested in another One-to-Many relation.',
        'An error occurred.',
      );
    return toManyWriter(workspace, name, many, inner);
  }
  return (_, out) => {
    out[name] = null;
  };
}

/** A pointer to a trashed record reads null when the relation is selected next to it (twenty-facts 1.7). */
function joinColumnBesideRelation(workspace: Workspace, name: string, target: string): Writer {
  const table = workspace.tables.get(target);
  return (row, out) => {
    const id = row[name];
    out[name] = isString(id) && table.rows.get(id)?.deletedAt === null ? id : null;
  };
}

function columnWriter(workspace: Workspace, column: Column, inner: Selection | null): Writer {
  const { name, composite } = column;
  if (column.field.type === 'FILES') return filesWriter(workspace, name);
  if (composite === null) {
    const empty = emptyOf(column);
    return (row, out) => {
      out[name] = row[name] ?? (Array.isArray(empty) ? [] : empty);
    };
  }
  if (inner === null)
    return (_, out) => {
      out[name] = null;
    };
  const subs = Object.keys(inner).map((sub) => [sub, composite[sub]] as const);
  return (row, out) => {
    const stored = row[name];
    const shown: JsonObject = {};
    for (const [sub, kind] of subs)
      shown[sub] = (isObject(stored) ? stored[sub] : null) ?? (kind === undefined ? null : readEmpty(kind));
    out[name] = shown;
  };
}

/** The files of a record: whole, whatever is selected of them, each with an address that is valid for a day. */
function filesWriter(workspace: Workspace, name: string): Writer {
  return (row, out) => {
    const files = filesOf(row[name]);
    out[name] =
      files.length === 0
        ? null
        : files.map((file) => ({ ...file, url: workspace.files.addressOf(file.fileId) }));
  };
}

function emptyOf({ field }: Column): unknown {
  if (field.type === 'TEXT' || field.type === 'TS_VECTOR') return '';
  return field.type === 'MULTI_SELECT' || field.type === 'ARRAY' ? [] : null;
}

function toManyWriter(
  workspace: Workspace,
  name: string,
  { object, column }: { object: string; column: string },
  inner: Selection,
): Writer {
  const table = workspace.tables.get(object);
  const node = inner.edges?.node ?? {};
  const show = projector(workspace, workspace.shapes.get(object), node, true);
  return (row, out) => {
    const ids = [...table.referring(column, row.id)].sort();
    const rows = ids.flatMap((id) => table.rows.get(id) ?? []).filter((child) => child.deletedAt === null);
    const shown = rows.slice(0, NESTED_ROWS);
    out[name] = {
      ...('totalCount' in inner ? { totalCount: shown.length } : {}),
      ...('edges' in inner ? { edges: shown.map((child) => ({ node: show(child) })) } : {}),
    };
  };
}
