import { isObject, type Row } from './json.ts';
import type { UniqueKey } from './object-shape.ts';

/** The rows of one object with its unique indexes; soft-deleted rows are in it and occupy their values. */
export class Table {
  readonly rows = new Map<string, Row>();
  readonly #indexes = new Map<string, Map<unknown, string>>();
  /** Who points where, per join column; built when first asked for, kept from then on. */
  readonly #references = new Map<string, Map<unknown, Set<string>>>();
  /** Ids in order; of removed rows too, until there are many of those. */
  #ordered: string[] | null = null;
  #gone = 0;
  #places: { first: number; last: number } | null = { first: 1, last: 0 };

  /** The unique value of a row, or null: an empty one is never in the way. */
  static keyOf(row: Row, key: UniqueKey): unknown {
    const value = row[key.field];
    if (key.sub === null) return value ?? null;
    return isObject(value) ? (value[key.sub] ?? null) : null;
  }

  idByKey(key: UniqueKey, value: unknown): string | undefined {
    return this.#indexes.get(key.field)?.get(value);
  }

  /** Ids of the rows whose join column holds `id`. */
  referring(column: string, id: unknown): Iterable<string> {
    let index = this.#references.get(column);
    if (index === undefined) {
      index = new Map();
      this.#references.set(column, index);
      for (const row of this.rows.values()) refer(index, row[column], row.id);
    }
    return index.get(id) ?? [];
  }

  forgetColumn(column: string): void {
    this.#references.delete(column);
    this.#indexes.delete(column);
  }

  insert(row: Row, uniques: readonly UniqueKey[]): void {
    this.rows.set(row.id, row);
    for (const key of uniques) this.#index(key, row);
    for (const [column, index] of this.#references) refer(index, row[column], row.id);
    if (this.#ordered !== null) this.#ordered = appended(this.#ordered, row.id);
    this.#notePosition(row.position);
  }

  replace(before: Row, after: Row, uniques: readonly UniqueKey[]): void {
    for (const key of uniques) {
      const old = Table.keyOf(before, key);
      if (old === Table.keyOf(after, key)) continue;
      if (old !== null) this.#indexes.get(key.field)?.delete(old);
      this.#index(key, after);
    }
    for (const [column, index] of this.#references) {
      if (before[column] === after[column]) continue;
      index.get(before[column])?.delete(before.id);
      refer(index, after[column], after.id);
    }
    this.rows.set(after.id, after);
    this.#notePosition(after.position);
  }

  remove(row: Row, uniques: readonly UniqueKey[]): void {
    this.rows.delete(row.id);
    for (const key of uniques) {
      const value = Table.keyOf(row, key);
      if (value !== null) this.#indexes.get(key.field)?.delete(value);
    }
    for (const [column, index] of this.#references) index.get(row[column])?.delete(row.id);
    this.#gone += 1;
    this.#places = null;
  }

  /** Builds the index of a key that is new; false when two rows share a value, and then there is none. */
  addUnique(key: UniqueKey): boolean {
    const index = new Map<unknown, string>();
    for (const row of this.rows.values()) {
      const value = Table.keyOf(row, key);
      if (value === null) continue;
      if (index.has(value)) return false;
      index.set(value, row.id);
    }
    this.#indexes.set(key.field, index);
    return true;
  }

  dropUnique(field: string): void {
    this.#indexes.delete(field);
  }

  /** Ids in the order of the default paging, some of them of rows that are gone. */
  ids(): readonly string[] {
    if (this.#ordered === null) this.#ordered = [...this.rows.keys()].sort();
    else if (this.#gone > this.rows.size) this.#ordered = this.#ordered.filter((id) => this.rows.has(id));
    else return this.#ordered;
    this.#gone = 0;
    return this.#ordered;
  }

  /** Where a record goes that says nothing: before all others, one by one. */
  firstPosition(): number {
    return this.#extremes().first - 1;
  }

  lastPosition(): number {
    return this.#extremes().last + 1;
  }

  #index(key: UniqueKey, row: Row): void {
    const value = Table.keyOf(row, key);
    if (value === null) return;
    let index = this.#indexes.get(key.field);
    if (index === undefined) {
      index = new Map();
      this.#indexes.set(key.field, index);
    }
    index.set(value, row.id);
  }

  #notePosition(position: unknown): void {
    if (typeof position !== 'number' || this.#places === null) return;
    if (position < this.#places.first) this.#places.first = position;
    if (position > this.#places.last) this.#places.last = position;
  }

  #extremes(): { first: number; last: number } {
    if (this.#places === null) {
      this.#places = { first: 1, last: 0 };
      for (const row of this.rows.values()) this.#notePosition(row.position);
    }
    return this.#places;
  }
}

function refer(index: Map<unknown, Set<string>>, target: unknown, id: string): void {
  if (target === null || target === undefined) return;
  const known = index.get(target);
  if (known === undefined) index.set(target, new Set([id]));
  else known.add(id);
}

/** Keeps the order where the new id is the greatest, which spares a sort; anything else sorts again. */
function appended(ids: string[], id: string): string[] | null {
  const last = ids.at(-1);
  if (last !== undefined && last >= id) return null;
  ids.push(id);
  return ids;
}
