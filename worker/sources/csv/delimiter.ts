import { isBlank, RecordSplitter } from './record-splitter.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * The delimiter of a CSV text, from its head (some ten thousand characters). `recognise` says how many of a header's cells the profile
 * knows: the most known names win, then the most records of the header's own width, then the widest header. `,` when nothing tells.
 */
export function sniffDelimiter(head: string, recognise: (header: readonly string[]) => number): string {
  let best = { delimiter: ',', score: [0, 0, 0] };
  for (const delimiter of DELIMITERS) {
    const splitter = new RecordSplitter(delimiter);
    const records = [...splitter.push(head), ...splitter.end()].filter((record) => !isBlank(record));
    const header = records[0];
    if (!header) continue;
    const width = header.cells.length;
    // The last record may be cut by the head's end.
    const even =
      width === 1 ? 0 : records.slice(1, -1).filter((record) => record.cells.length === width).length;
    const score = [recognise(header.cells), even, width];
    if (isGreater(score, best.score)) best = { delimiter, score };
  }
  return best.delimiter;
}

function isGreater(a: readonly number[], b: readonly number[]): boolean {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? 0;
    if (value !== other) return value > other;
  }
  return false;
}
