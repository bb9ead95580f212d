/** As much of a Twenty object as naming needs; a `TargetObject` is one. */
export interface NamedFields {
  readonly fields: ReadonlyMap<
    string,
    {
      readonly name: string;
      readonly type: string;
      readonly isCustom: boolean;
      readonly relation: { readonly joinColumn: string | null } | null;
    }
  >;
}

/** Longest name and longest label that Twenty takes; Postgres cuts column names at the same length. */
export const MAX_NAME = 63;

/** Names that Twenty keeps for itself (twenty-facts 7.2), singular; the plural of each is reserved too. */
const RESERVED_SINGULAR = [
  'address agentActor aggregate appToken approvedAccessDomain billingCustomer billingEntitlement billingMeter billingProduct billingSubscription',
  'billingSubscriptionItem currency event featureFlag field fullName index job keyValuePair link object pageLayout pageLayoutTab',
  'pageLayoutWidget plan postgresCredential relation role search twoFactorMethod type user userWorkspace userWorkspaceRole workspace',
]
  .join(' ')
  .split(' ');

const RESERVED: ReadonlySet<string> = new Set(
  RESERVED_SINGULAR.flatMap((name) => [
    name,
    /(?:s|ch|x)$/.test(name) ? `${name}es` : `${name}s`,
    name.replace(/y$/, 'ies'),
  ]).map((name) => name.toLowerCase()),
);

/** Columns that a composite field takes beside its own name: `cur` as CURRENCY is `curAmountMicros` and `curCurrencyCode`. */
const COMPOSITE_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  CURRENCY: ['AmountMicros', 'CurrencyCode'],
  EMAILS: ['PrimaryEmail', 'AdditionalEmails'],
  PHONES: ['PrimaryPhoneNumber', 'PrimaryPhoneCountryCode', 'PrimaryPhoneCallingCode', 'AdditionalPhones'],
  LINKS: ['PrimaryLinkUrl', 'PrimaryLinkLabel', 'SecondaryLinks'],
  ADDRESS: ['Street1', 'Street2', 'City', 'State', 'Postcode', 'Country', 'Lat', 'Lng'].map(
    (part) => `Address${part}`,
  ),
  FULL_NAME: ['FirstName', 'LastName'],
  ACTOR: ['Source', 'Name', 'WorkspaceMemberId', 'Context'],
  RICH_TEXT: ['Blocknote', 'Markdown'],
};

/** Every name that a field occupies on its object: its own, its columns, its join column. Lower case: a name that differs in case only confuses people. */
export function occupiedNames(name: string, type: string, joinColumn: string | null = null): string[] {
  const columns = (COMPOSITE_COLUMNS[type] ?? []).map((suffix) => name + suffix);
  const join = type === 'RELATION' ? [joinColumn ?? `${name}Id`] : [];
  return [name, ...columns, ...join].map((one) => one.toLowerCase());
}

/** All names that the fields of an object occupy. */
export function occupiedByObject(object: NamedFields): Set<string> {
  return new Set(
    [...object.fields.values()].flatMap(({ name, type, relation }) =>
      occupiedNames(name, type, relation?.joinColumn ?? null),
    ),
  );
}

/**
 * A name for a new field of the workspace, from the name of a source column, by Twenty's rules (twenty-facts 7.2): camel case of ASCII letters
 * and digits starting with a small letter, at most 63 characters with the columns of a composite, not reserved (then `…Custom`, as Twenty does
 * itself), and none of its columns among `taken` (then `…2`, `…3`). The `cf_` of the reference export is left out. Deterministic.
 */
export function fieldNameFor(column: string, type: string, taken: ReadonlySet<string>): string {
  const longest = Math.max(0, ...(COMPOSITE_COLUMNS[type] ?? []).map(({ length }) => length));
  const room = MAX_NAME - longest - 'Custom99'.length;
  const base = camelCase(column).slice(0, room);
  const allowed = RESERVED.has(base.toLowerCase()) ? `${base}Custom` : base;
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? allowed : `${allowed}${n}`;
    if (occupiedNames(candidate, type).every((name) => !taken.has(name))) return candidate;
  }
}

/** What people read above the field: `cf_referral_partner` is `Referral partner`. At most 63 characters, never empty. */
export function fieldLabelFor(column: string): string {
  const words = wordsOf(column).map((word) => (/^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word));
  const text = [...words.join(' ')].slice(0, MAX_NAME).join('').trim();
  return text === '' ? 'Custom field' : text.charAt(0).toUpperCase() + text.slice(1);
}

function camelCase(column: string): string {
  const words = wordsOf(column).flatMap((word) =>
    ascii(word)
      .split(/[^A-Za-z0-9]+/)
      .filter(Boolean),
  );
  const joined = words
    .map((word, n) =>
      n === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('');
  if (joined === '') return 'customField';
  return /^[0-9]/.test(joined) ? `field${joined}` : joined;
}

function wordsOf(column: string): string[] {
  return column
    .replace(/^\s*cf[_\s-]+/iu, '')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
}

/** Letters that Unicode does not decompose, as they are written without them. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ð: 'd',
};

function ascii(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæøœłđþð]/giu, (letter) => PLAIN[letter.toLowerCase()] ?? '');
}
