import fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { convertedValue, reasons, run, wildText } from './run.ts';

describe('full-name', () => {
  test.each([
    [{ first: ' Ada  Maria ', last: 'Lovelace\u0000' }, 'Ada Maria', 'Lovelace'],
    [{ last: 'Cher' }, '', 'Cher'],
    [{ full: 'Ada Maria Lovelace' }, 'Ada Maria', 'Lovelace'],
    [{ full: 'Lovelace, Ada' }, 'Ada', 'Lovelace'],
    [{ full: 'Cher' }, 'Cher', ''],
    [{ first: 'Ada', last: 'Lovelace', full: 'Lovelace, Ada' }, 'Ada', 'Lovelace'],
  ])('%j', (input, firstName, lastName) => {
    expect(convertedValue(run('full-name', input))).toEqual({ firstName, lastName });
  });

  test('keeps a full name that says something else', () => {
    expect(reasons(run('full-name', { first: 'Ada', last: 'Lovelace', full: 'Ada King' }))).toEqual([
      'NAME_DIFFERS',
    ]);
  });

  test('splits a full name without losing a letter', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zäß-]+$/), { minLength: 1 }), (words) => {
        const value = z
          .object({ firstName: z.string(), lastName: z.string() })
          .parse(convertedValue(run('full-name', { full: words.join('  ') })));
        expect(`${value.firstName} ${value.lastName}`.trim()).toBe(words.join(' '));
      }),
    );
  });
});

describe('emails', () => {
  test.each([
    [' Jane.DOE@Example.COM ', { primaryEmail: 'jane.doe@example.com', additionalEmails: [] }],
    ['mailto:jane@example.com', { primaryEmail: 'jane@example.com', additionalEmails: [] }],
    ['<jane@example.com>', { primaryEmail: 'jane@example.com', additionalEmails: [] }],
    ['a@localhost', { primaryEmail: 'a@localhost', additionalEmails: [] }],
    ['jöhn@exämple.de', { primaryEmail: 'jöhn@exämple.de', additionalEmails: [] }],
    ['\u200ba@b.de\u00a0', { primaryEmail: 'a@b.de', additionalEmails: [] }],
    ['a@b.de, c@d.de; A@B.de\nd@e.de', { primaryEmail: 'a@b.de', additionalEmails: ['c@d.de', 'd@e.de'] }],
  ])('%j', (primary, value) => {
    expect(convertedValue(run('emails', { primary }))).toEqual(value);
  });

  test('invalid ones are kept, the first valid additional one becomes primary', () => {
    expect(run('emails', { primary: 'jane at example', additional: 'A@b.de;nope;c@d.de;a@B.DE' })).toEqual({
      kind: 'value',
      value: { primaryEmail: 'a@b.de', additionalEmails: ['c@d.de'] },
      kept: [
        { role: 'primary', text: 'jane at example', why: 'INVALID_EMAIL' },
        { role: 'additional', text: 'nope', why: 'INVALID_EMAIL' },
      ],
    });
  });

  test.each([
    'Jane Doe <jane@example.com>',
    'Doe, Jane <jane@example.com>',
    'mailto:jane@example.com?subject=Hi',
  ])('the text around the address in %j is kept', (primary) => {
    const result = run('emails', { primary });
    expect(result).toMatchObject({
      value: { primaryEmail: 'jane@example.com' },
      kept: [{ text: primary, why: 'EMAIL_EXTRA_TEXT' }],
    });
  });

  test.each([
    'john doe@example.com',
    'a@b@c.de',
    'a@',
    '@b.de',
    'a@b..de',
    'a@.de',
    'a@b.de.',
    '"a"@b.de',
    `${'a'.repeat(65)}@b.de`,
    `a@${'b'.repeat(254)}`,
  ])('%j is no address', (primary) => {
    expect(run('emails', { primary })).toEqual({
      kind: 'unconvertible',
      kept: [{ role: 'primary', text: primary, why: 'INVALID_EMAIL' }],
    });
  });

  test('what comes out is lower case, unique, and by the rule of Twenty an address', () => {
    const address = fc
      .tuple(fc.string({ maxLength: 6 }), fc.domain())
      .map(([local, domain]) => `${local}@${domain}`);
    const twenty = z.email({ pattern: z.regexes.unicodeEmail }).max(255);
    const emailsSchema = z.object({ primaryEmail: z.string(), additionalEmails: z.array(z.string()) });
    fc.assert(
      fc.property(fc.array(fc.oneof(address, fc.emailAddress(), wildText)), (items) => {
        const result = run('emails', { additional: items.join(';') });
        if (result.kind !== 'value') return;
        const value = emailsSchema.parse(result.value);
        const all = [value.primaryEmail, ...value.additionalEmails];
        expect(new Set(all).size).toBe(all.length);
        for (const email of all) {
          expect(email).toBe(email.toLowerCase());
          expect(twenty.safeParse(email).success).toBe(true);
        }
        expect(convertedValue(run('emails', { additional: all.join(';') }))).toEqual(value);
      }),
    );
  });
});

