import { typedText } from './clean-text.ts';
import { agreed, currenciesOf } from './currency-codes.ts';
import type { Decimal } from './decimal.ts';
import { decimalText, negate, parseDecimal } from './decimal.ts';

/** A number as people write it. `currencies` is what the symbols and codes in the text may mean; null when there is none. */
export interface Amount {
  readonly decimal: Decimal;
  readonly currencies: readonly (string | null)[] | null;
}

/** More characters than any amount has; bounds the work on hostile text. */
const MAX_LENGTH = 200;

/** What stands around the digits, peeled off one mark at a time. */
interface Marks {
  rest: string;
  minus: number;
  plus: number;
  currencies: readonly (string | null)[] | null;
}

/**
 * Reads an amount: one sign (leading or trailing `-`, `(…)`, trailing `CR`; `+` and `DR` are positive), currency symbols and codes on either
 * side, digits as `parseDecimal` reads them, `500,-` for no decimals. Two signs allow no single reading.
 */
export function readAmount(
  text: string,
  decimalSeparator: '.' | ',',
): Amount | 'INVALID_NUMBER' | 'CURRENCY_CONFLICT' {
  const typed = typedText(text);
  if (typed.length > MAX_LENGTH) return 'INVALID_NUMBER';
  const unified = typed
    .replace(/[\u2010-\u2015\u2212\ufe63\uff0d]/g, '-')
    .replace(/[\u2018\u2019\u02bc\u00b4`\u2032]/g, "'")
    .replace(/(\d)[.,]-{1,2}(?!\d)/, '$1');
  const marks: Marks = { rest: unified, minus: 0, plus: 0, currencies: null };
  while (peelSign(marks) || peelWord(marks)) marks.rest = marks.rest.trim();
  if (marks.minus + marks.plus > 1) return 'INVALID_NUMBER';
  const decimal = parseDecimal(marks.rest, decimalSeparator);
  if (decimal === null) return 'INVALID_NUMBER';
  if (marks.currencies?.length === 0) return 'CURRENCY_CONFLICT';
  return { decimal: marks.minus === 1 ? negate(decimal) : decimal, currencies: marks.currencies };
}

/** True when the profile's decimal separator decides what the text means, e.g. `1.234`. */
export function isAmbiguousAmount(text: string): boolean {
  const [dot, comma] = [readAmount(text, '.'), readAmount(text, ',')];
  if (typeof dot === 'string' || typeof comma === 'string') return false;
  return decimalText(dot.decimal) !== decimalText(comma.decimal);
}

function peelSign(marks: Marks): boolean {
  const { rest } = marks;
  const negative = /^\((.*)\)$/.exec(rest)?.[1] ?? /^-(.*)$/.exec(rest)?.[1] ?? /^(.*)-$/.exec(rest)?.[1];
  const positive =
    negative === undefined ? (/^\+(.*)$/.exec(rest)?.[1] ?? /^(.*)\+$/.exec(rest)?.[1]) : undefined;
  if (negative !== undefined) marks.minus += 1;
  if (positive !== undefined) marks.plus += 1;
  marks.rest = negative ?? positive ?? rest;
  return negative !== undefined || positive !== undefined;
}

function peelWord(marks: Marks): boolean {
  // A dot belongs to a word of letters (`Rs.`), never to a symbol (`$.50`).
  const leading = /^((?:\p{L}|\p{Sc}){1,5})(?<=\p{L})\.|^((?:\p{L}|\p{Sc}){1,5})/u.exec(marks.rest);
  const trailing = leading ? null : /((?:\p{L}|\p{Sc}){1,5}\.?)$/u.exec(marks.rest);
  const word = leading?.[1] ?? leading?.[2] ?? trailing?.[1];
  if (word === undefined) return false;
  const bare = word.replace(/\.$/, '').toUpperCase();
  if (trailing && bare === 'CR') marks.minus += 1;
  else if (trailing && bare === 'DR') marks.plus += 1;
  else {
    const currencies = currenciesOf(word);
    if (currencies === undefined) return false;
    marks.currencies = marks.currencies === null ? currencies : agreed(marks.currencies, currencies);
  }
  marks.rest = leading ? marks.rest.slice(leading[0].length) : marks.rest.slice(0, -word.length);
  return true;
}
