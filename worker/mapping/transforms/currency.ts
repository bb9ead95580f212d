import { z } from 'zod';
import { readAmount } from './amount-text.ts';
import { typedText, unconverted } from './clean-text.ts';
import { agreed, currenciesOf } from './currency-codes.ts';
import type { Decimal } from './decimal.ts';
import { number } from './number.ts';
import type {
  Transform,
  TransformDefinition,
  TransformInput,
  TransformResult,
  UnconvertedReason,
} from './transform.ts';
import { EMPTY } from './transform.ts';

const MICRO_DECIMALS = 6;

/**
 * Amount in micros, exactly or not at all. Twenty stores what `Number` makes of the micros, so they are a number here, and one that is not
 * the exact amount is refused as PRECISION_LOST (whole units keep exact well above 2^53 micros). The currency is what symbol and column agree on, one of them, or the
 * profile's default; a symbol with several meanings takes the column's, then the default's. A currency without an amount is kept as such.
 */
const apply: Transform = (input, options, context) => {
  const amountText = typedText(input.amount);
  const currencyText = typedText(input.currency);
  if (amountText === '' && currencyText === '') return EMPTY;
  const column = currencyText === '' ? null : (currenciesOf(currencyText) ?? []);
  if (column?.length === 0) return keep(input, 'INVALID_CURRENCY');
  if (amountText === '') {
    const currencyCode = pick(column, context.defaultCurrency);
    return currencyCode === null
      ? keep(input, 'CURRENCY_UNKNOWN')
      : { kind: 'value', value: { amountMicros: null, currencyCode } };
  }
  const amount = readAmount(amountText, context.decimalSeparator);
  if (typeof amount === 'string') return keep(input, amount);
  const currencies =
    column && amount.currencies ? agreed(amount.currencies, column) : (column ?? amount.currencies);
  if (currencies?.length === 0) return keep(input, 'CURRENCY_CONFLICT');
  if (currencies === null && options.withoutCurrency === 'elsewhere') return EMPTY;
  const currencyCode = pick(currencies, context.defaultCurrency);
  if (currencyCode === null) return keep(input, 'CURRENCY_UNKNOWN');
  const amountMicros = micros(amount.decimal);
  return amountMicros === null
    ? keep(input, 'PRECISION_LOST')
    : { kind: 'value', value: { amountMicros, currencyCode } };
};

/** CURRENCY from an amount and a currency code, either of which may name the currency. */
export const currency: TransformDefinition = {
  apply,
  roles: ['amount'],
  optionalRoles: ['currency'],
  optionsSchema: z.strictObject({
    /** `elsewhere`: an amount that names no currency is left to `amount-without-currency`, instead of taking the profile's default. */
    withoutCurrency: z.enum(['default', 'elsewhere']).optional(),
  }),
  produces: ['CURRENCY'],
};

/**
 * The amount alone, where neither column nor text names a currency: nobody said which it is, and a guess would look like a fact. Stands beside a
 * `currency` entry with `withoutCurrency: elsewhere`, which accounts for what cannot be read.
 */
const applyWithoutCurrency: Transform = (input, options, context) => {
  if (typedText(input.currency) !== '') return EMPTY;
  const amount = readAmount(typedText(input.amount), context.decimalSeparator);
  if (typeof amount === 'string' || amount.currencies !== null) return EMPTY;
  return number.apply({ value: input.amount }, options, context);
};

/** NUMBER for amounts in no stated currency. */
export const amountWithoutCurrency: TransformDefinition = {
  apply: applyWithoutCurrency,
  roles: ['amount'],
  optionalRoles: ['currency'],
  optionsSchema: z.strictObject({}),
  produces: ['NUMBER'],
};

/** The number that Twenty would store, null when it is not exactly the amount. */
function micros({ units, scale }: Decimal): number | null {
  if (scale > MICRO_DECIMALS) return null;
  const exact = units * 10n ** BigInt(MICRO_DECIMALS - scale);
  const stored = Number(exact);
  return Number.isFinite(stored) && BigInt(stored) === exact && Math.abs(stored) < 1e21 ? stored : null;
}

function pick(currencies: readonly (string | null)[] | null, fallback: string): string | null {
  if (currencies === null) return fallback === '' ? null : fallback;
  return currencies.includes(fallback) ? fallback : (currencies[0] ?? null);
}

function keep(input: TransformInput, why: UnconvertedReason): TransformResult {
  const filled = ['amount', 'currency'].filter((role) => typedText(input[role]) !== '');
  return { kind: 'unconvertible', kept: filled.map((role) => unconverted(role, input[role], why)) };
}
