import { isEmptyValue } from '../../engine/values.ts';
import type { TargetField, TargetFilter, TargetObject, TargetRecords } from '../../twenty/target.ts';

/** Parts of a composite that a person can fill; one of them is set in every value that says something. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  EMAILS: ['primaryEmail'],
  LINKS: ['primaryLinkUrl'],
  PHONES: ['primaryPhoneNumber'],
  CURRENCY: ['amountMicros'],
  FULL_NAME: ['firstName', 'lastName'],
  ADDRESS: [
    'addressStreet1',
    'addressStreet2',
    'addressCity',
    'addressState',
    'addressPostcode',
    'addressCountry',
  ],
  RICH_TEXT: ['markdown'],
  ACTOR: ['name'],
};

/**
 * By field name the id of a record, live or in the trash, that holds a value in the field; fields that nobody uses are not in it. What is the field's default
 * everywhere is no value. All fields are asked for together: every call costs a token of the rate limit.
 */
export async function findInUse(
  records: Pick<TargetRecords, 'scan'>,
  object: TargetObject,
  fields: readonly TargetField[],
): Promise<Map<string, string>> {
  const users = new Map<string, string>();
  let asked = fields.filter(({ relation }) => relation === null || relation.joinColumn !== null);
  while (asked.length > 0) {
    const found = await firstUsers(records, object, asked);
    if (found.size === 0) break;
    for (const [name, id] of found) users.set(name, id);
    // What is known to be used is asked no more, so that the rows that use it are not all read.
    asked = asked.filter(({ name }) => !found.has(name));
  }
  return users;
}

/** Of the first page of records that use any of the fields. */
async function firstUsers(
  records: Pick<TargetRecords, 'scan'>,
  object: TargetObject,
  fields: readonly TargetField[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const rows of records.scan(object.nameSingular, {
    fields: fields.map(({ name }) => name),
    filter: { or: fields.map((field) => holdsValue(field)) },
    trash: 'with',
  })) {
    for (const field of fields) {
      const key = keyOf(field);
      const holder = rows.find((row) => !isEmptyValue(row[key]) && !isDefault(field, row[key]));
      if (holder !== undefined) found.set(field.name, holder.id);
    }
    if (found.size > 0) break;
  }
  return found;
}

function keyOf({ name, relation }: TargetField): string {
  return relation?.joinColumn ?? name;
}

function holdsValue(field: TargetField): TargetFilter {
  const key = keyOf(field);
  const parts = PARTS[field.type];
  if (parts === undefined) return { [key]: { is: 'NOT_NULL' } };
  const set = parts.map((part) => ({ [key]: { [part]: { is: 'NOT_NULL' } } }));
  return set.length === 1 && set[0] !== undefined ? set[0] : { or: set };
}

/** A boolean is false by default in every record that nobody touched. */
function isDefault(field: TargetField, value: unknown): boolean {
  if (field.defaultValue === null || field.defaultValue === undefined) return false;
  return value === field.defaultValue || `'${String(value)}'` === field.defaultValue;
}

/** Of these options, the ones that a record has, live or in the trash. */
export async function usedOptions(
  records: Pick<TargetRecords, 'scan'>,
  object: TargetObject,
  field: TargetField,
  values: readonly string[],
): Promise<Set<string>> {
  const used = new Set<string>();
  if (values.length === 0) return used;
  const operator = field.type === 'MULTI_SELECT' ? 'containsAny' : 'in';
  const filter = { [field.name]: { [operator]: values } };
  for await (const rows of records.scan(object.nameSingular, {
    fields: [field.name],
    filter,
    trash: 'with',
  })) {
    for (const row of rows) {
      const there = row[field.name];
      for (const value of Array.isArray(there) ? there : [there])
        if (typeof value === 'string' && values.includes(value)) used.add(value);
    }
    if (used.size === values.length) break;
  }
  return used;
}
