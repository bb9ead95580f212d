import { cleanText } from '../clean-text.ts';
import { type Block, MAX_DEPTH, PLAIN, type Run, type Styles } from './document.ts';
import { type CellDraft, tableBlocks } from './table.ts';

/** How text is taken at a place of the source. */
export interface Look {
  readonly styles: Styles;
  readonly href: string | null;
  /** `wrap`: runs of white space are one blank. `keep`: white space stays. `code`: it stays, and what has no look of its own is a code block. */
  readonly space: 'wrap' | 'keep' | 'code';
  readonly language: string;
  readonly heading: number | null;
}

interface ItemDraft {
  readonly kind: 'item';
  readonly blocks: Block[];
  marker: 'bullet' | 'number' | 'check';
  checked: boolean;
  readonly start: number | null;
}

type Container =
  | { readonly kind: 'root' | 'quote'; readonly blocks: Block[] }
  | ItemDraft
  | { readonly kind: 'table'; readonly blocks: Block[]; readonly rows: CellDraft[][] }
  | {
      readonly kind: 'cell';
      readonly blocks: Block[];
      readonly header: boolean;
      readonly colspan: number;
      readonly rowspan: number;
    };

/** A run whose text is still growing; joined once, because a body may be long. */
interface Draft {
  readonly pieces: string[];
  readonly styles: Styles;
  readonly href: string | null;
}

/** Makes blocks of what a reader meets, in order. Every open container is closed by the reader; deeper ones than MAX_DEPTH are not opened. */
export class DocumentBuilder {
  private readonly root: Block[] = [];
  private readonly containers: Container[] = [{ kind: 'root', blocks: this.root }];
  private readonly items = new WeakMap<Block, ItemDraft>();
  private runs: Draft[] = [];
  private look: Look | null = null;
  /** What the line ends with so far; a blank at the end waits for more text. */
  private end: 'start' | 'break' | 'text' = 'start';
  private blank = false;

  /** The blocks, once everything is closed. */
  blocks(): readonly Block[] {
    this.endLine();
    return this.root;
  }

  text(raw: string, look: Look): void {
    const cleaned = cleanText(raw).replace(/\r\n?/g, '\n');
    if (look.space === 'wrap') this.wrap(cleaned.replace(/[ \t\n\f]+/g, ' '), look);
    else if (cleaned !== '') this.append(cleaned, look);
  }

  /** A line break; a second one in a row ends the paragraph. */
  lineBreak(look: Look): void {
    if (look.space !== 'wrap') this.append('\n', look);
    else if (this.end === 'text') {
      this.blank = false;
      this.append('\n', look);
    } else this.endLine();
  }

  /** Ends the paragraph, heading or code that is being written. */
  endLine(): void {
    const { look } = this;
    const runs = look === null ? [] : trimmed(this.runs.map(finished));
    this.runs = [];
    this.look = null;
    this.end = 'start';
    this.blank = false;
    if (look === null || runs.length === 0) return;
    const plain = runs.every(({ href, styles }) => href === undefined && sameStyles(styles, {}));
    if (look.space === 'code' && plain)
      this.push({ kind: 'code', language: look.language, text: runs.map(({ text }) => text).join('') });
    else if (look.heading !== null) this.push({ kind: 'heading', level: look.heading, runs });
    else this.push({ kind: 'paragraph', runs });
  }

  divider(): void {
    this.endLine();
    this.push({ kind: 'divider' });
  }

  /** The item whose first line is still to be written; it can become a check item. */
  freshItem(): ItemDraft | null {
    const here = this.here();
    return here.kind === 'item' && here.blocks.length === 0 && this.runs.length === 0 ? here : null;
  }

  openQuote(): boolean {
    return this.open({ kind: 'quote', blocks: [] });
  }

  openItem(marker: 'bullet' | 'number' | 'check', start: number | null): boolean {
    return this.open({ kind: 'item', blocks: [], marker, checked: false, start });
  }

  /** A list within a list but in none of its items belongs to the item before it. */
  reopenLastItem(): boolean {
    this.endLine();
    const last = this.here().blocks.at(-1);
    const item = last === undefined ? undefined : this.items.get(last);
    if (item === undefined || !this.open(item)) return false;
    this.containers.at(-2)?.blocks.pop();
    return true;
  }

