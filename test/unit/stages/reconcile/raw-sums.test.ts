import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  rawCurrency,
  readRawAmount,
  UNKNOWN_CURRENCY,
} from '../../../../worker/stages/reconcile/raw-sums.ts';

const micros = (text: string, separator: '.' | ',' = '.') =>
  readRawAmount(text, separator, 'USD')?.micros ?? null;

describe('the independent reader of amounts', () => {
  test.each([
    ['1234.5', 1_234_500_000n],
    ['1.234,56', 1_234_560_000n],
    ['$1,234.50', 1_234_500_000n],
    ['(500)', -500_000_000n],
    ['($1,234.50)', -1_234_500_000n],
    ['$(500)', -500_000_000n],
    ['-500', -500_000_000n],
    ['500-', -500_000_000n],
    ['−12,5', -12_500_000n],
    ['500,-', 500_000_000n],
    ["1'234'567.89", 1_234_567_890_000n],
    ['1 234 567,89 €', 1_234_567_890_000n],
    ['EUR 12', 12_000_000n],
    ['1.234.567', 1_234_567_000_000n],
    ['12,34,567.5', 1_234_567_500_000n],
    ['0.000001', 1n],
    ['.5', 500_000n],
    ['\u200e1000\u200f', 1_000_000_000n],
  ])('%s', (text, expected) => {
    expect(micros(text)).toBe(expected);
  });

  test('a lone mark before three digits is read as the profile says', () => {
    expect(micros('1.234', '.')).toBe(1_234_000n);
    expect(micros('1.234', ',')).toBe(1_234_000_000n);
    expect(micros('1,234', '.')).toBe(1_234_000_000n);
    expect(micros('0.123', ',')).toBe(123_000n);
  });

  test.each([
    '',
    ' ',
    'twelve',
    '1e5',
    '1.2.3',
    '12,3,4',
    '-(5)',
    '(5',
    '5)',
    '0.0000001',
    'USD 5 EUR',
    '1.234,567.8',
  ])('refuses "%s"', (text) => {
    expect(micros(text)).toBeNull();
  });

  test('what stands with an amount names its currency', () => {
    expect(readRawAmount('€ 5', '.', 'USD')?.currency).toBe('EUR');
    expect(readRawAmount('5 GBP', '.', 'USD')?.currency).toBe('GBP');
    expect(readRawAmount('$5', '.', 'CAD')?.currency).toBe('CAD');
    expect(readRawAmount('$5', '.', 'EUR')?.currency).toBe('USD');
    expect(readRawAmount('5', '.', 'EUR')?.currency).toBeNull();
  });

  test('the column goes first, then the amount, then what there is for none', () => {
    const amount = readRawAmount('€5', '.', 'USD');
    expect(rawCurrency(' chf ', amount, 'USD', 'USD')).toBe('CHF');
    expect(rawCurrency('Euro', null, 'USD', 'USD')).toBe('EUR');
    expect(rawCurrency('', amount, 'USD', 'USD')).toBe('EUR');
    expect(rawCurrency('', null, 'USD', '(none)')).toBe('(none)');
    expect(rawCurrency('', null, '', '')).toBe(UNKNOWN_CURRENCY);
    expect(rawCurrency('gold bars', amount, 'USD', 'USD')).toBe(UNKNOWN_CURRENCY);
  });

  test('any amount that a program prints is read exactly, grouped or not', () => {
    const number = fc.tuple(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.integer({ min: 0, max: 99 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(number, ([whole, cents, negative]) => {
        const expected = (whole * 1_000_000n + BigInt(cents) * 10_000n) * (negative ? -1n : 1n);
        const fraction = String(cents).padStart(2, '0');
        const sign = negative ? '-' : '';
        const grouped = whole.toLocaleString('en-US');
        expect(micros(`${sign}${whole}.${fraction}`)).toBe(expected);
        expect(micros(`${sign}${grouped}.${fraction}`)).toBe(expected);
        expect(micros(`${sign}${grouped.replaceAll(',', '.')},${fraction}`)).toBe(expected);
      }),
    );
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readRawAmount(text, ',', 'EUR')));
  });
});
