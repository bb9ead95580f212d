import { z } from 'zod';
import { oneLine, unconverted } from './clean-text.ts';
import type { Transform, TransformDefinition, Unconverted } from './transform.ts';
import { EMPTY } from './transform.ts';

/**
 * `first` and `last`, or one `full` name where those are empty: `Last, First` splits at its only comma, otherwise the last word is the
 * last name, and a single word is a first name. A `full` that says something else than first and last is kept.
 */
const apply: Transform = (input) => {
  const first = oneLine(input.first);
  const last = oneLine(input.last);
  const full = oneLine(input.full);
  if (first === '' && last === '') return full === '' ? EMPTY : { kind: 'value', value: split(full) };
  const kept: Unconverted[] = [];
  if (full !== '' && !spells(full, first, last)) kept.push(unconverted('full', input.full, 'NAME_DIFFERS'));
  return { kind: 'value', value: { firstName: first, lastName: last }, ...(kept.length > 0 ? { kept } : {}) };
};

/** FULL_NAME from first and last, or from one full name. */
export const fullName: TransformDefinition = {
  apply,
  roles: [],
  optionalRoles: ['first', 'last', 'full'],
  optionsSchema: z.strictObject({}),
  produces: ['FULL_NAME'],
};

function split(full: string): { firstName: string; lastName: string } {
  const comma = full.split(',').map((part) => part.trim());
  const [family, given] = comma;
  if (comma.length === 2 && family && given) return { firstName: given, lastName: family };
  const blank = full.lastIndexOf(' ');
  if (blank === -1) return { firstName: full, lastName: '' };
  return { firstName: full.slice(0, blank), lastName: full.slice(blank + 1) };
}

function spells(full: string, first: string, last: string): boolean {
  return [`${first} ${last}`.trim(), `${last}, ${first}`, `${last} ${first}`.trim()].includes(full);
}
