import { inspect } from 'node:util';
import { z } from 'zod';
import { invalidData } from './api-error.ts';
import { parsedJson } from './json.ts';
import type { FieldMeta } from './model.ts';
import type { ScalarParser } from './scalar-values.ts';

const itemsSchema = z.array(z.strictObject({ fileId: z.uuidv4(), label: z.string() }));

/** The check of a FILES value: a list of files with labels, not longer than the field allows. */
export function filesParser(field: FieldMeta): ScalarParser {
  const max = Number(field.settings?.maxNumberOfValues ?? 1);
  return (value, name) => {
    if (value === null) return null;
    const given = parsedJson(value);
    const items = itemsSchema.safeParse(given);
    if (!items.success) {
      const wrong = items.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(', ');
      throw invalidData(
        `Invalid value "${inspect(given)}" for FILES field "${name}" - ${wrong}`,
        `Invalid value for FILES field "${name}" - ${wrong}`,
      );
    }
    if (items.data.length > max) throw invalidData(`Max number of files is ${max} for field "${name}"`);
    return items.data;
  };
}
