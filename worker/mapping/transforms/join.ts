import { z } from 'zod';
import { oneLine } from './clean-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

const ROLES = ['first', 'second'] as const;

const before = z.partialRecord(z.enum(ROLES), z.string());

const apply: Transform = (input, options) => {
  const words = before.safeParse(options.before).data;
  const parts = ROLES.flatMap((role) => {
    const text = oneLine(input[role]);
    return text === '' ? [] : [`${words?.[role] ?? ''} ${text}`.trim()];
  });
  return parts.length === 0 ? EMPTY : { kind: 'value', value: parts.join(' · ') };
};

/** TEXT of two columns on one line: `Equipment eq-1 · Contact con-7`. For the name of a record that has none of its own. */
export const join: TransformDefinition = {
  apply,
  roles: [...ROLES],
  optionalRoles: [],
  optionsSchema: z.strictObject({
    /** Words before the text of a column. */
    before: before.optional(),
  }),
  produces: ['TEXT'],
};
