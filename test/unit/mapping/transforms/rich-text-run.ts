import type { TransformOptions, TransformResult } from '../../../../worker/mapping/transforms/transform.ts';
import { run } from './run.ts';

/** A block as Twenty's editor gets it. */
export interface SeenBlock {
  readonly id: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
  readonly children: readonly SeenBlock[];
}

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

/** `paragraph: text`, children behind it in brackets; a link is `text <address>`, a look `{bold}text`. Cells between `|`. */
export function outline(blocks: readonly SeenBlock[]): string[] {
  return blocks.map((block) => {
    const children = block.children.length === 0 ? '' : ` [${outline(block.children).join('; ')}]`;
    const props = Object.entries(block.props).map(([name, value]) => ` ${name}=${String(value)}`);
    return `${block.type}${props.join('')}: ${contentOf(block.content)}${children}`;
  });
}

function contentOf(content: unknown): string {
  if (Array.isArray(content)) return content.map(inlineOf).join('');
  const rows: unknown = Reflect.get(Object(content), 'rows');
  if (!Array.isArray(rows)) return '';
  return rows
    .map((row) => {
      const cells: unknown[] = Reflect.get(Object(row), 'cells') ?? [];
      return `|${cells.map((cell) => contentOf(Reflect.get(Object(cell), 'content'))).join('|')}|`;
    })
    .join(' ');
}

function inlineOf(piece: unknown): string {
  const { text, styles, href, content } = Object(piece);
  if (href !== undefined) return `${contentOf(content)} <${href}>`;
  const looks = Object.keys(Object(styles));
  return looks.length === 0 ? text : `{${looks.join(' ')}}${text}`;
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
