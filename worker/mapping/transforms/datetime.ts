import { z } from 'zod';
import { typedText, unconverted } from './clean-text.ts';
import type { DateProblem } from './date-text.ts';
import { readDate } from './date-text.ts';
import type { Transform, TransformContext, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';
import { instantOf, isTimeZone } from './zoned-time.ts';

const datetimeOptions = z.strictObject({
  /** The column holds seconds or milliseconds since 1970 as bare digits. Never guessed: 20191231 is a date. */
  epoch: z.enum(['seconds', 'milliseconds']).optional(),
});

/**
 * ISO 8601 in UTC with milliseconds. Without an offset the time is of the profile's zone, and a date without a time is midnight there.
 * Daylight saving: see `instantOf`.
 */
const apply: Transform = (input, options, context) => {
  const text = typedText(input.value);
  if (text === '') return EMPTY;
  const instant =
    /^-?\d+$/.test(text) && typeof options.epoch === 'string'
      ? fromEpoch(text, options.epoch)
      : fromText(text, context);
  if (typeof instant === 'number') {
    if (instant >= Date.UTC(1000, 0) && instant < Date.UTC(10_000, 0))
      return { kind: 'value', value: new Date(instant).toISOString() };
    return { kind: 'unconvertible', kept: [unconverted('value', input.value, 'DATE_OUT_OF_RANGE')] };
  }
  return { kind: 'unconvertible', kept: [unconverted('value', input.value, instant)] };
};

/** DATE_TIME as an ISO instant. */
export const datetime: TransformDefinition = {
  apply,
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: datetimeOptions,
  produces: ['DATE_TIME'],
};

function fromText(text: string, context: TransformContext): number | DateProblem | 'INVALID_TIME_ZONE' {
  const date = readDate(text, context.dateOrder);
  if (typeof date === 'string') return date;
  const { hour, minute, second, millisecond } = date.time ?? {
    hour: 0,
    minute: 0,
    second: 0,
    millisecond: 0,
  };
  const wallClock = Date.UTC(date.year, date.month - 1, date.day, hour, minute, second, millisecond);
  if (date.offsetMinutes !== null) return wallClock - date.offsetMinutes * 60_000;
  return isTimeZone(context.timeZone) ? instantOf(wallClock, context.timeZone) : 'INVALID_TIME_ZONE';
}

/** Zero is what an unset number prints, not the first second of 1970. */
function fromEpoch(text: string, unit: string): number | DateProblem {
  const value = Number(text);
  if (value === 0) return 'ZERO_DATE';
  return unit === 'seconds' ? value * 1000 : value;
}
