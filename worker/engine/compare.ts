import { canonicalJson } from '../domain/canonical.ts';
import type { TargetField } from '../twenty/target.ts';
import type { NormalisationId, NormalisationRule } from './normalisations.ts';
import { nationalForm, normalisation, normalisedUrl, phoneOf } from './normalisations.ts';
import { isEmptyValue } from './values.ts';

/** `path` names where the first difference is, e.g. `emails.primaryEmail`: never a value. */
export type Verdict =
  | { readonly verdict: 'equal' }
  | { readonly verdict: 'normalised'; readonly rule: NormalisationRule }
  | { readonly verdict: 'different'; readonly path: string };

/** What one part of a value says: equal, changed by a rule, or the sub-path of a difference. */
type Part = true | NormalisationId | { readonly at: string };
type Compare = (expected: unknown, found: unknown) => Part;

const DIFFERENT: Part = { at: '' };

/**
 * Compares what was sent (or once read) with what Twenty returns. Nothing, '', null, an empty list and a composite of only such are one thing, as in
 * Twenty. A sub-field that was not sent must be empty, be its default, or be derived by a declared rule: a caller that updated a part of a composite
 * merges what was there before into `expected`. For RELATION both are the join column's id.
 */
export function compareField(field: TargetField, expected: unknown, found: unknown): Verdict {
  const part = isEmptyValue(expected) && isEmptyValue(found) ? true : compareType(field, expected, found);
  if (part === true) return { verdict: 'equal' };
  if (typeof part === 'string') return { verdict: 'normalised', rule: normalisation(part) };
  return { verdict: 'different', path: part.at === '' ? field.name : `${field.name}.${part.at}` };
}

function compareType(field: TargetField, expected: unknown, found: unknown): Part {
  if (expected === undefined && isDefault(found, field.defaultValue)) return 'field-default';
  switch (field.type) {
    case 'NUMBER':
    case 'POSITION':
    case 'NUMERIC':
      return number(expected, found);
    case 'DATE_TIME':
      return instant(expected, found);
    case 'DATE':
      return date(expected, found);
    case 'ARRAY':
    case 'MULTI_SELECT':
      if (typeof expected === 'string')
        return list(text)([expected], found) === true ? 'single-item' : DIFFERENT;
      return list(text)(expected, found);
    case 'CURRENCY':
      return composite({ amountMicros: micros, currencyCode: text }, field, expected, found);
    case 'EMAILS':
      return composite({ primaryEmail: email, additionalEmails: list(email) }, field, expected, found);
    case 'LINKS':
      return links(field, expected, found);
    case 'PHONES':
      return phones(expected, found);
    case 'FULL_NAME':
      return composite({ firstName: text, lastName: text }, field, expected, found);
    case 'ADDRESS':
      return composite(ADDRESS, field, expected, found);
    case 'ACTOR':
      return composite(
        { source: text, name: text, workspaceMemberId: text, context: json },
        field,
        expected,
        found,
        'actor-default',
      );
    case 'RICH_TEXT':
      return composite({ markdown: text, blocknote: text }, field, expected, found, 'rich-text-derived');
    case 'RELATION':
    case 'MORPH_RELATION':
    case 'UUID':
      return String(expected).toLowerCase() === String(found).toLowerCase() ? true : DIFFERENT;
    case 'FILES':
      return list(file)(expected, found);
    case 'TEXT':
    case 'SELECT':
    case 'RATING':
      return text(expected, found);
    default:
      return json(expected, found);
  }
}

const text: Compare = (expected, found) => {
  if (expected === found) return true;
  if (typeof expected !== 'string' || typeof found !== 'string') return DIFFERENT;
  return expected.toWellFormed() === found ? 'lone-surrogate' : DIFFERENT;
};

const number: Compare = (expected, found) => {
  if (isEmptyValue(expected) || isEmptyValue(found)) return DIFFERENT;
  return Number(expected) === Number(found) ? true : DIFFERENT;
};

const ADDRESS: Readonly<Record<string, Compare>> = {
  addressStreet1: text,
  addressStreet2: text,
  addressCity: text,
  addressState: text,
  addressPostcode: text,
  addressCountry: text,
  addressLat: number,
  addressLng: number,
};

/** Whole numbers of any size, without floating point: what Twenty lost of a large amount is a difference. */
const micros: Compare = (expected, found) => {
  const [whole = '', fraction = ''] = String(expected).split('.');
  if (!/^-?\d+$/.test(whole) || !/^-?\d+$/.test(String(found)))
    return String(expected) === String(found) ? true : DIFFERENT;
  if (BigInt(whole) !== BigInt(String(found))) return DIFFERENT;
  return /[1-9]/.test(fraction) ? 'micros-truncated' : true;
};

const email: Compare = (expected, found) => {
  if (expected === found) return true;
  return typeof expected === 'string' && expected.toLowerCase() === found ? 'email-lower-case' : DIFFERENT;
};

const url: Compare = (expected, found) => {
  if (expected === found) return true;
  return typeof expected === 'string' && normalisedUrl(expected) === found ? 'url-normalised' : DIFFERENT;
};

/** By the name that people see, and by identity where both sides know it: the address is a new one on every read, the extension follows the content. */
const file: Compare = (expected, found) => {
  const [sent, there] = [objectOf(expected), objectOf(found)];
  if (sent.label !== there.label) return { at: 'label' };
  const known = sent.fileId !== undefined && there.fileId !== undefined;
  return known && sent.fileId !== there.fileId ? { at: 'fileId' } : true;
};

const json: Compare = (expected, found) => (plain(expected) === plain(found) ? true : DIFFERENT);

