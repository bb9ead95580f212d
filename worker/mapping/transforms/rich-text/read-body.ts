import { typedText } from '../clean-text.ts';
import type { RichText } from './document.ts';
import { readHtml } from './read-html.ts';
import { readMarkdown } from './read-markdown.ts';
import { readText } from './read-text.ts';

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

/**
 * Reads a body as the cell with its format says. With an empty cell, `unnamed` decides; `guess`, or nothing, is HTML when the body has HTML's tags and text
 * otherwise (Markdown is never guessed: most text would pass as it). So is a format that nobody knows.
 */
export function readBody(
  body: string,
  format: string | undefined,
  unnamed: unknown,
): { readonly read: RichText; readonly formatUnknown: boolean } {
  const named = typedText(format).toLowerCase();
  const known = Object.hasOwn(FORMATS, named) ? FORMATS[named] : undefined;
  const asked = unnamed === 'text' || unnamed === 'html' || unnamed === 'markdown' ? unnamed : undefined;
  const guess = HTML_TAGS.test(body) ? 'html' : 'text';
  const use = known ?? (named === '' ? asked : undefined) ?? guess;
  return { read: READERS[use](body), formatUnknown: named !== '' && known === undefined };
}
