import { z } from 'zod';
import { cleanText, oneLine } from './clean-text.ts';
import type { TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

/** Items of a cell between any of the separators, verbatim; blank ones are left out. */
export function splitList(cell: string, separators: readonly string[]): string[] {
  let items = [cell];
  for (const separator of new Set(separators)) {
    if (separator !== '') items = items.flatMap((item) => item.split(separator));
  }
  return items.filter((item) => cleanText(item).trim() !== '');
}

/** ARRAY of the items between the profile's list separator, each once, trimmed, in order. */
export const list: TransformDefinition = {
  apply: (input, _options, context) => {
    const items = splitList(input.value ?? '', [context.listSeparator]).map(oneLine);
    return items.length === 0 ? EMPTY : { kind: 'value', value: [...new Set(items)] };
  },
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: z.strictObject({}),
  produces: ['ARRAY'],
};
