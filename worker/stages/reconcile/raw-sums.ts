/**
 * An own reading of amounts, written from the text of shared/visual-practice.md ("amounts like `1.234,56`, `$1,234.50` and `(500)`") and not from the
 * transforms, so that a wrong transform cannot vouch for itself. Exact: micros in BigInt. It refuses what it does not know rather than guess.
 */
export interface RawAmount {
  readonly micros: bigint;
  /** ISO code that stands with the amount, or what its symbol means; null when nothing stands there. */
  readonly currency: string | null;
}

const MICRO_DIGITS = 6;
/** More characters than any amount has; keeps hostile cells cheap. */
const LONGEST = 100;
/** What people, spreadsheets and browsers put between digits. */
const BLANKS = /[\s\u00a0\u2007\u2009\u202f'’]/gu;
const DASHES = /[\u2010-\u2015\u2212]/gu;
const INVISIBLE = /[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
/** Digits with one kind of mark between groups of three, or of two before the last three (India). */
const GROUPED = /^\d{1,3}(?:\.\d{2,3})*\.\d{3}$|^\d{1,3}(?:,\d{2,3})*,\d{3}$/;
const DOLLARS = new Set(['USD', 'CAD', 'AUD', 'NZD', 'HKD', 'SGD', 'MXN', 'TWD', 'ARS', 'CLP', 'COP']);
const SYMBOLS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  '₽': 'RUB',
  '₺': 'TRY',
  '₴': 'UAH',
  '₪': 'ILS',
};

/** Mark, sign, digits, closing bracket, mark: the parts of an amount. */
const AMOUNT =
  /^(\p{Sc}|[A-Za-z]{3}|[A-Za-z]{0,3}\$)?\s*([-(]?)([\d.,\s\u00a0\u2007\u2009\u202f'’]+)(\)?)\s*(\p{Sc}|[A-Za-z]{3})?$/u;

/** Null: blank, or not an amount that this reader knows. `decimalSeparator` decides `1.234` and `1,234` (source profile). */
export function readRawAmount(
  text: string,
  decimalSeparator: '.' | ',',
  defaultCurrency: string,
): RawAmount | null {
  const line = text
    .replace(INVISIBLE, '')
    .trim()
    .replace(DASHES, '-')
    .replace(/[.,]-{1,2}$/, '');
  if (line.length > LONGEST) return null;
  // Letters would be taken for a currency: 1e5 is no amount of fifteen.
  if (/\d[eE][+-]?\d/.test(line)) return null;
  const outer = /^\((.+)\)$/.exec(line)?.[1] ?? /^-(.+)$/.exec(line)?.[1] ?? /^(.+)-$/.exec(line)?.[1];
  const parts = AMOUNT.exec((outer ?? line).trim());
  if (parts === null) return null;
  const [, before, sign = '', digits = '', closing = '', after] = parts;
  if ((sign === '(') !== (closing === ')') || (sign !== '' && outer !== undefined)) return null;
  if (before !== undefined && after !== undefined && before !== after) return null;
  const micros = readDigits(digits.replace(BLANKS, ''), decimalSeparator);
  if (micros === null) return null;
  const isNegative = outer !== undefined || sign !== '';
  return { micros: isNegative ? -micros : micros, currency: meant(before ?? after, defaultCurrency) };
}

/** What rawCurrency says of a column that names no currency this reader knows. */
export const UNKNOWN_CURRENCY = '?';

/** The currency of an amount: its column, else what stands with the amount, else `none` (the profile's default, where amounts take that). */
export function rawCurrency(
  column: string,
  amount: RawAmount | null,
  defaultCurrency: string,
  none: string,
): string {
  const code = column.replace(INVISIBLE, '').trim();
  if (code !== '') return meant(code, defaultCurrency) ?? UNKNOWN_CURRENCY;
  return amount?.currency ?? (none === '' ? UNKNOWN_CURRENCY : none);
}

/** `defaultCurrency` tells which dollar a bare `$` is. */
function meant(mark: string | undefined, defaultCurrency: string): string | null {
  if (mark === undefined) return null;
  if (mark === '$') return DOLLARS.has(defaultCurrency) ? defaultCurrency : 'USD';
  if (/^euros?$/i.test(mark)) return 'EUR';
  if (/^[A-Za-z]{3}$/.test(mark)) return mark.toUpperCase();
  const named = /^([A-Za-z]{2})\$$/.exec(mark)?.[1];
  if (named !== undefined) return [...DOLLARS].find((code) => code.startsWith(named.toUpperCase())) ?? null;
  return SYMBOLS[mark] ?? null;
}

function readDigits(text: string, decimalSeparator: '.' | ','): bigint | null {
  const dots = text.split('.').length - 1;
  const commas = text.split(',').length - 1;
  let point: '.' | ',' | null = null;
  if (dots > 0 && commas > 0) point = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
  else if (dots + commas === 1) {
    const only = dots === 1 ? '.' : ',';
    const couldGroup = /^[1-9]\d{0,2}[.,]\d{3}$/.test(text);
    point = couldGroup && only !== decimalSeparator ? null : only;
  }
  const [whole = '', fraction = '', more] = point === null ? [text] : text.split(point);
  if (more !== undefined || !/^\d*$/.test(fraction)) return null;
  if (!/^\d*$/.test(whole) && !GROUPED.test(whole)) return null;
  const plain = whole.replace(/[.,]/g, '');
  if (plain === '' && fraction === '') return null;
  if (/[1-9]/.test(fraction.slice(MICRO_DIGITS))) return null;
  return (
    BigInt(plain === '' ? '0' : plain) * 10n ** BigInt(MICRO_DIGITS) +
    BigInt(fraction.slice(0, MICRO_DIGITS).padEnd(MICRO_DIGITS, '0'))
  );
}
