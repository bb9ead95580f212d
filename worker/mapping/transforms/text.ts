import { z } from 'zod';
import { cleanText, unconverted } from './clean-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

const textOptions = z.strictObject({
  /** Trim white space at both ends. */
  trim: z.boolean().optional(),
  /** UTF-8 bytes that the field takes, e.g. 2700 on a unique column. */
  maxBytes: z.int().positive().optional(),
  /**
   * UTF-8 bytes of distinct words that the field takes. For fields in Twenty's search vector: a few hundred thousand words that differ
   * are refused, a megabyte of one word is not (twenty-facts 1.7).
   */
  maxDistinctWordBytes: z.int().positive().optional(),
});

export const applyText: Transform = (input, options) => {
  const cleaned = cleanText(input.value ?? '');
  const value = options.trim === true ? cleaned.trim() : cleaned;
  if (value.trim() === '') return EMPTY;
  if (exceeds(value, options.maxBytes, options.maxDistinctWordBytes)) {
    return { kind: 'unconvertible', kept: [unconverted('value', input.value, 'TEXT_TOO_LARGE')] };
  }
  return { kind: 'value', value };
};

/** Text as it is, cleaned of what Postgres refuses. Never truncated: above a limit it is unconvertible. */
export const text: TransformDefinition = {
  apply: applyText,
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: textOptions,
  produces: ['TEXT'],
};

/** The raw text of a column, cleaned; for lasting fields that show what the source said. */
export const sourceText: TransformDefinition = {
  apply: (input, _options, context) => applyText(input, {}, context),
  roles: ['value'],
  optionalRoles: [],
  optionsSchema: z.strictObject({}),
  produces: ['TEXT'],
};

/** True when a text is larger than a field takes: in bytes, or in bytes of distinct words. */
export function exceeds(value: string, maxBytes: unknown, maxDistinctWordBytes: unknown): boolean {
  if (typeof maxBytes === 'number' && Buffer.byteLength(value) > maxBytes) return true;
  if (typeof maxDistinctWordBytes !== 'number' || Buffer.byteLength(value) <= maxDistinctWordBytes)
    return false;
  let bytes = 0;
  for (const word of new Set(value.toLowerCase().split(/\s+/u))) bytes += Buffer.byteLength(word);
  return bytes > maxDistinctWordBytes;
}
