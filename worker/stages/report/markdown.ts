/** Text from data inside Markdown: nothing in it is markup, and it stays in its line or table cell. */
export function md(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&')
    .trim();
}

/** Inline code; a backtick inside is replaced, because Markdown cannot escape it there. */
export function code(text: string): string {
  return `\`${text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .replaceAll('`', 'ˋ')
    .replaceAll('|', '\\|')
    .trim()}\``;
}

/** A table; cells are Markdown already. Empty text for no rows. `right`: columns of numbers. */
export function mdTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = heads.map((_, at) => (right.includes(at) ? '---:' : '---'));
  return [line(heads), line(rule), ...rows.map(line)].join('\n');
}

/** A heading with what stands under it; nothing when there is nothing. */
export function section(heading: string, parts: readonly (string | null)[]): string | null {
  const filled = parts.filter((part): part is string => part !== null && part !== '');
  return filled.length === 0 ? null : [heading, ...filled].join('\n\n');
}
