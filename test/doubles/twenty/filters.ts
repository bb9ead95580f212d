import { dataValidationError, invalidFilter } from './api-error.ts';
import type { SubFieldKind } from './composites.ts';
import { type Operand, operatorTest, type Test } from './filter-operators.ts';
import { isObject, isString, type JsonObject, type Row } from './json.ts';
import type { Column, ObjectShape } from './object-shape.ts';
import type { Workspace } from './workspace.ts';

/** Bind parameters of one statement: more and the database refuses. */
const MAX_PARAMETERS = 65_535;

export interface Filter {
  readonly test: (row: Row) => boolean;
  /** When the filter can only match these ids. */
  readonly ids: readonly string[] | null;
  /** Soft-deleted rows are hidden unless the filter names `deletedAt`. */
  readonly namesDeletedAt: boolean;
}

/** A filter of the API as a test on rows. Throws what the server answers to a wrong one. */
export function compileFilter(workspace: Workspace, shape: ObjectShape, filter: unknown): Filter {
  if (!isObject(filter)) return { test: () => true, ids: null, namesDeletedAt: false };
  return {
    test: compileObject(workspace, shape, filter),
    ids: candidateIds(workspace, shape, filter),
    namesDeletedAt: namesDeletedAt(filter),
  };
}

function compileObject(workspace: Workspace, shape: ObjectShape, filter: JsonObject): (row: Row) => boolean {
  const tests: ((row: Row) => boolean)[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (name === 'and' || name === 'or') {
      const parts = (Array.isArray(value) ? value : [value])
        .filter(isObject)
        .map((part) => compileObject(workspace, shape, part));
      if (parts.length === 0) continue;
      tests.push(
        name === 'and' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row)),
      );
    } else if (name === 'not') {
      const inner = isObject(value) ? compileObject(workspace, shape, value) : () => false;
      tests.push((row) => !inner(row));
    } else tests.push(compileField(workspace, shape, name, value));
  }
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (row) => tests.every((test) => test(row));
}

function compileField(
  workspace: Workspace,
  shape: ObjectShape,
  name: string,
  value: unknown,
): (row: Row) => boolean {
  const column = shape.columns.get(name);
  if (column !== undefined) {
    const test = column.composite === null ? scalarTest(column, value) : null;
    if (test !== null) return (row) => test(row[name] ?? null);
    return compositeTest(column, value);
  }
  const relation = shape.toOne.get(name);
  if (relation !== undefined && isObject(value)) {
    const inner = compileObject(workspace, workspace.shapes.get(relation.target), value);
    const table = workspace.tables.get(relation.target);
    return (row) => {
      const id = row[relation.column];
      const target = isString(id) ? table.rows.get(id) : undefined;
      return target !== undefined && target.deletedAt === null && inner(target);
    };
  }
  if (shape.toMany.has(name))
    throw invalidFilter(
      `Cannot filter by relation field "${name}"`,
      `Invalid filter: filtering by relation field "${name}" is not supported`,
    );
  const { nameSingular } = shape.object;
  throw invalidFilter(
    `Object ${nameSingular} doesn't have any "${name}" field.`,
    `Invalid filter : ${nameSingular} object doesn't have any "${name}" field.`,
  );
}

function scalarTest(column: Column, value: unknown): Test {
  const type = column.field.relation !== null || column.field.morph !== null ? 'UUID' : column.field.type;
  const options =
    column.field.options === null ? null : new Set(column.field.options.map((option) => option.value));
  const enumName = `${column.field.object}_${column.name}_enum`;
  return oneOperator({ field: column.name, type, options, enumName }, value);
}

function oneOperator(operand: Operand, value: unknown): Test {
  const entries = isObject(value) ? Object.entries(value) : [];
  const [first] = entries;
  if (entries.length !== 1 || first === undefined)
    throw invalidFilter(
      `Filter for field "${operand.field}" must have exactly one operator`,
      'Invalid filter: exactly one operator per field is required',
    );
  if (Array.isArray(first[1]) && first[1].length > MAX_PARAMETERS) throw dataValidationError();
  return operatorTest(operand, first[0], first[1]);
}

function compositeTest(column: Column, value: unknown): (row: Row) => boolean {
  const tests: ((composite: JsonObject) => boolean)[] = [];
  for (const [sub, inner] of Object.entries(isObject(value) ? value : {})) {
    const kind = column.composite?.[sub];
    if (kind === undefined)
      throw invalidFilter(`Sub field "${sub}" not found for composite type: ${column.field.type}`);
    const field = `${column.name}.${sub}`;
    const test = oneOperator({ field, type: typeOfSub(kind), options: null, enumName: field }, inner);
    tests.push((composite) => test(composite[sub] ?? null));
  }
  return (row) => {
    const composite = row[column.name];
    return tests.every((test) => test(isObject(composite) ? composite : {}));
  };
}

function typeOfSub(kind: SubFieldKind): string {
  if (kind === 'number' || kind === 'micros') return 'NUMBER';
  if (kind === 'uuid') return 'UUID';
  if (kind === 'source') return 'SELECT';
  return kind === 'list' || kind === 'json' ? 'RAW_JSON' : 'TEXT';
}

/** Ids or join columns asked for by `eq` or `in` spare the scan; null when the filter says nothing of the kind. */
function candidateIds(
  workspace: Workspace,
  shape: ObjectShape,
  filter: JsonObject,
): readonly string[] | null {
  for (const [name, value] of Object.entries(filter)) {
    const wanted = wantedValues(value);
    if (name === 'id' && wanted !== null) return wanted;
    if (wanted !== null && isReference(shape, name)) {
      const table = workspace.tables.get(shape.object.nameSingular);
      return wanted.flatMap((id) => [...table.referring(name, id)]);
    }
  }
  const parts = (list: unknown) =>
    (Array.isArray(list) ? list : []).filter(isObject).map((part) => candidateIds(workspace, shape, part));
  const narrowed = parts(filter.and).find((ids) => ids !== null);
  if (narrowed) return narrowed;
  const either = parts(filter.or);
  if (either.length === 0) return null;
  const union = new Set<string>();
  for (const ids of either) {
    if (ids === null) return null;
    for (const id of ids) union.add(id);
  }
  return [...union];
}

/** Join columns, and plain ids such as `linkedRecordId`. */
function isReference(shape: ObjectShape, name: string): boolean {
  return (
    shape.columns.get(name)?.field.type === 'UUID' || shape.foreignKeys.some(({ column }) => column === name)
  );
}

function wantedValues(value: unknown): string[] | null {
  if (!isObject(value)) return null;
  if (isString(value.eq)) return [value.eq.toLowerCase()];
  if (!Array.isArray(value.in)) return null;
  return value.in.filter(isString).map((id) => id.toLowerCase());
}

function namesDeletedAt(filter: unknown): boolean {
  if (Array.isArray(filter)) return filter.some(namesDeletedAt);
  if (!isObject(filter)) return false;
  return Object.entries(filter).some(
    ([name, value]) =>
      name === 'deletedAt' || ((name === 'and' || name === 'or' || name === 'not') && namesDeletedAt(value)),
  );
}