  openTable(): boolean {
    return this.open({ kind: 'table', blocks: [], rows: [] });
  }

  row(): void {
    this.endLine();
    const here = this.here();
    if (here.kind === 'table') here.rows.push([]);
  }

  openCell(header: boolean, colspan: number, rowspan: number): boolean {
    this.endLine();
    return this.here().kind === 'table' && this.open({ kind: 'cell', blocks: [], header, colspan, rowspan });
  }

  close(): void {
    this.endLine();
    if (this.containers.length === 1) return;
    const closed = this.containers.pop();
    if (closed === undefined) return;
    if (closed.kind === 'quote' && closed.blocks.length > 0)
      this.push({ kind: 'quote', blocks: closed.blocks });
    if (closed.kind === 'item' && closed.blocks.length > 0) {
      this.push(closed);
      this.items.set(closed, closed);
    }
    if (closed.kind === 'table') this.push(...closed.blocks, ...tableBlocks(closed.rows));
    const table = this.here();
    if (closed.kind !== 'cell' || table.kind !== 'table') return;
    if (table.rows.length === 0) table.rows.push([]);
    table.rows.at(-1)?.push(closed);
  }

  private open(container: Container): boolean {
    this.endLine();
    if (this.containers.length > MAX_DEPTH) return false;
    this.containers.push(container);
    return true;
  }

  private here(): Container {
    return this.containers.at(-1) ?? { kind: 'root', blocks: this.root };
  }

  private push(...blocks: readonly Block[]): void {
    const here = this.here().blocks;
    for (const block of blocks) here.push(block);
  }

  private wrap(text: string, look: Look): void {
    const core = text.replace(/^ | $/g, '');
    const blank = this.blank || text.startsWith(' ');
    if (core === '') {
      this.blank = this.end === 'text' && blank;
      return;
    }
    this.blank = this.end === 'text' && blank;
    this.append(core, look);
    this.blank = text.endsWith(' ');
  }

  private append(text: string, look: Look): void {
    if (this.runs.length === 0) this.look = look;
    if (this.blank) this.addBlank(look);
    this.draft(look.styles, look.href).pieces.push(text);
    this.blank = false;
    this.end = text.endsWith('\n') ? 'break' : 'text';
  }

  /** The blank between two looks belongs to neither, so that no link or underline is longer than its words. */
  private addBlank(look: Look): void {
    const last = this.runs.at(-1);
    const same = last !== undefined && last.href === look.href && sameStyles(last.styles, look.styles);
    if (same) last.pieces.push(' ');
    else this.draft(PLAIN, null).pieces.push(' ');
  }

  /** The run that text of this look goes on. */
  private draft(styles: Styles, href: string | null): Draft {
    const last = this.runs.at(-1);
    if (last !== undefined && last.href === href && sameStyles(last.styles, styles)) return last;
    const draft: Draft = { pieces: [], styles, href };
    this.runs.push(draft);
    return draft;
  }
}

function finished({ pieces, styles, href }: Draft): Run {
  return { text: pieces.join(''), styles, ...(href === null ? {} : { href }) };
}

function sameStyles(a: Styles, b: Styles): boolean {
  return (
    a.bold === b.bold &&
    a.italic === b.italic &&
    a.underline === b.underline &&
    a.strike === b.strike &&
    a.code === b.code
  );
}

/** Without line breaks at the beginning and white space at the end; the indentation of a first line stays. */
function trimmed(runs: readonly Run[]): Run[] {
  if (runs.every(({ text }) => text.trim() === '')) return [];
  const out = runs.map((run) => ({ ...run }));
  for (const run of out) {
    run.text = run.text.replace(/^\n+/, '');
    if (run.text !== '') break;
  }
  for (const run of out.toReversed()) {
    run.text = withoutEnd(run.text);
    if (run.text !== '') break;
  }
  return out.filter(({ text }) => text !== '');
}

/** A pattern for white space at the end would try every blank of a long text. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\n\f'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
