import { z } from 'zod';
import { typedText, unconverted } from './clean-text.ts';
import { countryCodeOf } from './country.ts';
import { splitList } from './list.ts';
import type { PhoneNumber, PhoneReading } from './phone-number.ts';
import { readPhone } from './phone-number.ts';
import type { Transform, TransformContext, TransformDefinition, Unconverted } from './transform.ts';
import { EMPTY } from './transform.ts';

/** Order of the roles is the order of the numbers, whatever the order in the mapping. */
const ROLES = ['primary', 'mobile', 'work', 'home', 'fax', 'other', 'additional'];

/**
 * The first valid number is the primary one, the others are additional, each once. `country` (a code or an English name) is a hint for
 * numbers without calling code; the profile's default country stands in. A cell may hold a list. An extension is kept, because Twenty drops it.
 */
const apply: Transform = (input, _options, context) => {
  const country = countryCodeOf(typedText(input.country)) ?? context.defaultCountry;
  const numbers = new Map<string, PhoneNumber>();
  const kept: Unconverted[] = [];
  for (const role of ROLES) {
    for (const { item, phone } of itemsOf(input[role] ?? '', country, context)) {
      if (typeof phone === 'string') {
        kept.push(unconverted(role, item, phone));
        continue;
      }
      const key = phone.callingCode + phone.number;
      if (!numbers.has(key)) numbers.set(key, phone);
      if (phone.hasExtension) kept.push(unconverted(role, item, 'PHONE_EXTENSION'));
    }
  }
  const [primary, ...additional] = numbers.values();
  if (primary === undefined) return kept.length === 0 ? EMPTY : { kind: 'unconvertible', kept };
  const value = {
    primaryPhoneNumber: primary.number,
    primaryPhoneCountryCode: primary.countryCode,
    primaryPhoneCallingCode: primary.callingCode,
    additionalPhones: additional.map(({ number, countryCode, callingCode }) => ({
      number,
      countryCode,
      callingCode,
    })),
  };
  return { kind: 'value', value, ...(kept.length > 0 ? { kept } : {}) };
};

/** PHONES from several columns. */
export const phones: TransformDefinition = {
  apply,
  roles: [],
  optionalRoles: [...ROLES, 'country'],
  optionsSchema: z.strictObject({}),
  produces: ['PHONES'],
};

/** One number may contain the list separator (`;ext=12`), so a cell is a list only when it is no number as a whole. */
function itemsOf(
  cell: string,
  country: string,
  context: TransformContext,
): { item: string; phone: PhoneReading }[] {
  const whole = typedText(cell);
  if (whole === '') return [];
  const phone = readPhone(whole, country);
  const items = typeof phone === 'string' ? splitList(cell, [context.listSeparator, '\n', '\r']) : [cell];
  if (items[0] === cell) return [{ item: cell, phone }];
  return items
    .filter((item) => typedText(item) !== '')
    .map((item) => ({ item, phone: readPhone(typedText(item), country) }));
}
