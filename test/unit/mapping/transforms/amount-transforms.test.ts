import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isAmbiguousAmount } from '../../../../worker/mapping/transforms/amount-text.ts';
import { convertedValue, reasons, run } from './run.ts';

const money = (amountMicros: number, currencyCode = 'EUR') => ({ amountMicros, currencyCode });

describe('currency', () => {
  test.each([
    ['1.234,56', money(1_234_560_000)],
    ['1,234.56', money(1_234_560_000)],
    ['$1,234.50', money(1_234_500_000, 'USD')],
    ['(500)', money(-500_000_000)],
    ['-500', money(-500_000_000)],
    ['−500', money(-500_000_000)],
    ['500-', money(-500_000_000)],
    ['500.00 CR', money(-500_000_000)],
    ['500CR', money(-500_000_000)],
    ['500 DR', money(500_000_000)],
    ['+500', money(500_000_000)],
    ['1 234,56', money(1_234_560_000)],
    ['1\u202f234,56', money(1_234_560_000)],
    ["1'234.50", money(1_234_500_000)],
    ['1’234.50', money(1_234_500_000)],
    ['€ 1.234', money(1_234_000_000)],
    ['1.234 €', money(1_234_000_000)],
    ['€-1.234', money(-1_234_000_000)],
    ['-€1.234', money(-1_234_000_000)],
    ['($500)', money(-500_000_000, 'USD')],
    ['USD 500', money(500_000_000, 'USD')],
    ['500 usd', money(500_000_000, 'USD')],
    ['US$ 500', money(500_000_000, 'USD')],
    ['500 SCR', money(500_000_000, 'SCR')],
    ['Rs. 12,34,567.50', money(1_234_567_500_000, 'INR')],
    ['500,-', money(500_000_000)],
    ['500,-- €', money(500_000_000)],
    ['Fr. 500.-', null],
    ['0,5', money(500_000)],
    ['.5', money(500_000)],
    ['0.123', money(123_000)],
    ['1234.567', money(1_234_567_000)],
    ['1.234.567', money(1_234_567_000_000)],
    ['0.000001', money(1)],
    ['1.50000000000', money(1_500_000)],
    ['1.5E+3', money(1_500_000_000)],
    ['-0', money(0)],
    ['00500', money(500_000_000)],
    ['10000000000', money(10_000_000_000_000_000)],
  ])('%j', (amount, value) => {
    const result = run('currency', { amount });
    if (value === null) expect(reasons(result)).toEqual(['CURRENCY_UNKNOWN']);
    else expect(convertedValue(result)).toEqual(value);
  });

  test.each(['.', ','] as const)(
    'decimalSeparator %j decides a lone separator before exactly three digits',
    (decimalSeparator) => {
      const [dot, comma] = decimalSeparator === '.' ? [1_234_000, 1_234_000_000] : [1_234_000_000, 1_234_000];
      expect(convertedValue(run('currency', '1.234', { decimalSeparator }))).toEqual(money(dot));
      expect(convertedValue(run('currency', '1,234', { decimalSeparator }))).toEqual(money(comma));
    },
  );

  test.each([
    ['1.234', true],
    ['12,345', true],
    ['$1,234', true],
    ['1234.567', false],
    ['0.123', false],
    ['1.23', false],
    ['1.234,5', false],
    ['x', false],
  ])('%j is ambiguous: %s', (text, ambiguous) => {
    expect(isAmbiguousAmount(text)).toBe(ambiguous);
  });

  test.each([
    ['500', 'usd', money(500_000_000, 'USD')],
    ['$500', 'CAD', money(500_000_000, 'CAD')],
    ['500', '€', money(500_000_000, 'EUR')],
    ['500 kr', 'SEK', money(500_000_000, 'SEK')],
  ])('%j in %j', (amount, currency, value) => {
    expect(convertedValue(run('currency', { amount, currency }))).toEqual(value);
  });

  test('a symbol with several meanings takes the default currency when it is one of them', () => {
    expect(convertedValue(run('currency', '$5', { defaultCurrency: 'CAD' }))).toEqual(
      money(5_000_000, 'CAD'),
    );
    expect(convertedValue(run('currency', '5 kr', { defaultCurrency: 'NOK' }))).toEqual(
      money(5_000_000, 'NOK'),
    );
  });

  test('a currency without an amount stays', () => {
    expect(convertedValue(run('currency', { amount: '', currency: 'usd' }))).toEqual({
      amountMicros: null,
      currencyCode: 'USD',
    });
  });

  test.each([
    ['€500', 'USD', 'CURRENCY_CONFLICT'],
    ['USD 500 €', '', 'CURRENCY_CONFLICT'],
    ['500', 'XYZ', 'INVALID_CURRENCY'],
    ['', 'dollars?', 'INVALID_CURRENCY'],
    ['1.2345678', '', 'PRECISION_LOST'],
    ['0.30000000000000004', '', 'PRECISION_LOST'],
    ['9007199254.740993', '', 'PRECISION_LOST'],
    ['-(500)', '', 'INVALID_NUMBER'],
    ['(-500)', '', 'INVALID_NUMBER'],
    ['--5', '', 'INVALID_NUMBER'],
    ['5-6', '', 'INVALID_NUMBER'],
    ['1.23.456', '', 'INVALID_NUMBER'],
    ['1,2,3', '', 'INVALID_NUMBER'],
    ['12 34', '', 'INVALID_NUMBER'],
    ['1.234,567.8', '', 'INVALID_NUMBER'],
    ['1 234 5', '', 'INVALID_NUMBER'],
    ['about 500', '', 'INVALID_NUMBER'],
    ['5k', 'USD', 'INVALID_NUMBER'],
    ['.', '', 'INVALID_NUMBER'],
    ['€', '', 'INVALID_NUMBER'],
    ['NaN', '', 'INVALID_NUMBER'],
    ['Infinity', '', 'INVALID_NUMBER'],
    ['0x10', '', 'INVALID_NUMBER'],
    ['9'.repeat(90), '', 'PRECISION_LOST'],
  ])('%j in %j is kept: %s', (amount, currency, why) => {
    const kept = Object.entries({ amount, currency }).flatMap(([role, text]) =>
      text === '' ? [] : [{ role, text, why }],
    );
    expect(run('currency', { amount, currency })).toEqual({ kind: 'unconvertible', kept });
  });

  test('no default currency, no guess', () => {
    expect(reasons(run('currency', '500', { defaultCurrency: '' }))).toEqual(['CURRENCY_UNKNOWN']);
  });
});

