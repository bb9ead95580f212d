import { z } from 'zod';
import { cleanText } from './clean-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

/** The name as it stands, or, where there is none, what the path ends with. The path has a field of its own. */
const apply: Transform = (input) => {
  const own = cleanText(input.value ?? '').trim();
  const path = cleanText(input.path ?? '').trim();
  const value = own === '' ? (path.split(/[\\/]/).findLast((part) => part.trim() !== '') ?? path) : own;
  return value === '' ? EMPTY : { kind: 'value', value };
};

/** TEXT with the name of a file. */
export const fileName: TransformDefinition = {
  apply,
  roles: ['value'],
  optionalRoles: ['path'],
  optionsSchema: z.strictObject({}),
  produces: ['TEXT'],
};
