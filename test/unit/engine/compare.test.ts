import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareField } from '../../../worker/engine/compare.ts';
import { NORMALISATIONS } from '../../../worker/engine/normalisations.ts';
import { field } from './target-model.ts';

const EQUAL = 'equal';
const DIFFERENT = 'different';

/** type, sent, found, verdict: a rule's id, `equal` or `different`. */
const PAIRS: readonly (readonly [string, unknown, unknown, string])[] = [
  ['TEXT', 'Ada', 'Ada', EQUAL],
  ['TEXT', '', null, EQUAL],
  ['TEXT', undefined, '', EQUAL],
  ['TEXT', 'Ada', 'ada', DIFFERENT],
  ['TEXT', 'Ada ', 'Ada', DIFFERENT],
  ['TEXT', 'a\ud800', 'a\ufffd', 'lone-surrogate'],
  ['TEXT', 'a', null, DIFFERENT],
  ['FILES', [{ label: 'a' }], [{ fileId: 'f', label: 'a', extension: '.txt' }], EQUAL],
  ['FILES', [{ fileId: 'f', label: 'a' }], [{ fileId: 'f', label: 'a', url: 'https://x' }], EQUAL],
  ['FILES', [{ fileId: 'f', label: 'a' }], [{ fileId: 'g', label: 'a' }], DIFFERENT],
  ['FILES', [{ label: 'a' }], [{ fileId: 'f', label: 'b' }], DIFFERENT],
  ['FILES', [{ label: 'a' }], [], DIFFERENT],
  ['FILES', undefined, [], EQUAL],
  ['NUMBER', 12, 12, EQUAL],
  ['NUMBER', 0, null, DIFFERENT],
  ['NUMBER', null, 0, DIFFERENT],
  ['NUMBER', 1.25, 1.2, DIFFERENT],
  ['BOOLEAN', false, false, EQUAL],
  ['BOOLEAN', false, null, DIFFERENT],
  ['DATE', '2020-02-29', '2020-02-29', EQUAL],
  ['DATE', '2020-02-29T23:00:00Z', '2020-02-29', 'date-cut'],
  ['DATE', '2020-02-28', '2020-02-29', DIFFERENT],
  ['DATE_TIME', '2020-01-01T01:00:00+01:00', '2020-01-01T00:00:00.000Z', EQUAL],
  ['DATE_TIME', '2020-01-01T00:00:00.123456Z', '2020-01-01T00:00:00.123Z', 'time-milliseconds'],
  ['DATE_TIME', '2020-01-01T00:00:00', '2020-01-01T00:00:00.000Z', 'time-utc'],
  ['DATE_TIME', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00.001Z', DIFFERENT],
  [
    'CURRENCY',
    { amountMicros: '1500000', currencyCode: 'EUR' },
    { amountMicros: 1500000, currencyCode: 'EUR' },
    EQUAL,
  ],
  [
    'CURRENCY',
    { amountMicros: '1500000.5', currencyCode: 'EUR' },
    { amountMicros: 1500000, currencyCode: 'EUR' },
    'micros-truncated',
  ],
  [
    'CURRENCY',
    { amountMicros: '9007199254740993000', currencyCode: 'EUR' },
    { amountMicros: '9007199254740992000', currencyCode: 'EUR' },
    DIFFERENT,
  ],
  ['CURRENCY', { amountMicros: 1, currencyCode: 'EUR' }, { amountMicros: 1, currencyCode: 'USD' }, DIFFERENT],
  [
    'EMAILS',
    { primaryEmail: 'Ada@X.Example' },
    { primaryEmail: 'ada@x.example', additionalEmails: null },
    'email-lower-case',
  ],
  [
    'EMAILS',
    { primaryEmail: 'a@x.example', additionalEmails: ['b@x.example'] },
    { primaryEmail: 'a@x.example', additionalEmails: [] },
    DIFFERENT,
  ],
  ['EMAILS', { primaryEmail: '', additionalEmails: [] }, { primaryEmail: '', additionalEmails: null }, EQUAL],
  [
    'EMAILS',
    { primaryEmail: 'a@x.example' },
    { primaryEmail: 'a@x.example', additionalEmails: ['b@x.example'] },
    DIFFERENT,
  ],
  [
    'LINKS',
    { primaryLinkUrl: 'HTTPS://Example.COM/Path/' },
    { primaryLinkUrl: 'https://example.com/Path', primaryLinkLabel: '', secondaryLinks: [] },
    'url-normalised',
  ],
  [
    'LINKS',
    { primaryLinkUrl: 'https://bücher.example' },
    { primaryLinkUrl: 'https://xn--bcher-kva.example' },
    'url-normalised',
  ],
  ['LINKS', { primaryLinkUrl: 'https://example.com' }, { primaryLinkUrl: 'http://example.com' }, DIFFERENT],
  [
    'LINKS',
    { primaryLinkUrl: 'https://user:pw@example.com' },
    { primaryLinkUrl: 'https://example.com' },
    DIFFERENT,
  ],
  ['LINKS', { primaryLinkUrl: 'Example.com' }, { primaryLinkUrl: 'Example.com' }, EQUAL],
  [
    'LINKS',
    { primaryLinkUrl: '', secondaryLinks: [{ url: 'https://a.example', label: 'A' }] },
    { primaryLinkUrl: 'https://a.example', primaryLinkLabel: 'A', secondaryLinks: null },
    'links-promoted',
  ],
  [
    'PHONES',
    { primaryPhoneNumber: '+33612345678' },
    { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' },
    'phone-national-form',
  ],
  [
    'PHONES',
    { primaryPhoneNumber: '+33612345678' },
    { primaryPhoneNumber: '612345679', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' },
    DIFFERENT,
  ],
  [
    'PHONES',
    { primaryPhoneNumber: '+14155552671 ext. 9' },
    { primaryPhoneNumber: '4155552671', primaryPhoneCountryCode: 'US', primaryPhoneCallingCode: '+1' },
    DIFFERENT,
  ],
  [
    'PHONES',
    { additionalPhones: [{ number: '612345678', countryCode: 'FR', callingCode: '+33' }] },
    {
      primaryPhoneNumber: '',
      additionalPhones: [{ number: '612345678', countryCode: 'FR', callingCode: '+33' }],
    },
    EQUAL,
  ],
  ['FULL_NAME', { firstName: 'Ada', lastName: '' }, { firstName: 'Ada', lastName: null }, EQUAL],
  ['FULL_NAME', { firstName: 'Ada' }, { firstName: 'Ada', lastName: 'L' }, DIFFERENT],
  [
    'ADDRESS',
    { addressCity: 'Paris' },
    { addressCity: 'Paris', addressStreet1: '', addressLat: null },
    EQUAL,
  ],
  ['ADDRESS', { addressCity: 'Paris' }, { addressCity: 'Lyon' }, DIFFERENT],
  ['SELECT', 'NEW', 'NEW', EQUAL],
  ['SELECT', 'NEW', 'WON', DIFFERENT],
  ['MULTI_SELECT', ['A', 'B'], ['A', 'B'], EQUAL],
  ['MULTI_SELECT', 'A', ['A'], 'single-item'],
  ['ARRAY', ['a', 'b'], ['b', 'a'], DIFFERENT],
  ['ARRAY', [], null, EQUAL],
  ['RELATION', 'AAAA0000-0000-5000-8000-000000000000', 'aaaa0000-0000-5000-8000-000000000000', EQUAL],
  ['RELATION', 'aaaa0000-0000-5000-8000-000000000000', null, DIFFERENT],
  [
    'ACTOR',
    { source: 'IMPORT', name: 'Ada' },
    { source: 'IMPORT', name: 'Ada', workspaceMemberId: null, context: {} },
    EQUAL,
  ],
  ['ACTOR', { source: 'IMPORT' }, { source: 'IMPORT', name: 'Key' }, 'actor-default'],
  ['RICH_TEXT', { markdown: 'a' }, { markdown: 'a', blocknote: '[]' }, 'rich-text-derived'],
  ['RAW_JSON', { b: 1, a: 2 }, { a: 2, b: 1 }, EQUAL],
  ['RAW_JSON', { a: 1 }, { a: 2 }, DIFFERENT],
];

describe('compareField', () => {
  it.each(PAIRS)('%s %j and %j: %s', (type, sent, found, verdict) => {
    const result = compareField(field('it', type), sent, found);
    expect(result.verdict === 'normalised' ? result.rule.id : result.verdict).toBe(verdict);
  });

  it('names where a difference is, without the value', () => {
    const result = compareField(
      field('emails', 'EMAILS'),
      { primaryEmail: 'a@x.example' },
      { primaryEmail: 'b@x.example' },
    );
    expect(result).toEqual({ verdict: 'different', path: 'emails.primaryEmail' });
  });

  it("explains the field's default only where nothing was sent", () => {
    const stage = field('stage', 'SELECT', { defaultValue: "'NEW'" });
    expect(compareField(stage, undefined, 'NEW')).toMatchObject({
      verdict: 'normalised',
      rule: { id: 'field-default' },
    });
    expect(compareField(stage, null, 'NEW').verdict).toBe(DIFFERENT);
    expect(compareField(stage, 'WON', 'NEW').verdict).toBe(DIFFERENT);
    expect(compareField(stage, undefined, 'WON').verdict).toBe(DIFFERENT);
  });

  it('gives every rule a sentence and a fact', () => {
    for (const rule of NORMALISATIONS)
      expect(rule).toMatchObject({
        sentence: expect.stringMatching(/^Twenty /),
        fact: expect.stringMatching(/^\d/),
      });
  });

  const types = [
    'TEXT',
    'NUMBER',
    'BOOLEAN',
    'DATE',
    'DATE_TIME',
    'CURRENCY',
    'EMAILS',
    'LINKS',
    'PHONES',
    'ADDRESS',
    'FULL_NAME',
    'SELECT',
    'ARRAY',
    'RELATION',
    'ACTOR',
    'RAW_JSON',
  ];

  it('never throws, whatever is sent and found', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.anything(), fc.anything(), (type, sent, found) => {
        const json = (value: unknown) =>
          JSON.parse(
            JSON.stringify(value ?? null, (_key, inner) =>
              typeof inner === 'bigint' ? String(inner) : inner,
            ) ?? 'null',
          );
        expect(['equal', 'normalised', 'different']).toContain(
          compareField(field('it', type), json(sent), json(found)).verdict,
        );
      }),
    );
  });

  it('finds every text equal to itself and different from another one', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        (a, b) => {
          expect(compareField(field('it', 'TEXT'), a, a).verdict).toBe(EQUAL);
          if (a !== b) expect(compareField(field('it', 'TEXT'), a, b).verdict).toBe(DIFFERENT);
        },
      ),
    );
  });

  it('compares amounts of any size exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 1000n }),
        (micros, off) => {
          const amount = (value: bigint) => ({ amountMicros: String(value), currencyCode: 'EUR' });
          expect(compareField(field('it', 'CURRENCY'), amount(micros), amount(micros)).verdict).toBe(EQUAL);
          expect(compareField(field('it', 'CURRENCY'), amount(micros), amount(micros + off)).verdict).toBe(
            DIFFERENT,
          );
        },
      ),
    );
  });
});
