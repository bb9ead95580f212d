import { inspect } from 'node:util';
import { invalidData } from './api-error.ts';
import { ACTOR_SOURCES, COMPOSITES, type CompositeType, type SubFieldKind } from './composites.ts';
import { isObject, isString, type JsonObject, parsedJson } from './json.ts';
import { parseLinks } from './links.ts';
import { parsePhones } from './phones.ts';
import { parseRichText } from './rich-text.ts';
import { parseEmail, parseMicros, parseNumber, parseRawJson, parseText, parseUuid } from './scalar-values.ts';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['FULL_NAME', 'full name'],
  ['RICH_TEXT', 'rich text'],
]);

/** The sub-fields to write, normalised. A null composite is null: ignored by the caller. */
export function parseComposite(type: string, value: unknown, field: string): JsonObject | null {
  if (value === null) return null;
  const known = COMPOSITES.get(type);
  if (known === undefined) throw new Error(`not a composite: ${type}`);
  if (!isObject(value))
    throw invalidData(
      `Invalid object value ${inspect(value)} for field "${field}"`,
      typeof value === 'string' ? 'Invalid value for JSON.' : `Invalid value for JSON: "${inspect(value)}"`,
    );
  refuseUnknown(known, type, value, field);
  if (type === 'LINKS') return parseLinks(value);
  if (type === 'EMAILS') return parseEmails(value, field);
  if (type === 'PHONES') return parsePhones(value);
  if (type === 'RICH_TEXT') return parseRichText(value, field);
  const parsed: JsonObject = {};
  for (const sub in value) {
    const kind = known[sub];
    if (kind !== undefined) parsed[sub] = parseSub(kind, value[sub], `${field}.${sub}`);
  }
  return parsed;
}

function refuseUnknown(known: CompositeType, type: string, value: JsonObject, field: string): void {
  for (const sub in value) {
    if (sub in known) continue;
    const word = WORDS.get(type) ?? type.toLowerCase();
    throw invalidData(`Invalid subfield ${sub} for ${word} field "${field}"`, `Invalid value for ${word}.`);
  }
}

/** The primary e-mail is cleared when it is not sent; additional ones stay (seen on the real server). */
function parseEmails(value: JsonObject, field: string): JsonObject {
  const primaryEmail = parseEmail(value.primaryEmail ?? null, `${field}.primaryEmail`);
  if (!('additionalEmails' in value)) return { primaryEmail };
  const list = parsedJson(value.additionalEmails);
  const additional = Array.isArray(list) ? list : isString(list) && list !== '' ? [list] : [];
  const emails = additional.map((email: unknown) => parseEmail(email, `${field}.additionalEmails`));
  return { primaryEmail, additionalEmails: emails.length === 0 ? null : emails };
}

function parseSub(kind: SubFieldKind, value: unknown, field: string): unknown {
  switch (kind) {
    case 'text':
    case 'code':
      return parseText(value, field);
    case 'micros':
      return parseMicros(value, field);
    case 'number':
      return typeof value === 'string' ? parseNumber(Number(value), field) : parseNumber(value, field);
    case 'uuid':
      return parseUuid(value, field);
    case 'source':
      return parseSource(value, field);
    case 'json':
    case 'list':
      return parseRawJson(value, field);
  }
}

function parseSource(value: unknown, field: string): unknown {
  if (ACTOR_SOURCES.some((source) => source === value)) return value;
  throw invalidData(
    `Invalid value "${String(value)}" for field "${field}". Valid values are: ${ACTOR_SOURCES.join(', ')}`,
    `Invalid value for field "${field}"`,
  );
}
