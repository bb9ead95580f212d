// biome-ignore-all lint/suspicious/noThenProperty: `then` is a word of the mapping files; it holds a name, nothing callable.
import { describe, expect, test } from 'vitest';
import { FALSE_WORDS, TRUE_WORDS } from '../../../../worker/mapping/transforms/boolean.ts';
import { transforms } from '../../../../worker/mapping/transforms/registry.ts';
import { convertedValue, reasons, run } from './run.ts';

describe('text', () => {
  test.each([
    ['  as it is \r\n\t', '  as it is \r\n\t'],
    ['a\u0000b\u0007c', 'abc'],
    ['x\ud800y', 'x\ufffdy'],
    ['שלום 👩‍👩‍👧', 'שלום 👩‍👩‍👧'],
  ])('%j', (text, value) => {
    expect(convertedValue(run('text', text))).toBe(value);
    expect(convertedValue(run('source-text', text))).toBe(value);
  });

  test('limits are in bytes; the limit of words counts each once; nothing is truncated', () => {
    expect(convertedValue(run('text', ' x ', {}, { trim: true }))).toBe('x');
    expect(convertedValue(run('text', 'äöü', {}, { maxBytes: 6 }))).toBe('äöü');
    expect(run('text', 'äöüx', {}, { maxBytes: 6 })).toEqual({
      kind: 'unconvertible',
      kept: [{ role: 'value', text: 'äöüx', why: 'TEXT_TOO_LARGE' }],
    });
    expect(
      convertedValue(run('text', 'word Word '.repeat(1000), {}, { maxDistinctWordBytes: 8 })),
    ).toHaveLength(10_000);
    expect(reasons(run('text', 'one two three', {}, { maxDistinctWordBytes: 8 }))).toEqual([
      'TEXT_TOO_LARGE',
    ]);
    expect(convertedValue(run('text', 'y'.repeat(200_000)))).toHaveLength(200_000);
  });
});

test('boolean knows its words in any case, and no other', () => {
  for (const word of TRUE_WORDS) expect(convertedValue(run('boolean', ` ${word.toUpperCase()}`))).toBe(true);
  for (const word of FALSE_WORDS) expect(convertedValue(run('boolean', `${word} `))).toBe(false);
  for (const word of ['maybe', '2', '-', 'yesno'])
    expect(reasons(run('boolean', word))).toEqual(['INVALID_BOOLEAN']);
});

describe('option, options, list', () => {
  const map = { map: 'stages' };
  test('an option is found whatever its case and blanks, mapped to nothing on purpose, or kept', () => {
    expect(convertedValue(run('option', ' Closed  WON ', {}, map))).toBe('WON');
    expect(run('option', 'Do not use', {}, map)).toEqual({ kind: 'empty' });
    expect(run('option', 'Later', {}, map)).toEqual({
      kind: 'unconvertible',
      kept: [{ role: 'value', text: 'Later', why: 'UNMAPPED_OPTION' }],
    });
  });

  test('the group is part of the key, also when it is blank', () => {
    const asked: string[] = [];
    const valueMap = (_name: string, source: string) => {
      asked.push(source);
      return 'X';
    };
    run('option', { group: 'Sales', value: 'New' }, { valueMap }, map);
    run('option', { group: '', value: 'New' }, { valueMap }, map);
    run('option', { value: 'New' }, { valueMap }, map);
    expect(asked).toEqual(['sales\u001fnew', '\u001fnew', 'new']);
  });

  test('options: each once, unmapped ones kept', () => {
    expect(run('options', 'New; closed won;NEW; Later;do not use', {}, map)).toEqual({
      kind: 'value',
      value: ['NEW', 'WON'],
      kept: [{ role: 'value', text: ' Later', why: 'UNMAPPED_OPTION' }],
    });
    expect(run('options', 'do not use', {}, map)).toEqual({ kind: 'empty' });
  });

  test('list: items trimmed, each once, in order', () => {
    expect(convertedValue(run('list', ' b ;a;; b; c,d '))).toEqual(['b', 'a', 'c,d']);
  });
});

describe('lookup and constant', () => {
  const probability = { table: 'pipelines', column: 'probability', then: 'number' };
  const keys = { key1: 'SALES ', key2: 'new' };

  test('applies a transform to what it finds', () => {
    expect(convertedValue(run('lookup', keys, {}, probability))).toBe(12.5);
    expect(convertedValue(run('lookup', keys, {}, { table: 'pipelines', column: 'probability' }))).toBe(
      '12,5',
    );
    expect(
      convertedValue(
        run(
          'lookup',
          keys,
          {},
          { ...probability, column: 'outcome', then: 'option', thenOptions: { map: 'stages' } },
        ),
      ),
    ).toBe('NEW');
    expect(run('lookup', keys, {}, { ...probability, column: 'blank' })).toEqual({ kind: 'empty' });
  });

  test('keeps the keys of a row that is missing, and the text that does not convert', () => {
    expect(run('lookup', { key1: 'Sales', key2: 'Lost?' }, {}, probability)).toEqual({
      kind: 'unconvertible',
      kept: [
        { role: 'key1', text: 'Sales', why: 'LOOKUP_MISSING' },
        { role: 'key2', text: 'Lost?', why: 'LOOKUP_MISSING' },
      ],
    });
    expect(run('lookup', keys, {}, { ...probability, column: 'broken' })).toEqual({
      kind: 'unconvertible',
      kept: [{ role: 'pipelines.broken', text: 'soon', why: 'INVALID_NUMBER' }],
    });
  });

  test('a constant needs no column', () => {
    expect(convertedValue(run('constant', {}, {}, { value: ['A'] }))).toEqual(['A']);
  });
});

describe('options of mapping files', () => {
  test.each([
    ['option', { map: 'stages' }],
    ['lookup', { table: 'pipelines', column: 'outcome', then: 'option', thenOptions: { map: 'outcome' } }],
    ['text', { maxBytes: 2700, trim: true }],
    ['datetime', { epoch: 'seconds' }],
    ['constant', { value: 0 }],
  ])('%s takes %j', (name, options) => {
    expect(transforms[name]?.optionsSchema.safeParse(options).success).toBe(true);
  });
  test.each([
    ['option', {}],
    ['lookup', { table: 'pipelines', column: 'outcome', then: 'option' }],
    ['lookup', { table: 'pipelines', column: 'outcome', then: 'lookup' }],
    ['lookup', { table: 'pipelines', column: 'outcome', then: 'number', thenOptions: { map: 'x' } }],
    ['text', { max: 1 }],
    ['constant', { value: null }],
    ['emails', { x: 1 }],
  ])('%s refuses %j', (name, options) => {
    expect(transforms[name]?.optionsSchema.safeParse(options).success).toBe(false);
  });
});

describe('join', () => {
  test.each([
    [{ first: ' eq-1 ', second: 'con\n7' }, 'Equipment eq-1 · con 7'],
    [{ first: '', second: 'con-7' }, 'con-7'],
  ])('%j', (input, value) => {
    expect(convertedValue(run('join', input, {}, { before: { first: 'Equipment' } }))).toBe(value);
  });
});
