import type { SourceColumn } from './custom-context.ts';
import type { FieldMapping } from './mapping-schema.ts';
import { plainName } from './plain-name.ts';

/** What names of records are called, best first. */
const NAMES = ['name', 'title', 'label', 'subject', 'number', 'code'];
/** As much text as the search vector takes, where the name of a record is (twenty-facts 1.7). */
const MAX_DISTINCT_WORD_BYTES = 500_000;

export interface NameField {
  readonly field: FieldMapping;
  /** The column, when the name says all that it holds; null when it has a field of its own too. */
  readonly column: string | null;
}

/**
 * The `name` that Twenty gives every custom object: the column that is called name, title, label, subject, number or code (in
 * this order; `<object>_name` and the like count), else the first text, else the id. A column of text becomes the name; of any other type it
 * is shown as the name and has its own field as well.
 */
export function nameField(
  objectNames: readonly string[],
  columns: readonly (readonly [name: string, column: SourceColumn])[],
  id: string,
): NameField {
  const objects = objectNames.map(plainName).filter((name) => name !== '');
  const rank = (column: string): number => {
    const plain = plainName(column.replace(/^\s*cf[_\s-]+/iu, '')).toLowerCase();
    const bare = objects.map((name) => name.toLowerCase()).find((name) => plain.startsWith(name));
    const exact = NAMES.indexOf(plain);
    const own = bare === undefined ? -1 : NAMES.indexOf(plain.slice(bare.length));
    return exact !== -1 ? exact * 2 : own !== -1 ? own * 2 + 1 : Number.POSITIVE_INFINITY;
  };
  const ranked = columns
    .filter(([name]) => rank(name) !== Number.POSITIVE_INFINITY)
    .sort(([a], [b]) => rank(a) - rank(b));
  const chosen = ranked[0] ?? columns.find(([, { type }]) => type === 'text');
  if (chosen === undefined) return { field: nameFrom(id, 'source-text', {}), column: null };
  const [name, { type }] = chosen;
  if (type !== 'text') return { field: nameFrom(name, 'source-text', {}), column: null };
  const options = { trim: true, maxDistinctWordBytes: MAX_DISTINCT_WORD_BYTES };
  return { field: nameFrom(name, 'text', options), column: name };
}

function nameFrom(column: string, transform: string, options: FieldMapping['options']): FieldMapping {
  return { to: 'name', transform, from: { value: column }, options, unconvertible: 'keep', required: false };
}
