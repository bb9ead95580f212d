import { z } from 'zod';
import { VpError } from '../../domain/errors.ts';

/**
 * The source's description of its objects, as parsed: custom objects, and perhaps what it says of the ones that the profile declares. Keys that
 * are not named here are of no use and ignored.
 */
export interface SchemaExport {
  readonly objects: readonly SchemaObject[];
}

export interface SchemaObject {
  readonly name: string;
  /** Empty where the export has none. */
  readonly labelSingular: string;
  readonly labelPlural: string;
  readonly fields: readonly SchemaField[];
  readonly associations: readonly SchemaAssociation[];
}

export interface SchemaField {
  readonly name: string;
  readonly label: string;
  /** The source's word for the type, as it stands. */
  readonly type: string;
  /** Values of a pick-list. */
  readonly options: readonly string[];
}

export interface SchemaAssociation {
  readonly name: string;
  /** Name of the object that it leads to. */
  readonly target: string;
  readonly many: boolean;
}

const name = z.string().trim().min(1);
const word = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => String(value).trim())
  .nullish();
const option = z.union([
  z.string(),
  z.number().transform(String),
  z.boolean().transform(String),
  // What stands in a cell is the value; a list of labels alone is its own values.
  z
    .looseObject({ value: word, name: word, id: word, label: word })
    .transform((one) => one.value ?? one.name ?? one.id ?? one.label ?? ''),
]);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const field = z.looseObject({ name, label: word, type: word, options: list(option) });
const association = z.looseObject({
  name,
  target: name,
  cardinality: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(['one', 'many'])),
});
const object = z.looseObject({
  name,
  label: word,
  labels: z
    .union([z.string(), z.looseObject({ singular: word, plural: word })])
    .nullish()
    .transform((labels) => (typeof labels === 'string' ? { singular: labels, plural: labels } : labels)),
  fields: list(field),
  associations: list(association),
});
const schemaExport = z.union([
  z.array(object),
  z.looseObject({ objects: z.array(object) }).transform(({ objects }) => objects),
]);

/**
 * Parses custom_objects.json: `{objects: […]}` or the list itself. Throws SOURCE_UNREADABLE with the place of the first thing that is wrong;
 * never quotes what stands there.
 */
export function parseSchemaExport(text: string, file: string): SchemaExport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The cause would quote the text.
    throw broken(file, 'The schema export is not JSON.');
  }
  const parsed = schemaExport.safeParse(json);
  if (!parsed.success)
    throw broken(placeOf(json, file), 'The schema export does not have the form it should.');
  return {
    objects: parsed.data.map((one) => ({
      name: one.name,
      labelSingular: one.labels?.singular ?? one.label ?? '',
      labelPlural: one.labels?.plural ?? one.labels?.singular ?? one.label ?? '',
      fields: one.fields.map(({ name, label, type, options }) => ({
        name,
        label: label ?? '',
        type: type ?? '',
        options: [...new Set(options.map((value) => value.trim()))].filter((value) => value !== ''),
      })),
      associations: one.associations.map(({ name, target, cardinality }) => ({
        name,
        target,
        many: cardinality === 'many',
      })),
    })),
  };
}

/** `custom_objects.json at objects.2.fields.0.name`: the first issue of the branch that the text was meant for. */
function placeOf(json: unknown, file: string): string {
  const isList = Array.isArray(json);
  const meant = isList ? z.array(object) : z.looseObject({ objects: z.array(object) });
  const issue = meant.safeParse(json).error?.issues[0];
  return `${file} at ${issue?.path.map(String).join('.') || '(top)'}`;
}

function broken(where: string, what: string): VpError {
  return new VpError('SOURCE_UNREADABLE', {
    what,
    where,
    todo: 'Export the schema again. Without that file the custom objects are not read, and are listed as unknown files.',
  });
}
