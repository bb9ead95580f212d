import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
} from 'libphonenumber-js';
import { type ApiError, refusedWith } from './api-error.ts';
import { isObject, isString, type JsonObject, parsedJson } from './json.ts';

interface Phone {
  readonly number: string | null | undefined;
  readonly countryCode: string | null | undefined;
  readonly callingCode: string | null | undefined;
}

let callingCodes: Map<string, CountryCode[]> | undefined;

function countriesOf(callingCode: string): readonly CountryCode[] {
  if (callingCodes === undefined) {
    callingCodes = new Map();
    for (const country of getCountries()) {
      const code = `+${getCountryCallingCode(country)}`;
      callingCodes.set(code, [...(callingCodes.get(code) ?? []), country]);
    }
  }
  return callingCodes.get(callingCode.startsWith('+') ? callingCode : `+${callingCode}`) ?? [];
}

/**
 * Splits a number into national part, country and calling code and refuses what contradicts. Additional phones that are
 * not sent are cleared; primary sub-fields that are not sent stay (seen on the real server).
 */
export function parsePhones(input: JsonObject): JsonObject {
  const primary = infer({
    number: text(input.primaryPhoneNumber),
    countryCode: text(input.primaryPhoneCountryCode),
    callingCode: text(input.primaryPhoneCallingCode),
  });
  const listed = parsedJson(input.additionalPhones ?? null);
  const additional = (Array.isArray(listed) ? listed : []).filter(isObject).map((phone) => {
    const one = infer({
      number: text(phone.number),
      countryCode: text(phone.countryCode),
      callingCode: text(phone.callingCode),
    });
    return { number: one.number, callingCode: one.callingCode, countryCode: one.countryCode };
  });
  return {
    ...(primary.number === undefined ? {} : { primaryPhoneNumber: primary.number }),
    ...(primary.countryCode === undefined ? {} : { primaryPhoneCountryCode: primary.countryCode }),
    ...(primary.callingCode === undefined ? {} : { primaryPhoneCallingCode: primary.callingCode }),
    additionalPhones: additional.length === 0 ? null : additional,
  };
}

function text(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return value;
  return isString(value) ? value : String(value);
}

function infer({ number, countryCode, callingCode }: Phone): Phone {
  if (countryCode && !isSupportedCountry(countryCode))
    throw bad('INVALID_PHONE_COUNTRY_CODE', `Invalid country code ${countryCode}`);
  if (callingCode) {
    const countries = countriesOf(callingCode);
    if (countries.length === 0)
      throw bad('INVALID_PHONE_CALLING_CODE', `Invalid calling code ${callingCode}`);
    if (countryCode && !countries.some((country) => country === countryCode))
      throw bad(
        'CONFLICTING_PHONE_CALLING_CODE_AND_COUNTRY_CODE',
        'Provided country code and calling code are conflicting',
      );
  }
  if (!number)
    return {
      number: emptyToNull(number),
      countryCode: emptyToNull(countryCode),
      callingCode: emptyToNull(callingCode),
    };
  const phone = parse(number, countryCode, callingCode);
  if (phone.country && countryCode && phone.country !== countryCode)
    throw bad('CONFLICTING_PHONE_COUNTRY_CODE', 'Provided and inferred country code are conflicting');
  if (callingCode && phone.countryCallingCode !== callingCode.replaceAll('+', ''))
    throw bad('CONFLICTING_PHONE_CALLING_CODE', 'Provided and inferred calling code are conflicting');
  return {
    number: phone.nationalNumber,
    countryCode: countryCode || (phone.country ?? null),
    callingCode: callingCode || `+${phone.countryCallingCode}`,
  };
}

function parse(
  number: string,
  countryCode: string | null | undefined,
  callingCode: string | null | undefined,
) {
  try {
    return parsePhoneNumberWithError(number, {
      ...(callingCode ? { defaultCallingCode: callingCode.replaceAll('+', '') } : {}),
      ...(countryCode && isSupportedCountry(countryCode) ? { defaultCountry: countryCode } : {}),
    });
  } catch {
    throw bad('INVALID_PHONE_NUMBER', `Provided phone number is invalid ${number}`);
  }
}

function emptyToNull(value: string | null | undefined): string | null | undefined {
  return value === '' ? null : value;
}

function bad(subCode: string, message: string): ApiError {
  return refusedWith(subCode, message);
}
