import { type Draft, RecordParser, type RecordTrouble } from './record-parser.ts';

/** One record of a CSV text: cells unquoted, nothing else done to them. */
export interface CsvRecord {
  readonly cells: readonly string[];
  readonly trouble: RecordTrouble | null;
  /** The cell that the trouble began in; cells right of it are not to be trusted. -1 when there is none. */
  readonly troubleAt: number;
  /** Characters of the text that the record stands for, its line end and lines swallowed in recovery included. */
  readonly chars: number;
}

/** Cells of several megabytes are real; beyond this a record is taken for damage. Bounds the memory of reading. */
export const LARGEST_RECORD = 16 * 1024 * 1024;

/**
 * Cuts CSV text, pushed in pieces of any size, into records. The records tile the text: their `chars` add up to its length, and
 * every record but the last ends at a line end. Where the pieces are cut never matters.
 *
 * The first record with anything in it is the header and gives the width. A quote that never closes must not swallow what follows: the row it
 * opens in ends with its line, and reading goes on at the next line where a record of the header's width begins; lines up to there
 * are counted to the broken row. A record of another width with a quoted cell over several lines is such a row too, when the line
 * after the opening quote's begins a record of the header's width.
 */
export class RecordSplitter {
  readonly #parser: RecordParser;
  readonly #delimiter: string;
  readonly #limit: number;
  #at = 0;
  #waiting = '';
  #width: number | null = null;
  /** The row with the unclosed quote (or of excessive size) that still takes lines. */
  #broken: BrokenRow | null = null;

  constructor(delimiter: string, limit: number = LARGEST_RECORD) {
    this.#parser = new RecordParser(delimiter, limit);
    this.#delimiter = delimiter;
    this.#limit = limit;
  }

  /** Records that are complete with this piece. */
  push(piece: string): CsvRecord[] {
    this.#waiting += piece;
    const { text } = this.#parser.scan;
    // Waiting until the text at hand doubles keeps the work on one huge record linear.
    if (this.#waiting.length < text.length - this.#at) return [];
    return this.#split();
  }

  /** The rest, once no more text comes. */
  end(): CsvRecord[] {
    this.#parser.scan.complete = true;
    const records = this.#split();
    if (this.#broken) records.push(this.#broken.record);
    this.#broken = null;
    return records;
  }

  #split(): CsvRecord[] {
    this.#parser.shift(this.#at, this.#waiting);
    this.#at = 0;
    this.#waiting = '';
    const records: CsvRecord[] = [];
    const { scan } = this.#parser;
    while (this.#at < scan.text.length) {
      if (this.#broken) {
        if (!this.#takeLines(this.#broken, records)) break;
        continue;
      }
      const record = this.#plain() ?? this.#quoted();
      if (record === 'more') break;
      if (record === 'broken') continue;
      this.#width ??= isBlank(record) ? null : record.cells.length;
      records.push(record);
    }
    return records;
  }

  #plain(): CsvRecord | null {
    const start = this.#at;
    const end = this.#parser.plainLine(start);
    if (end === -1) return null;
    this.#at = this.#parser.scan.afterLineEnd(end);
    const cells = this.#parser.scan.text.slice(start, end).split(this.#delimiter);
    return { cells, trouble: null, troubleAt: -1, chars: this.#at - start };
  }

  #quoted(): CsvRecord | 'more' | 'broken' {
    const start = this.#at;
    const draft = this.#draft(start);
    if (draft === 'more') return 'more';
    if (draft.trouble === 'too-large') return this.#oversized(start);
    this.#at = draft.next;
    const { trouble, troubleAt, next } = draft;
    const record = { cells: this.#parser.cells(draft), trouble, troubleAt, chars: next - start };
    if (trouble !== 'unclosed-quote' || this.#width === null) return record;
    this.#broken = { record, until: 'plausible-row', inLine: false };
    return 'broken';
  }

  /** The record at `start`, its multi-line quotes held against the width of the header. */
  #draft(start: number): Draft | 'more' {
    const distrusted = new Set<number>();
    for (;;) {
      const draft = this.#parser.parse(start, distrusted);
      if (draft === 'more' || this.#width === null || draft.multiLine === null) return draft;
      if (draft.spans.length === this.#width) return draft;
      const plausible = this.#isRow(this.#parser.scan.afterLineEnd(draft.multiLine.firstLineEnd));
      if (plausible === 'more') return 'more';
      if (!plausible) return draft;
      distrusted.add(draft.multiLine.open);
    }
  }

  #isRow(at: number): boolean | 'more' {
    const draft = this.#parser.parse(at);
    if (draft === 'more') return 'more';
    return draft.trouble === null && draft.spans.length === this.#width;
  }

  /** A record beyond the limit keeps the cells of its first characters, for its id, and takes the text up to the next line end. */
  #oversized(start: number): 'broken' {
    const head = this.#parser.scan.text.slice(start, start + Math.min(this.#limit, 1024));
    const cells = head.includes('"') || /[\r\n]/.test(head) ? [] : head.split(this.#delimiter).slice(0, -1);
    this.#at = Math.min(start + this.#limit, this.#parser.scan.text.length);
    const record: CsvRecord = {
      cells,
      trouble: 'too-large',
      troubleAt: cells.length,
      chars: this.#at - start,
    };
    this.#broken = { record, until: 'line-end', inLine: true };
    return 'broken';
  }

  /** Gives the broken row its next line or piece of one, or ends it. False when more text is needed. */
  #takeLines(broken: BrokenRow, records: CsvRecord[]): boolean {
    const { scan } = this.#parser;
    if (!broken.inLine) {
      const isRow = this.#isRow(this.#at);
      if (isRow === 'more') return false;
      if (isRow) return this.#endBroken(broken.record, records);
    }
    const end = scan.lineEnd(this.#at);
    const lineIsWhole = !scan.mayGrowAt(end);
    // A line without an end in sight is taken piece by piece, so that it need not be held.
    const next = lineIsWhole ? scan.afterLineEnd(end) : end;
    const record = { ...broken.record, chars: broken.record.chars + next - this.#at };
    this.#at = next;
    if (lineIsWhole && broken.until === 'line-end') return this.#endBroken(record, records);
    this.#broken = { ...broken, record, inLine: !lineIsWhole };
    return lineIsWhole;
  }

  #endBroken(record: CsvRecord, records: CsvRecord[]): true {
    this.#width ??= record.cells.length;
    this.#broken = null;
    records.push(record);
    return true;
  }
}

interface BrokenRow {
  readonly record: CsvRecord;
  readonly until: 'plausible-row' | 'line-end';
  /** The position is within a line, so that no row can begin here. */
  readonly inLine: boolean;
}

/** A line with nothing but white space in its only cell. Such lines are not rows. */
export function isBlank(record: CsvRecord): boolean {
  return record.trouble === null && record.cells.length === 1 && record.cells[0]?.trim() === '';
}
