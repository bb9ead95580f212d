import type { SourceProfile } from './source-profile.ts';

/** The name of a value detector, as profiles list them. */
export type SensitiveValueKind = SourceProfile['sensitiveValues'][number];

/** Longer texts are never an identifier; saves the detectors the work. */
const LONGEST_IDENTIFIER = 48;

/** Digits of a value written with spaces or hyphens between them, or null when anything else stands there. */
function digitsOf(value: string): string | null {
  return /^\d[\d -]*\d$/.test(value) ? value.replace(/[ -]/g, '') : null;
}

/** ISO/IEC 7812-1 check digit (Luhn). `digits` holds digits only. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Modulus 11 check digit of the NHS number (NHS Data Dictionary): weights 10 to 2, a check of 10 is never issued. */
function passesNhsCheck(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += (digits.charCodeAt(i) - 48) * (10 - i);
  const check = (11 - (sum % 11)) % 11;
  return check !== 10 && check === digits.charCodeAt(9) - 48;
}

/** ISO 13616 check: first four characters moved to the end, letters as 10 to 35, remainder of 97 is 1. */
function passesIbanCheck(iban: string): boolean {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

const ALL_EQUAL = /^(\d)\1*$/;

/**
 * Whether one trimmed value has the form and the check digit of its kind. Kinds without a check digit ask for the written form, so that
 * plain numbers are not taken for them: `us-ssn` wants its hyphens, `icd-10` a dot after the third character, or exactly three.
 */
const DETECTORS: Readonly<Record<SensitiveValueKind, (value: string) => boolean>> = {
  'us-ssn': (value) => /^(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}$/.test(value),
  'ca-sin': (value) => {
    const digits = digitsOf(value);
    return digits !== null && digits.length === 9 && !/^[08]/.test(digits) && passesLuhn(digits);
  },
  'uk-nhs': (value) => {
    const digits = digitsOf(value);
    return digits !== null && digits.length === 10 && !ALL_EQUAL.test(digits) && passesNhsCheck(digits);
  },
  'payment-card': (value) => {
    const digits = digitsOf(value);
    return digits !== null && /^[2-6]\d{12,18}$/.test(digits) && passesLuhn(digits);
  },
  iban: (value) => {
    const iban = value.replace(/ /g, '').toUpperCase();
    return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban) && passesIbanCheck(iban);
  },
  'icd-10': (value) => /^[A-TV-Z]\d[0-9AB](\.[0-9A-Z]{1,4})?$/.test(value),
};

/** What the kind is called in a reason; never the value. */
export const SENSITIVE_VALUE_REASONS: Readonly<Record<SensitiveValueKind, string>> = {
  'us-ssn': 'Most values look like US social security numbers',
  'ca-sin': 'Most values look like Canadian social insurance numbers',
  'uk-nhs': 'Most values look like NHS numbers',
  'payment-card': 'Most values look like payment card numbers',
  iban: 'Most values look like bank account numbers (IBAN)',
  'icd-10': 'Most values look like ICD-10 diagnosis codes',
};

/** True when `value` looks like an identifier of that kind. */
export function looksSensitive(kind: SensitiveValueKind, value: string): boolean {
  if (value.length > LONGEST_IDENTIFIER) return false;
  const trimmed = value.trim();
  return trimmed !== '' && DETECTORS[kind](trimmed);
}

/** Counts over the values of one column; says which kind more than half of the non-empty ones are of. */
export class SensitiveValueCount {
  #seen = 0;
  readonly #hits: Map<SensitiveValueKind, number>;

  constructor(kinds: readonly SensitiveValueKind[]) {
    this.#hits = new Map(kinds.map((kind) => [kind, 0]));
  }

  add(value: string): void {
    if (value === '' || value.trim() === '') return;
    this.#seen += 1;
    if (value.length > LONGEST_IDENTIFIER) return;
    for (const [kind, hits] of this.#hits) if (looksSensitive(kind, value)) this.#hits.set(kind, hits + 1);
  }

  /** The kind that most values are of, or null. */
  verdict(): SensitiveValueKind | null {
    let best: SensitiveValueKind | null = null;
    let most = this.#seen / 2;
    for (const [kind, hits] of this.#hits) {
      if (hits > most) {
        best = kind;
        most = hits;
      }
    }
    return best;
  }
}
