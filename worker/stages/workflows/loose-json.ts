/** An object of JSON whose keys nobody promised. */
export type Bag = Readonly<Record<string, unknown>>;

export function bagOf(value: unknown): Bag | null {
  return isBag(value) ? value : null;
}

function isBag(value: unknown): value is Bag {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * What stands where one or several objects may: a list, one object, a word that is only its type (`"email"`), or objects by name, each of which says what it
 * is. Other values are none.
 */
export function bagsOf(value: unknown): Bag[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [{ type: value }];
  if (Array.isArray(value)) return value.flatMap(bagsOf);
  if (!isBag(value)) return [];
  const members = Object.values(value);
  const isByName = members.length > 0 && members.every(isBag);
  return isByName ? members.filter(isBag) : [value];
}

/** The first of the keys that holds a text, a number or a boolean. */
export function firstText(bag: Bag, keys: readonly string[]): string {
  for (const key of keys) {
    const value = Object.hasOwn(bag, key) ? bag[key] : undefined;
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return '';
}
