import { z } from 'zod';
import { cleanText, typedText, unconverted } from './clean-text.ts';
import { isFormatted, type RichText } from './rich-text/document.ts';
import { readHtml } from './rich-text/read-html.ts';
import { readMarkdown } from './rich-text/read-markdown.ts';
import { readText } from './rich-text/read-text.ts';
import { readableText } from './rich-text/readable-text.ts';
import { toBlocknote } from './rich-text/to-blocknote.ts';
import { toMarkdown } from './rich-text/to-markdown.ts';
import { exceeds } from './text.ts';
import type { Transform, TransformDefinition, Unconverted } from './transform.ts';
import { EMPTY } from './transform.ts';

const richTextOptions = z.strictObject({
  /**
   * What Twenty gets. `blocknote` (default): the blocks that its editor shows, exactly; the server makes the Markdown for its search from them. `markdown`:
   * Markdown, of which the server makes blocks, slower and less exactly. Never both: the server would convert both.
   */
  as: z.enum(['blocknote', 'markdown']).optional(),
  /** How a body is read whose format cell is empty, or that has none. `guess` (default): HTML when it has HTML's tags, text otherwise. */
  unnamed: z.enum(['text', 'html', 'markdown', 'guess']).optional(),
  /** Only bodies with structure; plain ones are empty. For conditions, and for fields beside one that takes every body. */
  only: z.enum(['formatted']).optional(),
  /** As of `text`: UTF-8 bytes of distinct words that the field takes (Twenty's search vector). */
  maxDistinctWordBytes: z.int().positive().optional(),
});

type Format = 'text' | 'html' | 'markdown';

const FORMATS: Readonly<Record<string, Format>> = {
  text: 'text',
  txt: 'text',
  plain: 'text',
  'plain text': 'text',
  'text/plain': 'text',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  'rich text': 'html',
  'text/html': 'html',
  markdown: 'markdown',
  md: 'markdown',
  gfm: 'markdown',
  'text/markdown': 'markdown',
};

const READERS: Readonly<Record<Format, (body: string) => RichText>> = {
  text: readText,
  html: readHtml,
  markdown: readMarkdown,
};

/** Tags that nobody types by chance: an end tag of text markup, a paragraph or a line break. */
const HTML_TAGS =
  /<\/(?:p|div|span|b|strong|i|em|u|a|ul|ol|li|table|tr|td|th|h[1-6]|blockquote|pre|font|html|body)\s*>|<(?:br|p|hr)\s*\/?>|<!doctype html/i;

const apply: Transform = (input, options) => {
  const body = cleanText(input.body ?? '');
  if (body.trim() === '') return EMPTY;
  const named = typedText(input.format).toLowerCase();
  const known = Object.hasOwn(FORMATS, named) ? FORMATS[named] : undefined;
  const read = READERS[known ?? unnamedFormat(body, options.unnamed)](body);
  if (read.blocks.length === 0) return EMPTY;
  if (options.only === 'formatted' && !isFormatted(read)) return EMPTY;
  if (exceeds(readableText(read.blocks), undefined, options.maxDistinctWordBytes))
    return { kind: 'unconvertible', kept: [unconverted('body', input.body, 'TEXT_TOO_LARGE')] };
  const kept: Unconverted[] = read.embedded.map((text) => unconverted('body', text, 'EMBEDDED_PICTURE'));
  if (named !== '' && known === undefined) kept.push(unconverted('format', input.format, 'UNKNOWN_FORMAT'));
  const value =
    options.as === 'markdown'
      ? { markdown: toMarkdown(read.blocks) }
      : { blocknote: toBlocknote(read.blocks) };
  return { kind: 'value', value, ...(kept.length > 0 ? { kept } : {}) };
};

/** RICH_TEXT from text, HTML or Markdown, as the column with the format says. */
export const richText: TransformDefinition = {
  apply,
  roles: ['body'],
  optionalRoles: ['format'],
  optionsSchema: richTextOptions,
  produces: ['RICH_TEXT'],
};

function unnamedFormat(body: string, unnamed: unknown): Format {
  if (unnamed === 'text' || unnamed === 'html' || unnamed === 'markdown') return unnamed;
  return HTML_TAGS.test(body) ? 'html' : 'text';
}
