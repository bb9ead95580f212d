import { getCountries } from 'libphonenumber-js/max';

/** Spellings that neither ISO nor the English names of the runtime know, and that exports use. */
const ALIASES: readonly (readonly [string, string])[] = [
  ['usa', 'US'],
  ['u.s.', 'US'],
  ['u.s.a.', 'US'],
  ['united states of america', 'US'],
  ['uk', 'GB'],
  ['great britain', 'GB'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['wales', 'GB'],
  ['northern ireland', 'GB'],
  ['deutschland', 'DE'],
  ['österreich', 'AT'],
  ['schweiz', 'CH'],
  ['suisse', 'CH'],
  ['svizzera', 'CH'],
  ['the netherlands', 'NL'],
  ['holland', 'NL'],
  ['nederland', 'NL'],
  ['españa', 'ES'],
  ['italia', 'IT'],
  ['brasil', 'BR'],
  ['méxico', 'MX'],
  ['czech republic', 'CZ'],
  ['turkey', 'TR'],
];

let names: ReadonlyMap<string, string> | undefined;

/** ISO alpha-2 code of a country that is written as a code or as an English name; undefined when it is neither. */
export function countryCodeOf(text: string): string | undefined {
  names ??= countryNames();
  return names.get(text.toLowerCase());
}

function countryNames(): ReadonlyMap<string, string> {
  const english = new Intl.DisplayNames(['en'], { type: 'region' });
  const byName = new Map<string, string>(ALIASES);
  for (const code of getCountries()) {
    byName.set(code.toLowerCase(), code);
    byName.set((english.of(code) ?? code).toLowerCase(), code);
  }
  return byName;
}