const instant: Compare = (expected, found) => {
  const sent = instantOf(expected);
  if (sent === null || sent.ms !== instantOf(found)?.ms) return DIFFERENT;
  if (!sent.hasOffset) return 'time-utc';
  return sent.finer ? 'time-milliseconds' : true;
};

const date: Compare = (expected, found) => {
  if (typeof expected !== 'string' || typeof found !== 'string') return DIFFERENT;
  const day = /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(expected)?.[0];
  if (day === undefined || day !== found.slice(0, 10)) return DIFFERENT;
  return expected.length === 10 ? true : 'date-cut';
};

function list(item: Compare): Compare {
  return (expected, found) => {
    const sent = Array.isArray(expected) ? expected : [];
    const there = Array.isArray(found) ? found : [];
    if (sent.length !== there.length) return DIFFERENT;
    return worst(sent.map((value, index) => [String(index), both(item, value, there[index])]));
  };
}

function composite(
  parts: Readonly<Record<string, Compare>>,
  field: TargetField,
  expected: unknown,
  found: unknown,
  unsent?: NormalisationId,
): Part {
  const sent = objectOf(expected);
  const there = objectOf(found);
  const defaults = objectOf(field.defaultValue);
  return worst(
    Object.entries(parts).map(([name, compare]) => {
      if (sent[name] === undefined && !isEmptyValue(there[name])) {
        if (unsent !== undefined) return [name, unsent];
        if (isDefault(there[name], defaults[name])) return [name, 'field-default'];
      }
      return [name, both(compare, sent[name], there[name])];
    }),
  );
}

const LINK = { url, label: text };

/** The primary and the secondary links as one list, because that is what Twenty makes of them. */
function links(field: TargetField, expected: unknown, found: unknown): Part {
  const parts = {
    primaryLinkUrl: url,
    primaryLinkLabel: text,
    secondaryLinks: list((a, b) => composite(LINK, field, a, b)),
  };
  const direct = composite(parts, field, expected, found);
  if (typeof direct !== 'object') return direct;
  const promoted = linkList(expected).filter((link) => !isEmptyValue(link.url));
  const same = list((a, b) => composite(LINK, field, a, b))(
    promoted,
    linkList(found).filter((link) => !isEmptyValue(link.url)),
  );
  return typeof same === 'object' ? direct : 'links-promoted';
}

function linkList(value: unknown): Readonly<Record<string, unknown>>[] {
  const { primaryLinkUrl, primaryLinkLabel, secondaryLinks } = objectOf(value);
  const secondary = Array.isArray(secondaryLinks) ? secondaryLinks.map(objectOf) : [];
  return [{ url: primaryLinkUrl, label: primaryLinkLabel }, ...secondary];
}

function phones(expected: unknown, found: unknown): Part {
  const [sent, there] = [objectOf(expected), objectOf(found)];
  return worst([
    ['primaryPhoneNumber', phone(primaryPhone(sent), primaryPhone(there))],
    ['additionalPhones', both(list(phone), sent.additionalPhones, there.additionalPhones)],
  ]);
}

function primaryPhone(value: Readonly<Record<string, unknown>>) {
  return {
    number: value.primaryPhoneNumber,
    countryCode: value.primaryPhoneCountryCode,
    callingCode: value.primaryPhoneCallingCode,
  };
}

const phone: Compare = (expected, found) => {
  const [sent, there] = [phoneOf(expected), phoneOf(found)];
  const parts = ['number', 'countryCode', 'callingCode'] as const;
  if (parts.every((part) => (sent[part] ?? '') === (there[part] ?? ''))) return true;
  const national = nationalForm(sent);
  if (national !== null && parts.every((part) => national[part] === (there[part] ?? '')))
    return 'phone-national-form';
  return DIFFERENT;
};

function both(compare: Compare, expected: unknown, found: unknown): Part {
  if (isEmptyValue(expected) && isEmptyValue(found)) return true;
  return compare(expected, found);
}

/** A difference if there is one, else a rule if one applied. */
function worst(parts: readonly (readonly [string, Part])[]): Part {
  let rule: Part = true;
  for (const [name, part] of parts) {
    if (typeof part === 'object') return { at: part.at === '' ? name : `${name}.${part.at}` };
    if (typeof part === 'string' && rule === true) rule = part;
  }
  return rule;
}

/** Twenty writes the default of a text-like field in single quotes. */
function isDefault(found: unknown, value: unknown): boolean {
  if (value === null || value === undefined || isEmptyValue(found)) return false;
  if (typeof value === 'string') return found === value || found === value.replace(/^'(.*)'$/s, '$1');
  if (typeof value !== 'object' || Array.isArray(value)) return plain(value) === plain(found);
  const defaults = objectOf(value);
  return Object.entries(objectOf(found)).every(
    ([name, part]) => isEmptyValue(part) || isDefault(part, defaults[name]),
  );
}

interface Instant {
  readonly ms: number;
  readonly hasOffset: boolean;
  readonly finer: boolean;
}

/** The instant that a timestamp names; null when it is none. Without an offset it is UTC, whatever the zone of this machine. */
export function instantOf(value: unknown): Instant | null {
  if (typeof value !== 'string') return null;
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const hasOffset = dateOnly || /(?:Z|[+-]\d{2}:?\d{2})$/i.test(value);
  const ms = Date.parse(hasOffset ? value : `${value}Z`);
  if (Number.isNaN(ms)) return null;
  return { ms, hasOffset, finer: /\.\d{3}\d*[1-9]/.test(value) };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function plain(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
}
