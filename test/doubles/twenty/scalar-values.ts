import { inspect } from 'node:util';
import { z } from 'zod';
import { invalidData, invalidQuery, invalidValue } from './api-error.ts';
import { isString, parsedJson } from './json.ts';

/** Checks one scalar as the server does and gives what it stores; `field` is the path named in the message. */
export type ScalarParser = (value: unknown, field: string) => unknown;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

export function parseText(value: unknown, field: string): unknown {
  if (value === null || value === '') return null;
  if (typeof value !== 'string') throw invalidValue('string value', value, `for text field "${field}"`, '');
  return value.isWellFormed() ? value : value.toWellFormed();
}

export function parseNumber(value: unknown, field: string): unknown {
  if (value === null) return null;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw invalidValue('number value', value, `for field "${field}"`, ' for number');
  return value;
}

/** Micros come as numbers or numeric text; fractions are cut. */
export function parseMicros(value: unknown, field: string): unknown {
  if (value === null || value === '') return null;
  const number = typeof value === 'string' ? Number(value) : value;
  return Math.trunc(Number(parseNumber(number, field)));
}

export function parseBoolean(value: unknown, field: string): unknown {
  if (value === null || typeof value === 'boolean') return value;
  throw invalidValue('boolean value', value, `for field "${field}"`, '');
}

export function parseUuid(value: unknown, field: string): unknown {
  if (value === null) return null;
  if (!isUuid(value)) throw invalidValue('UUID value', value, `for field "${field}"`, ' for UUID');
  return value.toLowerCase();
}

/** The id a client gives to its own record: version 1 to 5 only. */
export function parseOwnId(value: unknown): string {
  if (isUuid(value)) return value.toLowerCase();
  throw invalidQuery(`Value "${String(value)}" is not a valid UUID`, 'Invalid UUID format.');
}

export function parsePosition(value: unknown, field: string): unknown {
  if (value === null || value === 'first' || value === 'last') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalidValue('position value', value, `for field "${field}"`, ' for position');
}

/** An ISO date-time with any offset, or a date alone; without an offset it counts as UTC; microseconds are cut. */
export function toInstant(value: string): string | null {
  // What `toISOString` writes stays as it is, which is what nearly every client sends.
  if (value.length === 24 && value.endsWith('Z') && isInstant(value)) return value;
  const match = DATE_TIME.exec(value);
  if (match === null) return null;
  const [, year = '', month = '', day = '', hour, minute, second, fraction, zone] = match;
  const midnight = new Date(`${year}-${month}-${day}T00:00:00.000Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return null;
  if (hour === undefined) return midnight.toISOString();
  const millis = (fraction ?? '').padEnd(3, '0').slice(0, 3);
  const offset =
    zone === undefined || zone.toUpperCase() === 'Z'
      ? 'Z'
      : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}.${millis}${offset}`);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

let lastInstant = '';

function isInstant(value: string): boolean {
  if (value === lastInstant) return true;
  const time = Date.parse(value);
  if (Number.isNaN(time) || new Date(time).toISOString() !== value) return false;
  lastInstant = value;
  return true;
}

export function parseDateTime(value: unknown, field: string): unknown {
  if (value === null) return null;
  const instant = typeof value === 'string' ? toInstant(value) : null;
  if (instant !== null) return instant;
  const shown = inspect(value);
  const hint = "Expected format: 'YYYY-MM-DDTHH:mm:ssZ'";
  throw invalidData(
    `Invalid value ${shown} for date-time field "${field}". ${hint}`,
    `Invalid value for date-time: "${shown}". ${hint}`,
  );
}

export function parseDate(value: unknown, field: string): unknown {
  if (value === null) return null;
  const instant = typeof value === 'string' ? toInstant(value) : null;
  if (instant === null || typeof value !== 'string')
    throw invalidValue('value', value, `for date field "${field}"`, ' for date');
  return value.slice(0, 10);
}

const EMAIL = z.email({ pattern: z.regexes.unicodeEmail }).max(255);
const ASCII_EMAIL = /^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,180}$/;

/** E-mails are stored in lower case; the plain ones skip the slow check. */
export function parseEmail(value: unknown, field: string): string | null {
  if (value === null || value === '') return null;
  if (!isString(value) || (!ASCII_EMAIL.test(value) && !EMAIL.safeParse(value).success))
    throw invalidValue('string value', value, `for email field "${field}"`, '');
  return value.toLowerCase();
}

export function parseList(value: unknown, field: string): unknown[] | null {
  if (value === null || value === '') return null;
  const list = parsedJson(value);
  if (Array.isArray(list)) return list;
  if (typeof list === 'string') return [list];
  throw invalidValue('value', value, `for array field "${field}"`, ' for array');
}

/** JSON as an object, a list, or its text. */
export function parseRawJson(value: unknown, field: string): unknown {
  const json = parsedJson(value);
  if (json === null || json === '') return null;
  if (typeof json === 'object') return json;
  throw invalidValue('object value', value, `for field "${field}"`, ' for JSON');
}
