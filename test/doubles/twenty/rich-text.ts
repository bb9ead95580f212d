import { randomUUID } from 'node:crypto';
import { invalidData } from './api-error.ts';
import { isString, type JsonObject } from './json.ts';

/**
 * Markdown is kept verbatim and BlockNote derived from it, or the other way round; both given are both stored. The
 * double derives one paragraph per line: enough to tell that a body is there, not what the editor shows.
 */
export function parseRichText(value: JsonObject, field: string): JsonObject {
  const markdown = isString(value.markdown) && value.markdown !== '' ? value.markdown : null;
  const blocknote = isString(value.blocknote) && value.blocknote !== '' ? value.blocknote : null;
  if (blocknote !== null && !isJson(blocknote))
    throw invalidData(`Invalid blocknote value for field "${field}.blocknote" - must contain valid JSON`);
  if (blocknote === null) return { markdown, blocknote: markdown === null ? null : paragraphs(markdown) };
  return { markdown: markdown ?? blocknote, blocknote };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function paragraphs(markdown: string): string {
  const blocks = markdown
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({
      id: randomUUID(),
      type: 'paragraph',
      props: { backgroundColor: 'default', textColor: 'default', textAlignment: 'left' },
      content: [{ type: 'text', text: line, styles: {} }],
      children: [],
    }));
  return JSON.stringify(blocks);
}
