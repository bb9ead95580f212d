import { z } from 'zod';
import { readAmount } from './amount-text.ts';
import { typedText, unconverted } from './clean-text.ts';
import { decimalText, negate, parseDecimal } from './decimal.ts';
import type { Transform, TransformDefinition, TransformResult, UnconvertedReason } from './transform.ts';
import { EMPTY } from './transform.ts';

const applyNumber: Transform = (input, _options, context) => {
  const text = typedText(input.value);
  if (text === '') return EMPTY;
  const keep = (why: UnconvertedReason): TransformResult => ({
    kind: 'unconvertible',
    kept: [unconverted('value', input.value, why)],
  });
  const amount = readAmount(text, context.decimalSeparator);
  // A currency in a plain number would be lost.
  if (typeof amount === 'string' || amount.currencies !== null) return keep('INVALID_NUMBER');
  const exact = decimalText(amount.decimal);
  const value = Number(exact);
  return exact === shortest(value) ? { kind: 'value', value } : keep('PRECISION_LOST');
};

const applyInteger: Transform = (input, options, context) => {
  const result = applyNumber(input, options, context);
  if (result.kind !== 'value' || Number.isSafeInteger(result.value)) return result;
  const why = Number.isInteger(result.value) ? 'PRECISION_LOST' : 'NOT_AN_INTEGER';
  return { kind: 'unconvertible', kept: [unconverted('value', input.value, why)] };
};

/** NUMBER (a double in Twenty), refused when a double does not give the written decimal back. */
export const number: TransformDefinition = {
  apply: applyNumber,
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: z.strictObject({}),
  produces: ['NUMBER'],
};

/** NUMBER without decimals; `5.00` is one. */
export const integer: TransformDefinition = { ...number, apply: applyInteger };

/** The decimal that a double prints as, in plain notation. */
function shortest(value: number): string | null {
  const decimal = parseDecimal(String(Math.abs(value)), '.');
  return decimal === null ? null : decimalText(value < 0 ? negate(decimal) : decimal);
}
