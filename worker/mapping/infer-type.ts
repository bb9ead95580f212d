import type { ColumnType } from '../domain/source-profile.ts';
import { readAmount } from './transforms/amount-text.ts';
import { typedText } from './transforms/clean-text.ts';
import { readDate } from './transforms/date-text.ts';
import { isEmail } from './transforms/emails.ts';
import { normaliseUrl } from './transforms/link.ts';
import { readPhone } from './transforms/phone-number.ts';

/** What a value may be besides text. A value can fit several: `12` is an integer and a decimal. */
export const VALUE_KINDS = [
  'boolean',
  'integer',
  'decimal',
  'money',
  'date',
  'datetime',
  'email',
  'url',
  'phone',
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** How texts of the source are read; part of the profile. */
export interface Reading {
  readonly dateOrder: 'dmy' | 'mdy';
  readonly decimalSeparator: '.' | ',';
  readonly listSeparator: string;
  readonly defaultCountry: string;
}

/** Words that mean nothing but yes or no. `0`, `1` and `x` may be something else and stay what they are. */
const BOOLEAN_WORDS = new Set(
  'true false yes no y n ja nein oui non si sí sim não vrai faux wahr falsch'.split(' '),
);

/**
 * The kinds that one non-empty text fits. Conservative, because a column gets the type that its values show: digits with a leading zero are an
 * id, `acme.com` may be a user name, 20191231 may be a number, a long run of digits is no phone number.
 */
export function kindsOf(text: string, reading: Reading): ValueKind[] {
  const value = typedText(text);
  if (value === '' || value.length > 2048) return [];
  if (BOOLEAN_WORDS.has(value.toLowerCase())) return ['boolean'];
  if (value.includes('@')) return isEmail(value.toLowerCase()) ? ['email'] : [];
  if (/^(?:https?:\/\/|www\.)/i.test(value)) return normaliseUrl(value) === null ? [] : ['url'];
  const kinds: ValueKind[] = [];
  if (!/\d/.test(value) || value.length > 100) return kinds;
  if (!/^\d+$/.test(value)) {
    const date = readDate(value, reading.dateOrder);
    if (typeof date !== 'string') return [date.time === null ? 'date' : 'datetime'];
  }
  if (isPhone(value, reading)) kinds.push('phone');
  if (hasLeadingZero(value)) return kinds;
  const amount = readAmount(value, reading.decimalSeparator);
  if (typeof amount === 'string') return kinds;
  if (amount.currencies !== null) return [...kinds, 'money'];
  const { scale, units } = amount.decimal;
  if (scale > 0 || (units < 1_000_000_000_000_000n && units > -1_000_000_000_000_000n)) kinds.push('decimal');
  if (scale === 0 && kinds.includes('decimal')) kinds.push('integer');
  return kinds;
}

/** `007` is an id, `0`, `0.5` and `0,5` are numbers. */
export function hasLeadingZero(text: string): boolean {
  return /^[+-]?0\d/.test(text);
}

/** Marks of a phone number (a plus, or separators between groups), and a number that exists. */
function isPhone(value: string, reading: Reading): boolean {
  if (!/^(?:\+|00|\()?\d[\d\s().\-/]{5,20}\d(?:\s*(?:x|ext\.?|#)\s*\d{1,6})?$/i.test(value)) return false;
  if (!/^\+/.test(value) && !/\d[\s().\-/]+\d/.test(value)) return false;
  return typeof readPhone(value, reading.defaultCountry) !== 'string';
}

/** What the values of one column show, counted. Counts are of non-empty values. */
export interface ColumnEvidence {
  readonly filled: number;
  readonly kinds: Readonly<Record<ValueKind, number>>;
  /** Digits only, with a leading zero: one such value and the column is no number. */
  readonly leadingZeros: number;
  /** Dates whose day and month the profile's order decides. */
  readonly ambiguousDates: number;
  readonly multiLine: number;
  /** Cells with the list separator between two items. */
  readonly lists: number;
  /** Different whole values and different items (key as in value-map.ts), null above the cap; and how many items there are in all. */
  readonly values: number | null;
  readonly items: number | null;
  readonly itemCount: number;
  readonly longestValue: number;
  readonly longestItem: number;
  /** Of a column whose type the source's schema declares: cells that convert to it wholly. Without: what `kinds` say of it. */
  readonly convertible?: number;
}

export type InferredType = ValueKind | 'option' | 'option-list' | 'text';

export interface Inference {
  readonly type: InferredType;
  /** Non-empty values that fit it. */
  readonly fits: number;
}

/** Below this share of fitting values a column stays text. */
const SHARE = 0.99;
const MOST = 0.8;
const MOST_OPTIONS = 30;
const LEAST_REPEATS = 5;
const LONGEST_OPTION = 60;

/**
 * The type of a column: the first that every value fits, else the first that at least 99 % fit (the rest is kept as text), else a pick-list when few values
 * repeat often, else text.
 */
export function inferType(evidence: ColumnEvidence): Inference {
  const { filled } = evidence;
  if (filled === 0) return { type: 'text', fits: 0 };
  const candidates = candidatesOf(evidence);
  const all = candidates.filter(({ fits }) => fits === filled);
  // A number with the marks of a phone number (`555-0100`) is one; a plain number never counts as phone.
  const typed =
    all.find(({ type }) => type === 'phone') ??
    all[0] ??
    candidates.find(({ fits }) => fits >= filled * SHARE);
  return typed ?? pickList(evidence) ?? { type: 'text', fits: filled };
}

/** What most values are, for people to read: as `inferType`, but with more exceptions. */
export function dominantType(evidence: ColumnEvidence): Inference {
  const inferred = inferType(evidence);
  if (inferred.type !== 'text') return inferred;
  return candidatesOf(evidence).find(({ fits }) => fits > evidence.filled * MOST) ?? inferred;
}

function candidatesOf({ kinds, leadingZeros }: ColumnEvidence): Inference[] {
  const numbers: Inference[] = [
    { type: 'integer', fits: kinds.integer },
    { type: 'decimal', fits: kinds.decimal },
    { type: 'money', fits: kinds.money },
  ];
  return [
    { type: 'boolean', fits: kinds.boolean },
    ...(leadingZeros === 0 ? numbers : []),
    { type: 'date', fits: kinds.date },
    { type: 'datetime', fits: kinds.datetime === 0 ? 0 : kinds.date + kinds.datetime },
    { type: 'email', fits: kinds.email },
    { type: 'url', fits: kinds.url },
    { type: 'phone', fits: kinds.phone },
  ];
}

function pickList(evidence: ColumnEvidence): Inference | null {
  const { filled, values, items, itemCount, lists, multiLine, longestValue, longestItem } = evidence;
  if (multiLine > 0) return null;
  const repeats = (different: number | null, all: number, longest: number) =>
    different !== null &&
    different <= MOST_OPTIONS &&
    all >= different * LEAST_REPEATS &&
    longest <= LONGEST_OPTION;
  const isList = lists >= 2 && lists >= filled * 0.05;
  if (isList) return repeats(items, itemCount, longestItem) ? { type: 'option-list', fits: filled } : null;
  return repeats(values, filled, longestValue) ? { type: 'option', fits: filled } : null;
}

/** Values that nobody declared beside this many declared ones, and the column is no pick-list. */
const MOST_UNDECLARED = 30;

/** What a declared type asks of a field. */
export function declaredAs(type: ColumnType): InferredType {
  if (type === 'email-list') return 'email';
  const isText =
    type === 'id' || type === 'rich-text' || type === 'currency-code' || type.startsWith('reference');
  return isText ? 'text' : (RECIPE_TYPES.find((candidate) => candidate === type) ?? 'text');
}

const RECIPE_TYPES: readonly InferredType[] = [...VALUE_KINDS, 'option', 'option-list'];

/**
 * The type of a column that the source's schema declares: the declared one when at least 80 % of the values bear it, however they are written; a
 * pick-list when there are no more than 30 values besides the declared ones. Else text, so that nothing is bent.
 */
export function inferDeclared(
  declared: InferredType,
  options: readonly string[],
  evidence: ColumnEvidence,
): Inference {
  const { filled, values, items, multiLine } = evidence;
  const text: Inference = { type: 'text', fits: filled };
  if (filled === 0 || declared === 'text') return { type: declared, fits: filled };
  if (declared === 'option' || declared === 'option-list') {
    const different = declared === 'option' ? values : items;
    const bears = multiLine === 0 && different !== null && different <= options.length + MOST_UNDECLARED;
    return bears ? { type: declared, fits: filled } : text;
  }
  const fits = Math.min(filled, evidence.convertible ?? looselyFitting(declared, evidence));
  return fits >= filled * MOST ? { type: declared, fits } : text;
}

/** Values of the kinds that the type's transform reads: a number of digits only is a phone number where the source says so. */
function looselyFitting(type: ValueKind, { kinds, values }: ColumnEvidence): number {
  if (type === 'boolean') return kinds.boolean + (values !== null && values <= 2 ? kinds.integer : 0);
  if (type === 'phone') return kinds.phone + kinds.integer;
  if (type === 'money') return kinds.money + kinds.decimal;
  if (type === 'datetime') return kinds.datetime + kinds.date;
  return kinds[type];
}

/** The profile's word for an inferred type. */
export function columnTypeOf(type: InferredType): ColumnType {
  return type === 'money' ? 'decimal' : type;
}
