import type { Block, Run, Table } from './document.ts';

/** A cell as it was read. */
export interface CellDraft {
  readonly blocks: readonly Block[];
  readonly header: boolean;
  readonly colspan: number;
  readonly rowspan: number;
}

/** More columns than this no table has that people read; bounds what a `colspan` can ask for. */
const MAX_SPAN = 100;

/**
 * A table of text as a table; one that only arranges things on a page (one column, one row of blocks, tables within it: mail programs) as its contents,
 * one after the other. Cells hold lines only, so that blocks in them become lines.
 */
export function tableBlocks(drafts: readonly (readonly CellDraft[])[]): readonly Block[] {
  const rows = drafts.filter((row) => row.length > 0);
  const cells = rows.flat();
  const contents = () => cells.flatMap(({ blocks }) => blocks);
  if (cells.every(({ blocks }) => blocks.length === 0)) return [];
  const nested = cells.some(({ blocks }) => blocks.some(({ kind }) => kind === 'table'));
  const arranged = rows.length === 1 && cells.some(({ blocks }) => blocks.length > 1);
  const grid = spread(rows);
  const width = Math.max(...grid.map((row) => row.length));
  // Rows of very different lengths would be filled up to much more than there is.
  if (nested || arranged || width === 1 || width * grid.length > 4 * cells.length + 10_000) return contents();
  const filled = grid.map((row) => [...row, ...Array.from({ length: width - row.length }, (): Run[] => [])]);
  const header = rows.length > 1 && (rows[0] ?? []).every((cell) => cell.header);
  const table: Table = { kind: 'table', header, rows: filled };
  return [table];
}

/** Cells that span several columns or rows leave empty ones behind. */
function spread(rows: readonly (readonly CellDraft[])[]): (readonly Run[])[][] {
  /** Rows still covered from above, by column. */
  let covered: number[] = [];
  return rows.map((cells) => {
    const row: (readonly Run[])[] = [];
    const next: number[] = [];
    const skip = () => {
      while ((covered[row.length] ?? 0) > 0) {
        next[row.length] = (covered[row.length] ?? 0) - 1;
        row.push([]);
      }
    };
    for (const { blocks, colspan, rowspan } of cells) {
      skip();
      for (let n = 0; n < Math.min(Math.max(colspan, 1), MAX_SPAN); n += 1) {
        next[row.length] = Math.min(Math.max(rowspan, 1), MAX_SPAN) - 1;
        row.push(n === 0 ? lines(blocks, '') : []);
      }
    }
    skip();
    covered = next;
    return row;
  });
}

function lines(blocks: readonly Block[], indent: string): Run[] {
  const out: Run[] = [];
  let number = 0;
  for (const block of blocks) {
    number = block.kind === 'item' && block.marker === 'number' ? (block.start ?? number + 1) : 0;
    const own = lineOf(block, indent, number);
    if (own.length > 0 && out.length > 0) out.push({ text: '\n', styles: {} });
    out.push(...own);
  }
  return out;
}

function lineOf(block: Block, indent: string, number: number): readonly Run[] {
  if (block.kind === 'paragraph' || block.kind === 'heading') return block.runs;
  if (block.kind === 'code') return [{ text: block.text, styles: {} }];
  if (block.kind === 'quote') return lines(block.blocks, indent);
  if (block.kind === 'table')
    return joined(
      block.rows.map((cells) => joined(cells, '\t')),
      '\n',
    );
  if (block.kind !== 'item') return [];
  const mark = { bullet: '•', number: `${number}.`, check: block.checked ? '☑' : '☐' }[block.marker];
  return [{ text: `${indent}${mark} `, styles: {} }, ...lines(block.blocks, `${indent}  `)];
}

function joined(parts: readonly (readonly Run[])[], separator: string): Run[] {
  return parts.flatMap((runs, index) => (index === 0 ? runs : [{ text: separator, styles: {} }, ...runs]));
}
