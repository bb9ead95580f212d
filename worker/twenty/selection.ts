import { VpError } from '../domain/errors.ts';
import { COMPOSITES } from './composites.ts';
import type { TargetObject, TargetSchema } from './target.ts';

/** Of a file of a FILES field, what can be written back: no extension, and no address, which is secret and another one each time. */
const FILE = 'fileId label';

/** The object, or TWENTY_INCOMPATIBLE. */
export function objectOf(schema: TargetSchema, name: string): TargetObject {
  const object = schema.objects.get(name);
  if (object === undefined) throw missing(`object "${name}"`);
  return object;
}

/**
 * The GraphQL selection of `fields` and the id: composites whole, relations by their join column. A field may be named by
 * its own name or by its join column.
 */
export function selectionOf(object: TargetObject, fields: readonly string[]): string {
  return [...new Set(['id', ...fields.map((name) => selected(object, name))])].join(' ');
}

function selected(object: TargetObject, name: string): string {
  const field = object.fields.get(name);
  if (field === undefined) {
    const joinColumn = joinColumnsOf(object).has(name) ? name : null;
    if (joinColumn === null) throw missing(`field "${name}" of ${object.nameSingular}`);
    return joinColumn;
  }
  if (field.relation !== null) {
    if (field.relation.joinColumn === null)
      throw missing(`column of relation "${name}" of ${object.nameSingular}`);
    return field.relation.joinColumn;
  }
  if (field.type === 'FILES') return `${name} { ${FILE} }`;
  const composite = COMPOSITES[field.type];
  return composite === undefined ? name : `${name} { ${composite.fields.join(' ')} }`;
}

/** The scalars that carry the ids of an object's many-to-one relations. */
export function joinColumnsOf(object: TargetObject): ReadonlySet<string> {
  const columns = [...object.fields.values()].map((field) => field.relation?.joinColumn ?? null);
  return new Set(columns.filter((column) => column !== null));
}

/** The first key of any record that is no field of the object, if there is one. */
export function unknownField(object: TargetObject, records: readonly object[]): string | undefined {
  const joinColumns = joinColumnsOf(object);
  for (const record of records) {
    const unknown = Object.keys(record).find((key) => !object.fields.has(key) && !joinColumns.has(key));
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

export function missing(what: string): VpError {
  return new VpError('TWENTY_INCOMPATIBLE', {
    what: `The workspace has no ${what}.`,
    todo: 'It was removed or renamed since the plan was made. Put it back, or make a new plan.',
  });
}
