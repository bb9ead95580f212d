import { z } from 'zod';
import { typedText, unconverted } from './clean-text.ts';
import type { TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

/** English, German, French, Spanish, Italian, Portuguese and Dutch, and the marks of forms. Compared in lower case. */
export const TRUE_WORDS: ReadonlySet<string> = new Set(
  'true t yes y 1 x on checked ja j wahr oui vrai si sí verdadero vero sim verdadeiro waar ✓ ✔ ☑'.split(' '),
);
export const FALSE_WORDS: ReadonlySet<string> = new Set(
  'false f no n 0 off unchecked nein falsch non faux falso nao não nee onwaar ✗ ✘ ☐'.split(' '),
);

/** BOOLEAN from the words above; anything else is kept. */
export const boolean: TransformDefinition = {
  apply: (input) => {
    const word = typedText(input.value).normalize('NFC').toLowerCase();
    if (word === '') return EMPTY;
    if (TRUE_WORDS.has(word)) return { kind: 'value', value: true };
    if (FALSE_WORDS.has(word)) return { kind: 'value', value: false };
    return { kind: 'unconvertible', kept: [unconverted('value', input.value, 'INVALID_BOOLEAN')] };
  },
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: z.strictObject({}),
  produces: ['BOOLEAN'],
};
