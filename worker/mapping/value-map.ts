/** Joins the parts of a value-map key (pipeline and stage). No cleaned text contains it. */
const SEPARATOR = '\u001f';

/**
 * The form under which source values are compared in a value map: NFKC, lower case, runs of white space as one blank, trimmed. Real
 * exports spell one stage in several cases and with stray blanks (shared/visual-practice.md).
 */
export function normaliseOption(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}

/** Key of a value map for one or more parts, e.g. `[pipeline, stage]`. */
export function valueMapKey(parts: readonly string[]): string {
  return parts.map(normaliseOption).join(SEPARATOR);
}

/** The parts of a key, for people. */
export function valueMapParts(key: string): string[] {
  return key.split(SEPARATOR);
}

/** Source value (as a key) to option value; null where a person decided that it maps to nothing. */
export type ValueMap = Readonly<Record<string, string | null>>;

/**
 * Option value for a label, by Twenty's rules: upper snake case, not starting with a digit, at most 63 characters, not among
 * `taken` (twenty-facts 7.4). Letters outside ASCII are reduced where Unicode decomposes them; a label of none is `OPTION`.
 */
export function optionValueFor(label: string, taken: ReadonlySet<string>): string {
  const ascii = label
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/gu, '_')
    .replace(/^_+|_+$/gu, '');
  const named = ascii === '' ? 'OPTION' : /^[0-9]/.test(ascii) ? `OPTION_${ascii}` : ascii;
  const base = named.slice(0, 58).replace(/_+$/u, '');
  if (!taken.has(base)) return base;
  for (let n = 2; ; n += 1) {
    const candidate = `${base}_${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Option label by Twenty's rules: 1 to 63 characters, no comma (twenty-facts 7.4). The full original stays in the value map. */
export function optionLabelFor(label: string): string {
  const cleaned = label
    .replace(/[\u0000-\u001f\u007f]/gu, ' ')
    .replace(/,/gu, ' ·')
    .replace(/\s+/gu, ' ')
    .trim();
  const shortened =
    Array.from(cleaned).length > 63 ? `${Array.from(cleaned).slice(0, 62).join('')}…` : cleaned;
  return shortened === '' ? '(empty)' : shortened;
}
