import type { Block, Run } from './document.ts';

/** What a person reads in the blocks: their text, one block a line, cells with a tab between them. */
export function readableText(blocks: readonly Block[]): string {
  const lines: string[] = [];
  for (const block of blocks) {
    if (block.kind === 'quote' || block.kind === 'item') lines.push(readableText(block.blocks));
    if (block.kind === 'code') lines.push(block.text);
    if (block.kind === 'paragraph' || block.kind === 'heading') lines.push(textOf(block.runs));
    if (block.kind === 'table') lines.push(...block.rows.map((row) => row.map(textOf).join('\t')));
  }
  return lines.join('\n');
}

export function textOf(runs: readonly Run[]): string {
  return runs.map(({ text }) => text).join('');
}
