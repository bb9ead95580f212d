import { parsePhoneNumberWithError } from 'libphonenumber-js';
import { z } from 'zod';

/** One way in which Twenty stores something else than it was sent. Facts: shared/twenty-facts.md, by section. */
export interface NormalisationRule {
  readonly id: NormalisationId;
  readonly sentence: string;
  readonly fact: string;
}

/**
 * Every way in which Twenty is known to change a value on its way in. A difference that none of these explains is a difference: nothing is
 * explained by likeness.
 */
const RULES = {
  'email-lower-case': { sentence: 'Twenty stores e-mail addresses in lower case.', fact: '1.2' },
  'url-normalised': {
    sentence:
      'Twenty writes scheme and host in lower case, the host in punycode, and drops the default port and a trailing slash.',
    fact: '1.2',
  },
  'links-promoted': {
    sentence:
      'Twenty drops links without an address and makes the first secondary link the primary one when that is empty.',
    fact: '1.2',
  },
  'phone-national-form': {
    sentence: 'Twenty splits a phone number into country, calling code and national number.',
    fact: '1.7',
  },
  'time-milliseconds': { sentence: 'Twenty keeps milliseconds and truncates what is finer.', fact: '1.4' },
  'time-utc': { sentence: 'Twenty reads a time without an offset as UTC.', fact: '1.4' },
  'date-cut': { sentence: 'Twenty keeps the date of a timestamp given for a DATE field.', fact: '7.2' },
  'micros-truncated': { sentence: 'Twenty truncates fractions of a micro-unit.', fact: '1.7' },
  'lone-surrogate': { sentence: 'Twenty stores half of a surrogate pair as U+FFFD.', fact: '1.7' },
  'single-item': { sentence: 'Twenty makes a list of a bare text given for a list field.', fact: '7.2' },
  'field-default': { sentence: "Twenty puts the field's default where nothing was sent.", fact: '7.4' },
  'actor-default': {
    sentence: 'Twenty fills in what was not sent of an author from the caller.',
    fact: '1.4',
  },
  'rich-text-derived': { sentence: 'Twenty derives the editor form of a text from its markdown.', fact: '5' },
} as const;

export type NormalisationId = keyof typeof RULES;

export function normalisation(id: NormalisationId): NormalisationRule {
  return { id, ...RULES[id] };
}

/** All rules, for reports that explain themselves. */
export const NORMALISATIONS: readonly NormalisationRule[] = Object.entries(RULES).map(([id, rule]) => ({
  id: id as NormalisationId,
  ...rule,
}));

/** The address as Twenty stores it; null when it would store it as it came. A user name in it is a loss that nothing explains. */
export function normalisedUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  // The scheme test is Twenty's: other schemes have no origin, and it refuses them.
  if (url.username !== '' || url.password !== '' || url.origin === 'null') return null;
  return (url.origin + url.pathname + url.search + url.hash).replace(/\/$/, '');
}

const phoneSchema = z.object({
  number: z.string().nullish(),
  countryCode: z.string().nullish(),
  callingCode: z.string().nullish(),
});

export type Phone = z.infer<typeof phoneSchema>;

/** A phone from either of the two spellings that Twenty has for its parts. */
export function phoneOf(value: unknown): Phone {
  const parsed = phoneSchema.safeParse(value);
  return parsed.success ? parsed.data : {};
}

/** The parts as Twenty makes them of what was sent; null when it would not take them, or drop an extension. */
export function nationalForm(phone: Phone): Required<{ [K in keyof Phone]: string }> | null {
  const { number, countryCode, callingCode } = phone;
  if (!number) return null;
  try {
    const parsed = parsePhoneNumberWithError(number, {
      ...(callingCode ? { defaultCallingCode: callingCode.replaceAll('+', '') } : {}),
      ...(countryCode ? { defaultCountry: z.custom<'US'>().parse(countryCode) } : {}),
    });
    if (parsed.ext !== undefined && parsed.ext !== '') return null;
    return {
      number: parsed.nationalNumber,
      countryCode: countryCode || parsed.country || '',
      callingCode: callingCode || `+${parsed.countryCallingCode}`,
    };
  } catch {
    return null;
  }
}
