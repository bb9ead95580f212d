import { z } from 'zod';
import { cleanText, typedText } from './clean-text.ts';
import { date } from './date.ts';
import { readBody } from './rich-text/read-body.ts';
import { readableText } from './rich-text/readable-text.ts';
import { applyText } from './text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

const titleOptions = z.strictObject({
  /** What the record is called when nothing else names it: `Note`. */
  otherwise: z.string().min(1).optional(),
  /** As of `text`. */
  maxDistinctWordBytes: z.int().positive().optional(),
});

/** Characters of a first line that make a title; the body holds the rest. */
const LONGEST = 80;

/**
 * The title as it stands. Where there is none, Twenty shows "Untitled", which helps nobody: then the first line of the body, or what the record is and its
 * day (`Meeting 2024-03-15`). Those columns have fields of their own; this one never keeps their text.
 */
const apply: Transform = (input, options, context) => {
  const own = applyText(
    { value: input.value },
    { trim: true, maxDistinctWordBytes: options.maxDistinctWordBytes },
    context,
  );
  if (own.kind !== 'empty') return own;
  const line = firstLine(input.body, input.format);
  if (line !== '') return { kind: 'value', value: line };
  const kind = typedText(input.kind) || (typeof options.otherwise === 'string' ? options.otherwise : '');
  if (kind === '') return EMPTY;
  const day = date.apply({ value: input.when }, {}, context);
  const named = kind.charAt(0).toUpperCase() + kind.slice(1);
  return { kind: 'value', value: day.kind === 'value' ? `${named} ${String(day.value)}` : named };
};

/** TEXT that names a record. */
export const title: TransformDefinition = {
  apply,
  roles: [],
  optionalRoles: ['value', 'body', 'format', 'kind', 'when'],
  hints: ['body', 'format', 'kind', 'when'],
  optionsSchema: titleOptions,
  produces: ['TEXT'],
};

function firstLine(body: string | undefined, format: string | undefined): string {
  const cleaned = cleanText(body ?? '');
  if (cleaned.trim() === '') return '';
  const { read } = readBody(cleaned, format, undefined);
  const line = readableText(read.blocks)
    .split('\n')
    .find((text) => text.trim() !== '')
    ?.replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line ?? '');
  return characters.length <= LONGEST
    ? (line ?? '')
    : `${characters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`;
}
