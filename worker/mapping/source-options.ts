import type { DistinctValue } from './documents/audit.ts';
import { valueMapKey } from './value-map.ts';

/**
 * The values of a pick-list from which its options are made: those that the source defines, in its order, used or not, then those that rows use besides.
 * A value that rows use keeps their count and spelling.
 */
export function withSourceOptions(
  defined: readonly string[],
  used: readonly DistinctValue[],
): DistinctValue[] {
  const byKey = new Map(used.map((value) => [value.key, value]));
  const first = new Map<string, DistinctValue>();
  for (const text of defined) {
    const key = valueMapKey([text]);
    if (key !== '' && !first.has(key))
      first.set(
        key,
        byKey.get(key) ?? { text: text.trim(), parts: [text.trim()], key, rows: 0, variants: [] },
      );
  }
  return [...first.values(), ...used.filter(({ key }) => !first.has(key))];
}
