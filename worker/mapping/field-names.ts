import { cut, labelOf, MAX_NAME, plainName, sentenceOf, wordsOf } from './plain-name.ts';
import { isReserved } from './reserved-names.ts';

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

export interface ChosenName {
  readonly name: string;
  /** Why it is not just the source's name in camel case; null when it is. */
  readonly why: string | null;
}

/** Behind the name of a pick-list in Postgres: `_<object>_<field>_enum`, and what Twenty adds while it changes the options. */
const ENUM_ROOM = '__enum_old_temp'.length;

/**
 * A name for a new field of the workspace, from the name of a source column, by Twenty's rules (twenty-facts 7.2): camel case of ASCII letters
 * and digits starting with a small letter, at most 63 characters with the columns of a composite or the Postgres type of a pick-list on `object`, not
 * reserved (then `…Custom`, as Twenty does itself), and none of its columns among `taken` (then `…2`, `…3`). The `cf_` of the reference export is left out.
 * Deterministic.
 */
export function chooseFieldName(
  column: string,
  type: string,
  taken: ReadonlySet<string>,
  object = '',
): ChosenName {
  const isSelect = type === 'SELECT' || type === 'MULTI_SELECT';
  const behind = isSelect
    ? object.length + ENUM_ROOM
    : Math.max(0, ...(COMPOSITE_COLUMNS[type] ?? []).map(({ length }) => length));
  const plain = plainName(withoutPrefix(column));
  const whys: string[] = [];
  const named = letterFirst(plain, whys);
  const base = cut(named, Math.max(8, MAX_NAME - behind - 'Custom99'.length));
  if (base !== named) whys.push('it is too long');
  if (isReserved(base)) whys.push('Twenty keeps the name for itself');
  const allowed = isReserved(base) ? `${base}Custom` : base;
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? allowed : `${allowed}${n}`;
    if (occupiedNames(name, type).some((one) => taken.has(one))) continue;
    if (n > 1) whys.push('the object has a field of the name');
    return { name, why: whys.length === 0 ? null : whys.join('; ') };
  }
}

function letterFirst(plain: string, whys: string[]): string {
  if (plain === '') whys.push('it has no letter or digit that a name may have');
  else if (/^[0-9]/.test(plain)) whys.push('a name begins with a letter');
  return plain === '' ? 'customField' : /^[0-9]/.test(plain) ? `field${plain}` : plain;
}

/** `chooseFieldName` for those who need no reason. */
export function fieldNameFor(
  column: string,
  type: string,
  taken: ReadonlySet<string>,
  object?: string,
): string {
  return chooseFieldName(column, type, taken, object).name;
}

/** What people read above the field: `cf_referral_partner` is `Referral partner`. At most 63 characters, never empty. */
export function fieldLabelFor(column: string): string {
  return labelOf(sentenceOf(wordsOf(withoutPrefix(column)))) || 'Custom field';
}

function withoutPrefix(column: string): string {
  return column.replace(/^\s*cf[_\s-]+/iu, '');
}
