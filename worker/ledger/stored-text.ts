/**
 * Text from the source as Postgres can store it: it refuses NUL and lone surrogates, and source ids come as they come. Each of
 * these, and the backslash, becomes `\` and four hex digits; everything else stays. One to one, so equal texts stay equal.
 */
export function toStored(text: string): string {
  if (!/[\\\0]/.test(text) && text.isWellFormed()) return text;
  return text.replace(
    /[\\\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (unit) => `\\${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The text that `toStored` was given. */
export function fromStored(stored: string): string {
  if (!stored.includes('\\')) return stored;
  return stored.replace(/\\([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
