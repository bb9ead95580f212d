import { databaseRefusal, invalidData } from './api-error.ts';
import { parseComposite } from './composite-values.ts';
import { isObject, type JsonObject } from './json.ts';
import { normalizeUrl } from './links.ts';
import type { ForeignKey, ObjectShape } from './object-shape.ts';
import { parseOwnId } from './scalar-values.ts';
import type { Workspace } from './workspace.ts';

/**
 * The input of one record as columns to write: checked, normalised, relations by unique key resolved. Composites hold
 * only the sub-fields to write; a null composite is left out, because the server ignores it.
 */
export function readInput(workspace: Workspace, shape: ObjectShape, input: JsonObject): JsonObject {
  const values: JsonObject = {};
  for (const name in input) {
    const value = input[name];
    if (value === undefined) continue;
    const column = shape.columns.get(name);
    if (column === undefined) readRelation(workspace, shape, name, value, values);
    else if (name === 'id') values.id = parseOwnId(value);
    else if (column.composite === null) values[name] = column.parse(value, name);
    else {
      const composite = readComposite(column.field.type, value, name);
      if (composite !== null) values[name] = composite;
    }
  }
  return values;
}

function readComposite(type: string, value: unknown, name: string): JsonObject | null {
  if (value === null && type === 'RICH_TEXT')
    throw new Error("Cannot read properties of null (reading 'blocknote')");
  return parseComposite(type, value, name);
}

function readRelation(
  workspace: Workspace,
  shape: ObjectShape,
  name: string,
  value: unknown,
  values: JsonObject,
): void {
  const relation = shape.toOne.get(name);
  if (relation !== undefined) {
    values[relation.column] = connected(workspace, name, relation, value);
    return;
  }
  if (shape.toMany.has(name))
    throw invalidData(`One-to-many relation ${name} field does not support write operations.`);
  throw invalidData(`Object ${shape.object.nameSingular} doesn't have any "${name}" field.`);
}

/** `company: {connect: {where: {id | domainName: {primaryLinkUrl}}}}` or `{disconnect: true}`. */
function connected(workspace: Workspace, name: string, relation: ForeignKey, value: unknown): string | null {
  if (isObject(value) && value.disconnect === true) return null;
  const where = isObject(value) && isObject(value.connect) ? value.connect.where : undefined;
  if (!isObject(where)) throw invalidData(`Relation "${name}" requires connect or disconnect operation`);
  const table = workspace.tables.get(relation.target);
  if (where.id !== undefined) {
    const id = parseOwnId(where.id);
    if (table.rows.has(id)) return id;
    throw nothingToConnect(name, `id = ${id}`);
  }
  for (const key of workspace.shapes.get(relation.target).uniques) {
    const given = where[key.field];
    const raw = key.sub === null ? given : isObject(given) ? given[key.sub] : undefined;
    if (raw === undefined) continue;
    const wanted = typeof raw !== 'string' ? raw : key.sub === 'primaryLinkUrl' ? normalizeUrl(raw) : raw;
    const id = table.idByKey(key, key.sub === 'primaryEmail' ? String(wanted).toLowerCase() : wanted);
    if (id !== undefined) return id;
    const path =
      key.sub === null ? key.field : key.field + key.sub.charAt(0).toUpperCase() + key.sub.slice(1);
    throw nothingToConnect(name, `${path} = ${String(raw)}`);
  }
  throw nothingToConnect(name, Object.keys(where).join(', '));
}

function nothingToConnect(name: string, condition: string) {
  return databaseRefusal(
    `Expected 1 record to connect to ${name}, but found 0 for ${condition}`,
    `Can't connect to ${name}. No unique record found with condition: ${condition}`,
  );
}
