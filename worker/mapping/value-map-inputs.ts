import type { FieldMapping } from './mapping-schema.ts';
import { oneLine } from './transforms/clean-text.ts';
import { splitList } from './transforms/list.ts';
import type { TransformContext } from './transforms/transform.ts';

/** One text that a transform looks up in a value map. */
export interface ValueMapInput {
  /** Name of the value map. */
  readonly map: string;
  /** Parts of the key (`valueMapKey(parts)`): group first where there is one. Cleaned, on one line, trimmed. */
  readonly parts: readonly string[];
  /** The parts as they stand in the source. */
  readonly raw: readonly string[];
}

/** What one row puts into the value maps of one mapping entry; empty for entries that use none and for empty cells. */
export function valueMapInputs(
  field: FieldMapping,
  row: Readonly<Record<string, string>>,
  context: Pick<TransformContext, 'lookup' | 'listSeparator'>,
): ValueMapInput[] {
  const input: Record<string, string | undefined> = {};
  for (const [role, column] of Object.entries(field.from)) input[role] = row[column];
  if (field.transform !== 'lookup') return inputsOf(field.transform, input, field.options, context);
  const { table, column, then, thenOptions } = field.options;
  if (typeof table !== 'string' || typeof column !== 'string' || typeof then !== 'string') return [];
  const key = Object.keys(input)
    .sort()
    .filter((role) => input[role] !== undefined)
    .map((role) => oneLine(input[role]));
  if (key.every((part) => part === '')) return [];
  const found = context.lookup(table, key, column);
  return found === undefined ? [] : inputsOf(then, { value: found }, thenOptions, context);
}

function inputsOf(
  transform: string,
  input: Readonly<Record<string, string | undefined>>,
  options: unknown,
  context: Pick<TransformContext, 'listSeparator'>,
): ValueMapInput[] {
  const map =
    typeof options === 'object' && options !== null && 'map' in options && typeof options.map === 'string'
      ? options.map
      : null;
  if (map === null) return [];
  if (transform === 'options') {
    return splitList(input.value ?? '', [context.listSeparator]).map((item) => ({
      map,
      parts: [oneLine(item)],
      raw: [item.trim()],
    }));
  }
  const value = oneLine(input.value);
  if (transform !== 'option' || value === '') return [];
  const raw = [...(input.group === undefined ? [] : [input.group]), input.value ?? ''];
  return [{ map, parts: raw.map(oneLine), raw }];
}
