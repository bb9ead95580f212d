import type { TransformOptions, TransformResult } from '../../../../worker/mapping/transforms/transform.ts';
import type { SeenBlock } from '../../../fixtures/blocknote-outline.ts';
import { run } from './run.ts';

export function convert(body: string, format?: string, options: TransformOptions = {}): TransformResult {
  return run('rich-text', { body, ...(format === undefined ? {} : { format }) }, {}, options);
}

export function blocksOf(body: string, format?: string, options: TransformOptions = {}): SeenBlock[] {
  const result = convert(body, format, options);
  if (result.kind === 'empty') return [];
  if (result.kind !== 'value') throw new Error(`not converted: ${result.kind}`);
  return JSON.parse(String(Reflect.get(Object(result.value), 'blocknote')));
}

export function markdownOf(body: string, format?: string): string {
  const result = convert(body, format, { as: 'markdown' });
  if (result.kind !== 'value') throw new Error(`not converted: ${result.kind}`);
  return String(Reflect.get(Object(result.value), 'markdown'));
}

/** All text that the blocks show, without white space. */
export function inkOf(blocks: readonly SeenBlock[]): string {
  const own = (content: unknown): string => {
    if (Array.isArray(content))
      return content
        .map((piece) => Reflect.get(Object(piece), 'text') ?? own(Reflect.get(Object(piece), 'content')))
        .join('');
    const rows: unknown = Reflect.get(Object(content), 'rows');
    if (!Array.isArray(rows)) return '';
    return rows
      .flatMap((row) => Reflect.get(Object(row), 'cells'))
      .map((cell) => own(Reflect.get(Object(cell), 'content')))
      .join('');
  };
  return ink(blocks.map(({ content, children }) => own(content) + inkOf(children)).join(''));
}

export function ink(text: string): string {
  return text.replace(/\s+/gu, '');
}