describe('phones', () => {
  const phone = (primary: string, country?: string) => run('phones', { primary, country });
  const de = (number: string) => ({
    primaryPhoneNumber: number,
    primaryPhoneCountryCode: 'DE',
    primaryPhoneCallingCode: '+49',
    additionalPhones: [],
  });

  test.each([
    ['+49 30 901820', de('30901820')],
    ['030/901820', de('30901820')],
    ['0049 (0)30 90 18 20', de('30901820')],
    ['tel:+4930901820', de('30901820')],
    ['Tel.: 030 901820', de('30901820')],
    ['030 901820;', de('30901820')],
  ])('%j', (text, value) => {
    expect(convertedValue(phone(text))).toEqual(value);
  });

  test.each([
    ['(415) 555-0132', 'United States', 'US', '+1', '4155550132'],
    ['020 7946 0958', 'UK', 'GB', '+44', '2079460958'],
    ['06 12 34 56 78', 'fr', 'FR', '+33', '612345678'],
    ['+33 6 12 34 56 78', 'Atlantis', 'FR', '+33', '612345678'],
    ['+1 416-555-0123', '', 'CA', '+1', '4165550123'],
  ])('%j of %j', (text, country, countryCode, callingCode, number) => {
    expect(convertedValue(phone(text, country))).toMatchObject({
      primaryPhoneNumber: number,
      primaryPhoneCountryCode: countryCode,
      primaryPhoneCallingCode: callingCode,
    });
  });

  test('several columns and lists, each number once, invalid ones kept, the first valid one primary', () => {
    const result = run('phones', {
      mobile: '0151 23456789; 030 901820',
      primary: 'ask Bob',
      work: '+49 30 901820',
    });
    expect(result).toEqual({
      kind: 'value',
      value: {
        ...de('15123456789'),
        additionalPhones: [{ number: '30901820', countryCode: 'DE', callingCode: '+49' }],
      },
      kept: [{ role: 'primary', text: 'ask Bob', why: 'INVALID_PHONE' }],
    });
  });

  test.each(['+1 415 555 0132 ext. 12', '+1 415 555 0132 x12', '+1-415-555-0132;ext=12'])(
    'the extension of %j is kept',
    (text) => {
      const result = phone(text);
      expect(result).toMatchObject({
        value: { primaryPhoneNumber: '4155550132' },
        kept: [{ text, why: 'PHONE_EXTENSION' }],
      });
    },
  );

  test.each([
    ['123', 'INVALID_PHONE'],
    ['030 901820 ask Bob', 'INVALID_PHONE'],
    ['+999 123456', 'INVALID_PHONE'],
    ['+800 1234 5678', 'PHONE_WITHOUT_COUNTRY'],
  ])('%j is kept', (text, why) => {
    expect(phone(text)).toEqual({ kind: 'unconvertible', kept: [{ role: 'primary', text, why }] });
  });

  test('numbers of every country, however written, come out the same and are what Twenty reads', () => {
    const phonesSchema = z.object({
      primaryPhoneNumber: z.string(),
      primaryPhoneCountryCode: z.string(),
      primaryPhoneCallingCode: z.string(),
    });
    for (const country of getCountries()) {
      const example = getExampleNumber(country, examples);
      if (!example) continue;
      const value = convertedValue(phone(example.number));
      for (const text of [example.formatInternational(), example.formatNational(), example.getURI()]) {
        expect(convertedValue(phone(text, country))).toEqual(value);
      }
      const sent = phonesSchema.parse(value);
      const read = parsePhoneNumberFromString(`${sent.primaryPhoneCallingCode}${sent.primaryPhoneNumber}`);
      expect(read?.number).toBe(example.number);
      expect([undefined, sent.primaryPhoneCountryCode]).toContain(read?.country);
    }
  });
});

describe('address', () => {
  test('parts are trimmed; an address of blanks is none', () => {
    expect(
      convertedValue(
        run('address', { street: ' Hauptstr. 1\nHinterhaus ', city: 'Köln', country: 'Germany' }),
      ),
    ).toEqual({
      addressStreet1: 'Hauptstr. 1\nHinterhaus',
      addressStreet2: '',
      addressCity: 'Köln',
      addressState: '',
      addressPostcode: '',
      addressCountry: 'Germany',
    });
  });
});
