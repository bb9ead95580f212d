import { snakeCase } from '../names.ts';

/** PostgreSQL and Twenty both stop at 63; a number behind must still fit. */
const LONGEST = 56;

/**
 * The key of an object in the profile: its name in lower snake case with accents off, letters and digits only, and a letter first. `taken`: keys that
 * are gone; the next free one is `<key>_2` and so on.
 */
export function keyFor(name: string, taken: ReadonlySet<string>): string {
  const ascii = snakeCase(name.normalize('NFKD').replace(/\p{M}/gu, ''))
    .replace(/[^a-z0-9_]/g, '')
    .replace(/_{2,}/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST);
  const key = ascii === '' ? 'object' : /^[a-z]/.test(ascii) ? ascii : `object_${ascii}`;
  return firstFree(key, taken);
}

/** `wanted`, or with `_2`, `_3` behind when that is gone. */
export function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? wanted : `${wanted}_${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}
