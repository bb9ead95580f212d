import type { TextScan } from './text-scan.ts';

/** Where the quoted cell that opens somewhere ends. `firstLineEnd`: the first line end inside the cell, -1 when it has none. */
export type QuoteEnd =
  | { readonly kind: 'closed'; readonly at: number; readonly stray: boolean; readonly firstLineEnd: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'more' };

const NEVER: QuoteEnd = { kind: 'never' };
const MORE: QuoteEnd = { kind: 'more' };

/**
 * Finds closing quotes. A quote closes when a delimiter, a line end or the end of the file follows; a doubled quote is one of the
 * text; any other quote is a stray one and belongs to the text, unless it stands where a quoted cell would begin (after a
 * delimiter or a line end): valid CSV has none there, so the quote we are in was never closed.
 *
 * Time stays linear on hostile input: inside quotes the state at a line end is always the same, so that a second scan that
 * crosses a line end of the last one goes on where that one stopped.
 */
export class QuoteCloser {
  readonly #scan: TextScan;
  readonly #delimiter: number;
  /** The last scan over a line end: it was inside quotes from there up to `until`, and met its last stray quote at `lastStray`. */
  #last = { firstLineEnd: -1, until: -1, lastStray: -1 };

  constructor(scan: TextScan, delimiter: string) {
    this.#scan = scan;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Positions moved by `by` to the left. */
  shift(by: number): void {
    const { firstLineEnd, until, lastStray } = this.#last;
    this.#last =
      until < by
        ? { firstLineEnd: -1, until: -1, lastStray: -1 }
        : { firstLineEnd: firstLineEnd - by, until: until - by, lastStray: lastStray - by };
  }

  /** The end of the cell whose opening quote is at `open`. A cell may not reach beyond `bound`. */
  find(open: number, bound: number): QuoteEnd {
    const { text, complete } = this.#scan;
    const lineEnd = this.#scan.lineEnd(open);
    let from = open + 1;
    let firstLineEnd = -1;
    let lastStray = -1;
    for (;;) {
      let quote = this.#scan.quote(from);
      if (firstLineEnd === -1 && lineEnd < quote) {
        firstLineEnd = lineEnd;
        if (lineEnd >= this.#last.firstLineEnd && lineEnd < this.#last.until) {
          from = this.#last.until;
          quote = this.#scan.quote(from);
          if (this.#last.lastStray > lineEnd) lastStray = this.#last.lastStray;
        }
      }
      if (quote > bound) return this.#stopped({ firstLineEnd, until: from, lastStray }, NEVER);
      if (quote >= text.length)
        return complete ? this.#stopped({ firstLineEnd, until: from, lastStray }, NEVER) : MORE;
      if (quote + 1 >= text.length && !complete) return MORE;
      const after = text.charCodeAt(quote + 1);
      if (after === 34) from = quote + 2;
      else if (quote + 1 >= text.length || this.#isBoundary(after)) {
        const closed: QuoteEnd = { kind: 'closed', at: quote, stray: lastStray !== -1, firstLineEnd };
        return this.#stopped({ firstLineEnd, until: quote, lastStray }, closed);
      } else if (quote - 1 > open && this.#isBoundary(text.charCodeAt(quote - 1))) {
        return this.#stopped({ firstLineEnd, until: quote, lastStray }, NEVER);
      } else {
        lastStray = quote;
        from = quote + 1;
      }
    }
  }

  #stopped(scan: { firstLineEnd: number; until: number; lastStray: number }, result: QuoteEnd): QuoteEnd {
    if (scan.firstLineEnd !== -1) this.#last = scan;
    return result;
  }

  #isBoundary(code: number): boolean {
    return code === this.#delimiter || code === 10 || code === 13;
  }
}
