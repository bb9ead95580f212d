import { z } from 'zod';
import { cleanText } from './clean-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

const SUBFIELDS = {
  street: 'addressStreet1',
  street2: 'addressStreet2',
  city: 'addressCity',
  state: 'addressState',
  postcode: 'addressPostcode',
  country: 'addressCountry',
} as const;

/** Texts as they are, cleaned and trimmed; Twenty checks none of them. Latitude and longitude are left alone. */
const apply: Transform = (input) => {
  const value: Record<string, string> = {};
  for (const [role, subfield] of Object.entries(SUBFIELDS))
    value[subfield] = cleanText(input[role] ?? '').trim();
  return Object.values(value).every((part) => part === '') ? EMPTY : { kind: 'value', value };
};

/** ADDRESS from its parts. */
export const address: TransformDefinition = {
  apply,
  roles: [],
  optionalRoles: Object.keys(SUBFIELDS),
  optionsSchema: z.strictObject({}),
  produces: ['ADDRESS'],
};
