import { isObject, type JsonObject } from './json.ts';

/** `{isSystem: {is: false}, objectMetadataId: {eq: …}}`, with `and` and `or`, on what /metadata shows. */
export function keepsView(filter: unknown, view: JsonObject): boolean {
  if (!isObject(filter)) return true;
  return Object.entries(filter).every(([name, value]) => {
    if (name === 'and') return Array.isArray(value) && value.every((part) => keepsView(part, view));
    if (name === 'or') return Array.isArray(value) && value.some((part) => keepsView(part, view));
    if (!isObject(value)) return true;
    const shown = view[name];
    return Object.entries(value).every(([operator, wanted]) => {
      if (operator === 'eq' || operator === 'is') return shown === wanted;
      if (operator === 'neq' || operator === 'isNot') return shown !== wanted;
      if (operator === 'in') return Array.isArray(wanted) && wanted.includes(shown);
      return Array.isArray(wanted) && !wanted.includes(shown);
    });
  });
}
