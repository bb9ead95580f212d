import type { TransformedRow } from '../../mapping/compile.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import type { Unconvertible } from './types.ts';

/** Examples that a count carries at most. */
export const MAX_EXAMPLES = 20;

interface Count {
  readonly column: string;
  readonly why: Unconvertible['why'];
  rows: number;
  lastRow: number;
  readonly examples: { readonly row: number; readonly sourceId: string }[];
}

/** Counts the texts that did not convert, by column and reason; a row counts once for each. */
export class UnconvertedCounter {
  readonly #counts = new Map<string, Count>();

  add({ row, kept }: TransformedRow): void {
    for (const { column, why } of kept) {
      const key = `${column}/${why}`;
      const count = this.#counts.get(key) ?? { column, why, rows: 0, lastRow: 0, examples: [] };
      this.#counts.set(key, count);
      if (count.lastRow === row.row) continue;
      count.lastRow = row.row;
      count.rows += 1;
      if (count.examples.length < MAX_EXAMPLES) count.examples.push({ row: row.row, sourceId: row.sourceId });
    }
  }

  /** In the order in which they were first met. */
  counts(mapping: RecordMapping): Unconvertible[] {
    return [...this.#counts.values()].map(({ column, why, rows, examples }) => {
      const readers = mapping.fields.filter(({ from }) => Object.values(from).includes(column));
      return { column, field: readers.length === 1 ? (readers[0]?.to ?? null) : null, why, rows, examples };
    });
  }
}
