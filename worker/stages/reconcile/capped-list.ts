import type { CappedList } from '../../mapping/documents/reconciliation.ts';

/** Items a report lists at most; all are counted. */
const LISTED = 1000;

/** A list that keeps counting when it is full, so that memory stays flat over any number of records. */
export class CappedCollector<Item> {
  private count = 0;
  private readonly items: Item[] = [];
  private readonly cap: number;

  constructor(cap = LISTED) {
    this.cap = cap;
  }

  add(item: Item): void {
    this.count += 1;
    if (this.items.length < this.cap) this.items.push(item);
  }

  list(): CappedList<Item> {
    return { total: this.count, listed: this.items };
  }
}

/** Counts by key. */
export class Tally<Key extends string> {
  private readonly counts = new Map<Key, number>();

  add(key: Key, n = 1): void {
    if (n !== 0) this.counts.set(key, (this.counts.get(key) ?? 0) + n);
  }

  of(key: Key): number {
    return this.counts.get(key) ?? 0;
  }

  total(): number {
    return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
  }

  entries(): [Key, number][] {
    return [...this.counts];
  }

  record(): Partial<Record<Key, number>> {
    const record: Partial<Record<Key, number>> = {};
    for (const [key, n] of [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1))) record[key] = n;
    return record;
  }
}
