import { QuoteCloser } from './quote-close.ts';
import { TextScan } from './text-scan.ts';

/** What is wrong with the quotes or the size of a record. */
export type RecordTrouble = 'stray-quote' | 'unclosed-quote' | 'too-large';

/** A record as positions in the text; cells are cut out only once the record is accepted. */
export interface Draft {
  /** Start, end and whether quoted, of each cell. */
  readonly spans: readonly (readonly [start: number, end: number, quoted: boolean])[];
  /** Position after the record's line end. */
  readonly next: number;
  readonly trouble: RecordTrouble | null;
  /** The cell that the trouble began in; -1 when there is none. */
  readonly troubleAt: number;
  /** The first quoted cell that spans lines: where it opens, and its first line end. */
  readonly multiLine: { readonly open: number; readonly firstLineEnd: number } | null;
}

/**
 * Reads one record at a position. Rules where RFC 4180 is silent:
 * - a quote inside an unquoted cell is text;
 * - stray quotes inside a quoted cell are text (QuoteCloser says which);
 * - a cell that opens with a quote which never closes is read literally up to the next delimiter when its line holds another
 *   quote (`"Big" Co,x`); when not, it takes the rest of its line, the record ends there, and the trouble is `unclosed-quote`;
 * - a record of more than `limit` characters is `too-large` (or its open quote counts as never closed).
 */
export class RecordParser {
  readonly scan: TextScan;
  readonly #closer: QuoteCloser;
  readonly #limit: number;

  constructor(delimiter: string, limit: number) {
    this.scan = new TextScan(delimiter);
    this.#closer = new QuoteCloser(this.scan, delimiter);
    this.#limit = limit;
  }

  shift(from: number, more: string): void {
    this.scan.shift(from, more);
    this.#closer.shift(from);
  }

  /** The end of the line at `start` when the line holds no quote, is complete and within the limit; else -1. */
  plainLine(start: number): number {
    const end = this.scan.lineEnd(start);
    if (this.scan.mayGrowAt(end) || this.scan.quote(start) < end || end - start > this.#limit) return -1;
    return end;
  }

  /** The record at `start`, or `more` when its end is not in the text yet. Opening quotes at `distrusted` positions never close. */
  parse(start: number, distrusted: ReadonlySet<number> = NONE): Draft | 'more' {
    const { scan } = this;
    const spans: [number, number, boolean][] = [];
    let trouble: RecordTrouble | null = null;
    let troubleAt = -1;
    let multiLine: Draft['multiLine'] = null;
    let at = start;
    for (;;) {
      if (scan.text.charCodeAt(at) === 34) {
        const end = distrusted.has(at)
          ? ({ kind: 'never' } as const)
          : this.#closer.find(at, start + this.#limit);
        if (end.kind === 'more') return 'more';
        if (end.kind === 'closed') {
          if (end.firstLineEnd !== -1) multiLine ??= { open: at, firstLineEnd: end.firstLineEnd };
          if (end.stray && trouble === null) [trouble, troubleAt] = ['stray-quote', spans.length];
          spans.push([at + 1, end.at, true]);
          at = end.at + 1;
        } else {
          const lineEnd = scan.lineEnd(at);
          if (scan.mayGrowAt(lineEnd)) return this.#moreOrTooLarge(start);
          const literal = scan.quote(at + 1) < lineEnd;
          if (trouble === null || !literal) {
            [trouble, troubleAt] = [literal ? 'stray-quote' : 'unclosed-quote', spans.length];
          }
          const cellEnd = literal ? Math.min(scan.delimiter(at), lineEnd) : lineEnd;
          spans.push([at, cellEnd, false]);
          at = cellEnd;
        }
      } else {
        const end = Math.min(scan.delimiter(at), scan.lineEnd(at));
        if (scan.mayGrowAt(end)) return this.#moreOrTooLarge(start);
        spans.push([at, end, false]);
        at = end;
      }
      if (scan.mayGrowAt(at)) return this.#moreOrTooLarge(start);
      const isDelimiter = at < scan.text.length && at === scan.delimiter(at);
      if (!isDelimiter) break;
      at += 1;
      if (scan.mayGrowAt(at)) return this.#moreOrTooLarge(start);
    }
    if (at - start > this.#limit) return tooLarge(at);
    return { spans, next: scan.afterLineEnd(at), trouble, troubleAt, multiLine };
  }

  /** The texts of a draft's cells. */
  cells(draft: Draft): string[] {
    return draft.spans.map(([start, end, quoted]) => {
      const cell = this.scan.text.slice(start, end);
      return quoted && cell.includes('""') ? cell.replaceAll('""', '"') : cell;
    });
  }

  /** Whatever may still come, a record that is longer than the limit by a line end (2) stays so. */
  #moreOrTooLarge(start: number): Draft | 'more' {
    const { length } = this.scan.text;
    return length - start > this.#limit + 2 ? tooLarge(length) : 'more';
  }
}

const NONE: ReadonlySet<number> = new Set();

function tooLarge(next: number): Draft {
  return { spans: [], next, trouble: 'too-large', troubleAt: 0, multiLine: null };
}
