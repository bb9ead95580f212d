import { z } from 'zod';
import { typedText, unconverted } from './clean-text.ts';
import type { WrittenDate } from './date-text.ts';
import { readDate } from './date-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

/**
 * The calendar date as written, never moved by a zone: `2019-12-31T00:00:00Z` is a date that some program printed, and its day is the 31st.
 * A time other than midnight is kept, because a DATE field has no place for it.
 */
const apply: Transform = (input, _options, context) => {
  const text = typedText(input.value);
  if (text === '') return EMPTY;
  const date = readDate(text, context.dateOrder);
  if (typeof date === 'string')
    return { kind: 'unconvertible', kept: [unconverted('value', input.value, date)] };
  const value = [pad(date.year, 4), pad(date.month, 2), pad(date.day, 2)].join('-');
  if (!hasTime(date)) return { kind: 'value', value };
  return { kind: 'value', value, kept: [unconverted('value', input.value, 'TIME_OF_DAY')] };
};

/** DATE as `YYYY-MM-DD`. */
export const date: TransformDefinition = {
  apply,
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: z.strictObject({}),
  produces: ['DATE'],
};

function hasTime({ time }: WrittenDate): boolean {
  return (
    time !== null && (time.hour !== 0 || time.minute !== 0 || time.second !== 0 || time.millisecond !== 0)
  );
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
