import { z } from 'zod';
import type { TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

const constantOptions = z.strictObject({
  /** As Twenty's input takes it. */
  value: z.json().refine((value) => value !== null, 'a constant has a value'),
});

/** The same value for every record; no column is read. */
export const constant: TransformDefinition = {
  apply: (_input, options) => {
    const value = options.value;
    return value === undefined || value === null ? EMPTY : { kind: 'value', value };
  },
  roles: [],
  optionalRoles: [],
  optionsSchema: constantOptions,
  produces: [
    'TEXT',
    'NUMBER',
    'BOOLEAN',
    'DATE',
    'DATE_TIME',
    'CURRENCY',
    'LINKS',
    'EMAILS',
    'PHONES',
    'ADDRESS',
    'FULL_NAME',
    'SELECT',
    'MULTI_SELECT',
    'ARRAY',
    'RATING',
    'RAW_JSON',
  ],
};
