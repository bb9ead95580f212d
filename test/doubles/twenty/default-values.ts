import { randomUUID } from 'node:crypto';
import { isObject, isString } from './json.ts';
import type { FieldMeta } from './model.ts';

/** A default as the metadata spells it (`"'NEW'"`, `"now"`, `"uuid"`, 0) turned into what a new record stores. */
export function defaultValueOf(field: FieldMeta, now: string): unknown {
  return unquoted(field.defaultValue, now);
}

function unquoted(value: unknown, now: string): unknown {
  if (value === 'now') return now;
  if (value === 'uuid') return randomUUID();
  if (isString(value)) {
    const bare = /^'(.*)'$/s.exec(value)?.[1] ?? value;
    return bare === '' ? null : bare;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => unquoted(one, now));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unquoted(one, now)]));
  return value ?? null;
}