/** Micros in every way an export writes them; `point` also becomes the profile's decimal separator. */
function written(micros: bigint, point: '.' | ',', group: string, style: number): string {
  const digits = (micros < 0n ? -micros : micros).toString().padStart(7, '0');
  const whole = digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, group);
  const fraction = digits.slice(-6).replace(/0+$/, '');
  const plain = fraction === '' ? whole : `${whole}${point}${fraction}`;
  if (micros >= 0n) return [plain, `€${plain}`, `${plain} EUR`, `+${plain}`][style % 4] ?? plain;
  return (
    [
      `-${plain}`,
      `(${plain})`,
      `${plain}-`,
      `${plain} CR`,
      `€ -${plain}`,
      `-${plain} €`,
      `(${plain}) EUR`,
      `\u2212${plain}`,
    ][style % 8] ?? plain
  );
}

test('amounts in every format give back the same micros', () => {
  const safe = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n });
  fc.assert(
    fc.property(
      safe,
      fc.constantFrom('.', ','),
      fc.constantFrom('', ' ', "'", '\u00a0', 'other'),
      fc.nat(7),
      (micros, separator, grouping, style) => {
        const decimalSeparator = separator === '.' ? '.' : ',';
        const group = grouping === 'other' ? (decimalSeparator === '.' ? ',' : '.') : grouping;
        const text = written(micros, decimalSeparator, group, style);
        expect(convertedValue(run('currency', text, { decimalSeparator }))).toEqual(money(Number(micros)));
      },
    ),
    { numRuns: 2000 },
  );
});

test('an amount is exact or kept', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.integer({ min: 0, max: 9 }), (units, scale) => {
      const digits = units.toString().padStart(scale + 1, '0');
      const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
      const result = run('currency', text, { decimalSeparator: '.' });
      if (result.kind !== 'value') {
        expect(reasons(result)).toEqual(['PRECISION_LOST']);
        return;
      }
      const { amountMicros } = z.object({ amountMicros: z.number() }).parse(result.value);
      expect(BigInt(amountMicros) * 10n ** BigInt(scale)).toBe(units * 1_000_000n);
    }),
    { numRuns: 2000 },
  );
});

describe('number and integer', () => {
  test.each([
    ['12,5', 12.5],
    ['1.234,5', 1234.5],
    ['(7)', -7],
    ['0', 0],
    ['-0', 0],
    ['1e3', 1000],
    ['0,1', 0.1],
    ['1 000', 1000],
  ])('%j', (text, value) => {
    expect(convertedValue(run('number', text))).toBe(value);
  });
  test.each([
    ['€5', 'INVALID_NUMBER'],
    ['50%', 'INVALID_NUMBER'],
    ['12345678901234567890', 'PRECISION_LOST'],
    ['ten', 'INVALID_NUMBER'],
  ])('%j: %s', (text, why) => {
    expect(reasons(run('number', text))).toEqual([why]);
  });
  test.each([
    ['5,00', 5],
    ['1.234', 1234],
    ['-3', -3],
  ])('integer %j', (text, value) => {
    expect(convertedValue(run('integer', text))).toBe(value);
  });
  test.each([
    ['5,5', 'NOT_AN_INTEGER'],
    ['100000000000000000000', 'PRECISION_LOST'],
    ['5 people', 'INVALID_NUMBER'],
  ])('integer %j: %s', (text, why) => {
    expect(reasons(run('integer', text))).toEqual([why]);
  });
  test('every double that is written comes back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e25, max: 1e25 }), (value) => {
        const result = run('number', String(value), { decimalSeparator: '.' });
        if (Math.abs(value) > 1e-20 || value === 0)
          expect(convertedValue(result)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
