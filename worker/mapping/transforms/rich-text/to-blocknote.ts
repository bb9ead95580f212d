import type { Block, Item, Run, Table } from './document.ts';

interface InlineText {
  readonly type: 'text';
  readonly text: string;
  readonly styles: Run['styles'];
}

type Inline = InlineText | { readonly type: 'link'; readonly href: string; readonly content: InlineText[] };

/** A block as BlockNote takes it (its PartialBlock): props that are not there have their default. */
interface NoteBlock {
  readonly id: string;
  readonly type: string;
  readonly props: Readonly<Record<string, string | number | boolean>>;
  readonly content?: unknown;
  readonly children: NoteBlock[];
}

const MARKERS = { bullet: 'bulletListItem', number: 'numberedListItem', check: 'checkListItem' } as const;

/**
 * The document as the JSON of Twenty's editor (BlockNote 0.51, the schema of twenty-front). An id says where its block stands (`1.2` is the second
 * block in the first), so that one row always gives the same value.
 */
export function toBlocknote(blocks: readonly Block[]): string {
  return JSON.stringify(noteBlocks(blocks, ''));
}

function noteBlocks(blocks: readonly Block[], parent: string): NoteBlock[] {
  return blocks.map((block, index) => noteBlock(block, `${parent}${index + 1}`));
}

function noteBlock(block: Block, id: string): NoteBlock {
  const base = { id, props: {}, children: [] };
  switch (block.kind) {
    case 'paragraph':
      return { ...base, type: 'paragraph', content: inline(block.runs) };
    case 'heading':
      return { ...base, type: 'heading', props: { level: block.level }, content: inline(block.runs) };
    case 'code': {
      const content = [{ type: 'text', text: block.text, styles: {} }];
      return { ...base, type: 'codeBlock', props: { language: block.language }, content };
    }
    case 'divider':
      return { ...base, type: 'divider' };
    case 'table':
      return { ...base, type: 'table', content: tableContent(block) };
    case 'quote':
      return quote(block.blocks, id);
    case 'item':
      return item(block, id);
  }
}

/** BlockNote's quote holds lines only: its paragraphs up to the first other block are lines, the rest stands in it, indented. */
function quote(blocks: readonly Block[], id: string): NoteBlock {
  const runs: Run[] = [];
  let used = 0;
  for (const block of blocks) {
    if (block.kind !== 'paragraph') break;
    if (used > 0) runs.push({ text: '\n', styles: {} });
    runs.push(...block.runs);
    used += 1;
  }
  const children = noteBlocks(blocks.slice(used), `${id}.`);
  return { id, type: 'quote', props: {}, content: inline(runs), children };
}

function item({ marker, checked, start, blocks }: Item, id: string): NoteBlock {
  const [first, ...rest] = blocks;
  const leads = first?.kind === 'paragraph' || first?.kind === 'heading';
  return {
    id,
    type: MARKERS[marker],
    props: { ...(marker === 'check' ? { checked } : {}), ...(start === null ? {} : { start }) },
    content: leads ? inline(first.runs) : [],
    children: noteBlocks(leads ? rest : blocks, `${id}.`),
  };
}

function tableContent({ rows, header }: Table) {
  return {
    type: 'tableContent',
    columnWidths: (rows[0] ?? []).map(() => null),
    ...(header ? { headerRows: 1 } : {}),
    rows: rows.map((cells) => ({
      cells: cells.map((runs) => ({ type: 'tableCell', props: {}, content: inline(runs) })),
    })),
  };
}

function inline(runs: readonly Run[]): Inline[] {
  const out: Inline[] = [];
  for (const { text, styles, href } of runs) {
    const piece: InlineText = { type: 'text', text, styles };
    const last = out.at(-1);
    if (href === undefined) out.push(piece);
    else if (last?.type === 'link' && last.href === href) last.content.push(piece);
    else out.push({ type: 'link', href, content: [piece] });
  }
  return out;
}
