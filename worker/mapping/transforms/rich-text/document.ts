/** Text of one look. Line breaks within a block are `\n`. */
export interface Run {
  readonly text: string;
  readonly styles: Styles;
  /** An address that Twenty takes (link-target.ts). */
  readonly href?: string;
}

export interface Styles {
  readonly bold?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly code?: true;
}

/**
 * What a body says, whatever it was written in: the part of HTML and Markdown that Twenty's editor has, and nothing that it has not. Containers nest
 * at most MAX_DEPTH deep, so that recursion over a document is safe.
 */
export type Block =
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  | { readonly kind: 'heading'; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | Item
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | Table
  | { readonly kind: 'divider' };

/** One item of a list; neighbours of one marker are a list. */
export interface Item {
  readonly kind: 'item';
  readonly marker: 'bullet' | 'number' | 'check';
  readonly checked: boolean;
  /** Number of the first item of a numbered list that does not begin at 1. */
  readonly start: number | null;
  readonly blocks: readonly Block[];
}

export interface Table {
  readonly kind: 'table';
  /** Whether the first row is a header. */
  readonly header: boolean;
  /** Rows of cells; every row has the same number of cells. */
  readonly rows: readonly (readonly (readonly Run[])[])[];
}

/** Quotes, lists and tables within one another; what is deeper is flattened, its text stays. */
export const MAX_DEPTH = 12;

export const PLAIN: Styles = {};

/** What was read from a body. */
export interface RichText {
  readonly blocks: readonly Block[];
  /** Beginnings of pictures that stand in the body itself (`data:image/png;base64`) and have no place in Twenty's text. */
  readonly embedded: readonly string[];
}

/** True when there is more than one paragraph of plain text: a list, a link, a bold word, a second paragraph. */
export function isFormatted({ blocks }: RichText): boolean {
  const [first] = blocks;
  if (blocks.length !== 1 || first?.kind !== 'paragraph') return blocks.length > 0;
  return first.runs.some(({ styles, href }) => href !== undefined || Object.keys(styles).length > 0);
}
