/** Longest name and longest label that Twenty takes, in UTF-16 units; Postgres cuts column names at the same length. */
export const MAX_NAME = 63;

/**
 * Camel case of ASCII letters and digits: `Größe (cm)` is `grosseCm`. Letters outside ASCII are reduced where Unicode decomposes them; '' when nothing is
 * left. May begin with a digit.
 */
export function plainName(text: string): string {
  return wordsOf(text)
    .flatMap((word) => ascii(word).split(/[^A-Za-z0-9]+/))
    .filter((word) => word !== '')
    .map((word, n) =>
      n === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('');
}

/** The words of a name in any spelling: snake, kebab, camel, or words. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
}

/** Words with a capital in front; words all in capitals stay. '' when there is none. */
export function sentenceOf(words: readonly string[]): string {
  const text = words.map((word) => (/^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word)).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A label as Twenty takes it: one line without control characters, at most 63 UTF-16 units, the last one `…` when it was cut. May be ''. */
export function labelOf(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length <= MAX_NAME ? line : `${cut(line, MAX_NAME - 1).trim()}…`;
}

/** The longest beginning within so many UTF-16 units that splits no character. */
export function cut(text: string, units: number): string {
  let out = '';
  for (const character of text) {
    if (out.length + character.length > units) break;
    out += character;
  }
  return out;
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

/** The word without marks; letters outside ASCII that are more than a marked letter stay. */
export function ascii(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæøœłđþð]/giu, (letter) => PLAIN[letter.toLowerCase()] ?? '');
}
