/** A JSON object, as far as anybody knows. */
export type JsonObject = Record<string, unknown>;

/** A stored record: scalars, join columns (`companyId`) and composites as objects of sub-fields; empty is null. */
export type Row = JsonObject & { readonly id: string };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** Lists and objects of the API may arrive as JSON text; anything unreadable stays what it is. */
export function parsedJson(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const a = Object.entries(left);
  if (a.length !== Object.keys(right).length) return false;
  const other = new Map<string, unknown>(Object.entries(right));
  return a.every(([key, value]) => other.has(key) && sameJson(value, other.get(key)));
}

/** PostgreSQL takes no NUL byte, in whatever text of the record. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsNul);
}
