/** True for what Twenty stores as nothing: null, '', empty lists, and composites of only such (a country alone is a value). */
export function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object') return Object.values(value).every(isEmptyValue);
  return false;
}

/** The value at a dotted path of a record; undefined where the path leads nowhere. */
export function valueAt(record: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = record;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** A copy of the record without the value at the path (composites are copied on the way). */
export function withoutPath(
  record: Readonly<Record<string, unknown>>,
  path: string,
): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.');
  const { [head]: inner, ...others } = record;
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) return others;
  return { ...others, [head]: withoutPath({ ...inner }, rest.join('.')) };
}
