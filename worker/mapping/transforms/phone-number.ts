import type { CountryCode } from 'libphonenumber-js/max';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString as parseAsTwenty } from 'libphonenumber-js/min';

/** A number as Twenty's PHONES takes it: national digits, ISO country, calling code with `+`. */
export interface PhoneNumber {
  readonly number: string;
  readonly countryCode: string;
  readonly callingCode: string;
  readonly hasExtension: boolean;
}

export type PhoneReading = PhoneNumber | 'INVALID_PHONE' | 'PHONE_WITHOUT_COUNTRY';

/**
 * Reads one phone number. Without `+` (or the international `00`) it is a number of `country`. Valid means a range that is in use
 * (libphonenumber's full metadata), nothing but a number in the text, and that Twenty, which parses again with the small metadata, arrives
 * at the same three parts instead of refusing them as conflicting.
 */
export function readPhone(text: string, country: string): PhoneReading {
  const bare = text.replace(/^(?:tel|phone|fon)\s*[:.]+\s*/iu, '');
  const parsed =
    parse(bare, country) ?? (bare.startsWith('00') ? parse(`+${bare.slice(2)}`, country) : undefined);
  if (parsed === undefined) return 'INVALID_PHONE';
  if (parsed.country === undefined) return 'PHONE_WITHOUT_COUNTRY';
  const countryCode = countryThatTwentyTakes(
    parsed.nationalNumber,
    parsed.country,
    parsed.countryCallingCode,
  );
  if (countryCode === undefined) return 'INVALID_PHONE';
  return {
    number: parsed.nationalNumber,
    countryCode,
    callingCode: `+${parsed.countryCallingCode}`,
    hasExtension: parsed.ext !== undefined,
  };
}

function parse(text: string, country: string) {
  const options = isSupportedCountry(country)
    ? { defaultCountry: country, extract: false }
    : { extract: false };
  const parsed = parsePhoneNumberFromString(text, options);
  return parsed?.isValid() ? parsed : undefined;
}

/** Twenty infers a country of its own for calling codes that several share; its own inference it must accept. */
function countryThatTwentyTakes(
  number: string,
  country: CountryCode,
  callingCode: string,
): CountryCode | undefined {
  const read = parseAsTwenty(number, { defaultCountry: country, defaultCallingCode: callingCode });
  if (read?.nationalNumber !== number || read.countryCallingCode !== callingCode) return undefined;
  if (read.country === undefined || read.country === country) return country;
  const again = parseAsTwenty(number, { defaultCountry: read.country, defaultCallingCode: callingCode });
  return again?.nationalNumber === number && again.country === read.country ? read.country : undefined;
}
