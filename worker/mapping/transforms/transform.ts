import type { z } from 'zod';

/** Values of the columns that a transform reads, by role ('value', 'primary', 'amount', …). Missing column = undefined; empty cell = ''. */
export type TransformInput = Readonly<Record<string, string | undefined>>;

/** Options of a mapping entry, validated against the transform's `optionsSchema` when the mapping is loaded. */
export type TransformOptions = Readonly<Record<string, unknown>>;

/** What transforms know besides the row. Part of the source profile, or decided in the plan. */
export interface TransformContext {
  /** IANA zone of timestamps without an offset. */
  readonly timeZone: string;
  readonly dateOrder: 'dmy' | 'mdy';
  readonly decimalSeparator: '.' | ',';
  readonly listSeparator: string;
  /** ISO 3166 alpha-2; of phone numbers without a calling code. */
  readonly defaultCountry: string;
  /** ISO 4217; of amounts that name no currency. '' = none. */
  readonly defaultCurrency: string;
  /**
   * Value maps by name: key (value-map.ts, `valueMapKey`) -> Twenty option value. null = mapped to nothing on purpose;
   * undefined = unmapped.
   */
  readonly valueMap: (name: string, source: string) => string | null | undefined;
  /** Other source objects (pipelines): table, key parts as they stand in the row -> text of the column; undefined = no such row or column. */
  readonly lookup: (table: string, key: readonly string[], column: string) => string | undefined;
  /** The source object that a cell names, by key or alias; null when none has the name. */
  readonly objectNamed: (text: string) => string | null;
}

/** Why a text could not (wholly) become a value. The words are for reports. */
export const UNCONVERTED_REASONS = {
  INVALID_EMAIL: 'Not an e-mail address.',
  EMAIL_EXTRA_TEXT:
    'The e-mail address was taken; the text around it (a name, a mailto subject) has no place in the field.',
  INVALID_PHONE: 'Not a phone number of the country it claims or defaults to.',
  PHONE_WITHOUT_COUNTRY: 'A phone number that belongs to no country (+800, +870), which Twenty cannot hold.',
  PHONE_EXTENSION: 'The number was taken; Twenty drops the extension.',
  INVALID_URL: 'Not a web address with a host that Twenty takes.',
  LABEL_WITHOUT_URL: 'A label without a link to put it on.',
  NAME_DIFFERS: 'The full name says something else than first and last name, which were taken.',
  INVALID_NUMBER: 'Not a number, or written in a way that allows no single reading.',
  NOT_AN_INTEGER: 'A number with decimals where a whole one is wanted.',
  PRECISION_LOST: 'More digits than Twenty keeps.',
  INVALID_CURRENCY: 'Not an ISO 4217 currency code.',
  CURRENCY_CONFLICT: 'The amount and its currency column name different currencies.',
  CURRENCY_UNKNOWN: 'Nothing says which currency the amount is in.',
  INVALID_BOOLEAN: 'Neither yes nor no.',
  INVALID_DATE: 'Not a date, or one that does not exist.',
  ZERO_DATE: 'The zero of a database or spreadsheet, which stands for no date.',
  DATE_OUT_OF_RANGE: 'A year outside 1000 to 9999.',
  TIME_OF_DAY: 'The date was taken; the field has no place for the time.',
  INVALID_TIME_ZONE: 'The time zone of the source profile does not exist.',
  UNMAPPED_OPTION: 'No option is mapped to the value.',
  LOOKUP_MISSING: 'The row that the value refers to does not exist.',
  TEXT_TOO_LARGE: 'More text than Twenty can store in the field.',
  EMBEDDED_PICTURE:
    'The text was taken; a picture that is part of it has no place in Twenty and stays in the source.',
  UNKNOWN_FORMAT:
    'Not a format of text that is known: the body was read as HTML when it looks like it, as text otherwise.',
} as const;

export type UnconvertedReason = keyof typeof UNCONVERTED_REASONS;

/** A text that must be kept because the value does not hold it. Free of NUL and lone surrogates, otherwise as it stood in the cell. */
export interface Unconverted {
  readonly role: string;
  readonly text: string;
  readonly why: UnconvertedReason;
}

/**
 * `value`: as Twenty's GraphQL input takes it; `kept` are parts that it does not hold. `empty`: nothing in, nothing out, or mapped to
 * nothing on purpose. `unconvertible`: nothing usable.
 */
export type TransformResult =
  | { readonly kind: 'value'; readonly value: unknown; readonly kept?: readonly Unconverted[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unconvertible'; readonly kept: readonly Unconverted[] };

/**
 * Pure and total: same input, same result; never throws on any text. Every input that is not blank ends in the value, in `kept`, or in
 * an option mapped to nothing.
 */
export type Transform = (
  input: TransformInput,
  options: TransformOptions,
  context: TransformContext,
) => TransformResult;

/** A transform and what a mapping must give it. */
export interface TransformDefinition {
  readonly apply: Transform;
  readonly roles: readonly string[];
  readonly optionalRoles: readonly string[];
  /** Roles that only say how the others are read, or stand in for them: what is in their columns is carried elsewhere, or is nothing by itself. */
  readonly hints?: readonly string[];
  readonly optionsSchema: z.ZodType;
  /** Types of Twenty fields that take the value. */
  readonly produces: readonly string[];
}

export const EMPTY: TransformResult = { kind: 'empty' };
