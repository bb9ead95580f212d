import { z } from 'zod';
import { cleanText, unconverted } from './clean-text.ts';
import { isFormatted } from './rich-text/document.ts';
import { readBody } from './rich-text/read-body.ts';
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

const apply: Transform = (input, options) => {
  const body = cleanText(input.body ?? '');
  if (body.trim() === '') return EMPTY;
  const { read, formatUnknown } = readBody(body, input.format, options.unnamed);
  if (read.blocks.length === 0) return EMPTY;
  if (options.only === 'formatted' && !isFormatted(read)) return EMPTY;
  if (exceeds(readableText(read.blocks), undefined, options.maxDistinctWordBytes))
    return { kind: 'unconvertible', kept: [unconverted('body', input.body, 'TEXT_TOO_LARGE')] };
  const kept: Unconverted[] = read.embedded.map((text) => unconverted('body', text, 'EMBEDDED_PICTURE'));
  if (formatUnknown) kept.push(unconverted('format', input.format, 'UNKNOWN_FORMAT'));
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
  hints: ['format'],
  optionsSchema: richTextOptions,
  produces: ['RICH_TEXT'],
};
