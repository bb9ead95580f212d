import { bareHost } from '../../mapping/bare-host.ts';
import type { TransformedRow } from '../../mapping/compile.ts';
import type { MatchKey } from '../../mapping/mapping-schema.ts';
import { valueAt } from '../values.ts';
import type { KeyGroup } from './types.ts';

/** The key of a record under one entry of `mapping.match`; null when the record has none. Works on our values and on Twenty's. */
export function keyOf(values: Readonly<Record<string, unknown>>, match: MatchKey): string | null {
  const value = valueAt(values, match.path);
  if (typeof value !== 'string' || value === '') return null;
  return match.as === 'exact' ? value : bareHost(value);
}

interface Group {
  readonly rows: number[];
  readonly sourceIds: string[];
}

/** Collects which rows carry which key of one match entry. Memory: one short string and two numbers a row that has a key. */
export class KeyCollector {
  readonly #match: MatchKey;
  readonly #first = new Map<string, { readonly row: number; readonly sourceId: string }>();
  readonly #groups = new Map<string, Group>();

  constructor(match: MatchKey) {
    this.#match = match;
  }

  /** Takes the key of a row; rows come in row order. */
  add(key: string, { row }: Pick<TransformedRow, 'row'>): void {
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, { row: row.row, sourceId: row.sourceId });
      return;
    }
    const group = this.#groups.get(key) ?? { rows: [first.row], sourceIds: [first.sourceId] };
    group.rows.push(row.row);
    group.sourceIds.push(row.sourceId);
    this.#groups.set(key, group);
  }

  /** Keys that rows of different ids share, in the order of their first rows. */
  groups(): KeyGroup[] {
    const { path, as, unique } = this.#match;
    return [...this.#groups.values()]
      .filter(({ sourceIds }) => sourceIds.some((id) => id !== sourceIds[0]))
      .sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0))
      .map(({ rows, sourceIds }) => ({ path, as, unique, rows, sourceIds }));
  }
}
