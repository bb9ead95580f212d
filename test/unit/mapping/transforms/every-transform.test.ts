// biome-ignore-all lint/suspicious/noThenProperty: `then` is a word of the mapping files; it holds a name, nothing callable.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, typedText } from '../../../../worker/mapping/transforms/clean-text.ts';
import type { TransformName } from '../../../../worker/mapping/transforms/registry.ts';
import { transforms } from '../../../../worker/mapping/transforms/registry.ts';
import type { TransformOptions, TransformResult } from '../../../../worker/mapping/transforms/transform.ts';
import { UNCONVERTED_REASONS } from '../../../../worker/mapping/transforms/transform.ts';
import { contextWith, wildText } from './run.ts';

const OPTIONS: Partial<Record<TransformName, TransformOptions>> = {
  option: { map: 'stages' },
  options: { map: 'stages' },
  lookup: { table: 'pipelines', column: 'probability', then: 'number' },
  constant: { value: 'x' },
};

/** A cell of nothing but separators is an empty list. */
const LISTS: readonly TransformName[] = ['emails', 'phones', 'options', 'list'];

/** Roles that only help to read the others; their text is not moved by the transform. */
const HINTS = ['country', 'group', 'format', 'kind', 'when'];

function names(): TransformName[] {
  return Object.keys(transforms).filter((name): name is TransformName => name in transforms);
}

function inputFor(name: TransformName): fc.Arbitrary<Record<string, string>> {
  const { roles, optionalRoles } = transforms[name];
  return fc.record(Object.fromEntries([...roles, ...optionalRoles].map((role) => [role, wildText])), {
    requiredKeys: [...roles],
  });
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

function resultText(result: TransformResult): string[] {
  if (result.kind === 'empty') return [];
  return [
    ...(result.kind === 'value' ? strings(result.value) : []),
    ...(result.kept ?? []).map((part) => part.text),
  ];
}

describe.each(names())('%s', (name) => {
  const { apply } = transforms[name];
  const options = OPTIONS[name] ?? {};

  test('answers to any text, twice the same, in text that Postgres takes', () => {
    fc.assert(
      fc.property(inputFor(name), fc.constantFrom('.', ','), (input, decimalSeparator) => {
        const context = contextWith({ decimalSeparator: decimalSeparator === '.' ? '.' : ',' });
        const result = apply(input, options, context);
        expect(apply(input, options, context)).toEqual(result);
        for (const text of resultText(result))
          expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('loses nothing: a text is in the value, kept, or mapped to nothing', () => {
    fc.assert(
      fc.property(inputFor(name), (input) => {
        const result = apply(input, options, contextWith());
        if (result.kind === 'unconvertible') expect(result.kept.length).toBeGreaterThan(0);
        const filled = Object.entries(input).filter(
          ([role, text]) =>
            !HINTS.includes(role) &&
            typedText(LISTS.includes(name) ? text.replace(/[;,]/g, '') : text) !== '',
        );
        // The sibling entry (`currency` with withoutCurrency: elsewhere) accounts for what this one leaves.
        if (result.kind === 'empty' && name !== 'amount-without-currency') expect(filled).toEqual([]);
        for (const part of result.kind === 'empty' ? [] : (result.kept ?? [])) {
          expect(Object.keys(UNCONVERTED_REASONS)).toContain(part.why);
          // Verbatim, but for what no store takes.
          const cell = input[part.role];
          if (cell !== undefined) expect(cell.replaceAll('\u0000', '').toWellFormed()).toContain(part.text);
        }
        if (result.kind === 'unconvertible' && name !== 'option' && name !== 'lookup') {
          for (const [role] of filled) expect(result.kept.map((part) => part.role)).toContain(role);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('blank cells are empty', () => {
    if (name === 'constant') return;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(' ', '\t', '\n', '\u00a0', '\u0000', '\u0001')), (blanks) => {
        const input = Object.fromEntries(
          [...transforms[name].roles, ...transforms[name].optionalRoles].map((role) => [
            role,
            blanks.join(''),
          ]),
        );
        expect(apply(input, options, contextWith())).toEqual({ kind: 'empty' });
      }),
    );
    expect(apply({}, options, contextWith())).toEqual({ kind: 'empty' });
  });

  test('comes to an end on a million hostile characters', () => {
    for (const piece of ['(', '-', '1.', '/', '@', '<', ' x', '+49', 'a.', '\ud800', ';', '1 ']) {
      const text = piece.repeat(1_000_000 / piece.length);
      const role = transforms[name].roles[0] ?? transforms[name].optionalRoles[0] ?? 'value';
      expect(apply({ [role]: text }, options, contextWith()).kind).toMatch(/value|empty|unconvertible/);
    }
  }, 60_000);
});

test('cleaning is stable and removes only what it says', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      const cleaned = cleanText(text);
      expect(cleanText(cleaned)).toBe(cleaned);
      expect(
        new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(cleaned)).length,
      ).toBeLessThanOrEqual(cleaned.length);
      const visible = (from: string) =>
        Array.from(from.toWellFormed()).filter((char) => char >= ' ' || '\t\r\n'.includes(char));
      expect(Array.from(cleaned)).toEqual(visible(text));
    }),
  );
});

test('a name that no transform has is undefined', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'nothing'])
    expect(transforms[name]).toBeUndefined();
});
