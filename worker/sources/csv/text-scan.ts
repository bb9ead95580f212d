/**
 * The text that the record splitter holds, and the look-ups it makes in it. Each remembers its last answer, so that a file without
 * carriage returns or quotes is not searched for one again at every row.
 */
export class TextScan {
  text = '';
  /** True once no more text will come: the end of `text` is then the end of the file. */
  complete = false;
  readonly #lf = new Memo('\n');
  readonly #cr = new Memo('\r');
  readonly #quote = new Memo('"');
  readonly #delimiter: Memo;

  constructor(delimiter: string) {
    this.#delimiter = new Memo(delimiter);
  }

  /** Drops everything before `from` and appends `more`. Positions handed out before are void. */
  shift(from: number, more: string): void {
    this.text = from === 0 ? this.text + more : this.text.slice(from) + more;
    for (const memo of [this.#lf, this.#cr, this.#quote, this.#delimiter]) memo.forget();
  }

  /** Position of the first line end (LF, CR or CRLF) at or after `from`; the length of the text when none. */
  lineEnd(from: number): number {
    return Math.min(this.#lf.find(this.text, from), this.#cr.find(this.text, from));
  }

  quote(from: number): number {
    return this.#quote.find(this.text, from);
  }

  delimiter(from: number): number {
    return this.#delimiter.find(this.text, from);
  }

  /** Position after the line end that starts at `at`. */
  afterLineEnd(at: number): number {
    const isCrLf = this.text.charCodeAt(at) === 13 && this.text.charCodeAt(at + 1) === 10;
    return Math.min(isCrLf ? at + 2 : at + 1, this.text.length);
  }

  /** True when more text could change what stands at `at`: nothing is there yet, or a CR that may become a CRLF. */
  mayGrowAt(at: number): boolean {
    if (this.complete) return false;
    return at >= this.text.length || (at === this.text.length - 1 && this.text.charCodeAt(at) === 13);
  }
}

/** Answers the same question again without looking, as long as the answer still lies ahead. */
class Memo {
  readonly #needle: string;
  #from = 0;
  #at = -1;

  constructor(needle: string) {
    this.#needle = needle;
  }

  forget(): void {
    this.#at = -1;
  }

  find(text: string, from: number): number {
    if (this.#at >= from && this.#from <= from) return this.#at;
    const at = text.indexOf(this.#needle, from);
    this.#from = from;
    this.#at = at === -1 ? text.length : at;
    return this.#at;
  }
}
