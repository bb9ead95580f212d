import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../worker/domain/canonical.ts';
import { contentHash, decode, encode } from '../../../worker/ledger/payload-codec.ts';
import { fromStored, toStored } from '../../../worker/ledger/stored-text.ts';

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  ),
})).value;

const wild = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});
const tricky = fc
  .array(fc.constantFrom('\\', '0', 'd', '\u0000', '\ud83d', '\ude00', 'a'))
  .map((units) => units.join(''));

describe('payload codec', () => {
  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
    );
  });

  it('hashes content, whatever the order of the columns', () => {
    expect(contentHash({ a: '1', b: '2' })).toBe(contentHash({ b: '2', a: '1' }));
    expect(contentHash({ a: '1', b: '' })).not.toBe(contentHash({ a: '1' }));
  });
});

describe('stored text', () => {
  it('is one to one, and nothing that Postgres refuses', () => {
    fc.assert(
      fc.property(fc.oneof(wild, tricky), (text) => {
        const stored = toStored(text);
        expect(fromStored(stored)).toBe(text);
        expect(stored.includes('\u0000')).toBe(false);
        expect(stored.isWellFormed()).toBe(true);
      }),
    );
  });

  it('leaves plain text as it is', () => {
    expect(toStored('contact-17 Zoë 😀')).toBe('contact-17 Zoë 😀');
  });
});
