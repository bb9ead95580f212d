import type { DistinctValue, Example } from '../../mapping/documents/audit.ts';
import { valueMapKey } from '../../mapping/value-map.ts';

type At = Pick<Example, 'row' | 'sourceId'>;

interface Spelling {
  readonly parts: readonly string[];
  readonly first: At;
  rows: number;
}

interface Entry {
  rows: number;
  readonly first: At;
  /** By the text as it stands in the source. */
  readonly spellings: Map<string, Spelling>;
}

/** Spellings kept of one value; rows with others count as other spellings all the same. */
const MOST_SPELLINGS = 20;

/** Counts different values as value maps tell them apart (case and blanks aside), up to a cap. */
export class DistinctCounter {
  readonly #cap: number;
  readonly #entries = new Map<string, Entry>();
  /** True once a value was left out. */
  overflow = false;
  total = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** `raw`: the parts as they stand in the source. */
  add(parts: readonly string[], raw: readonly string[], { row, sourceId }: At): void {
    this.total += 1;
    const key = valueMapKey(parts);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#entries.size >= this.#cap) {
        this.overflow = true;
        return;
      }
      entry = { rows: 0, first: { row, sourceId }, spellings: new Map() };
      this.#entries.set(key, entry);
    }
    entry.rows += 1;
    const text = textOf(raw);
    const spelling = entry.spellings.get(text);
    if (spelling !== undefined) spelling.rows += 1;
    else if (entry.spellings.size < MOST_SPELLINGS) {
      entry.spellings.set(text, { parts: [...parts], first: { row, sourceId }, rows: 1 });
    }
  }

  /** How many there are; null when the cap hides it. */
  get size(): number | null {
    return this.overflow ? null : this.#entries.size;
  }

  /** In the order in which they were first seen, each in the spelling that is most frequent. */
  values(): DistinctValue[] {
    return [...this.#entries].map(([key, { rows, spellings }]) => {
      const parts = mostFrequent(spellings)?.parts ?? [];
      const text = textOf(parts);
      return { text, parts, key, rows, variants: [...spellings.keys()].filter((other) => other !== text) };
    });
  }

  /** The first row with the value. */
  firstOf(key: string): At {
    return this.#entries.get(key)?.first ?? { row: 0, sourceId: '' };
  }

  /** Rows whose spelling is not `canonical` (the most frequent one when it is null), and the first of them. */
  otherSpellings(key: string, canonical: string | null): { readonly rows: number; readonly first: At } {
    const entry = this.#entries.get(key);
    if (entry === undefined) return { rows: 0, first: this.firstOf(key) };
    const right = canonical === null ? mostFrequent(entry.spellings) : entry.spellings.get(canonical);
    const other = [...entry.spellings.values()].find((spelling) => spelling !== right);
    return { rows: entry.rows - (right?.rows ?? 0), first: other?.first ?? entry.first };
  }
}

/** A value as people read it; the parts of a composed one with a slash between. */
export function textOf(parts: readonly string[]): string {
  return parts.join(' / ');
}

/** The first one of those that are most frequent. */
function mostFrequent(spellings: Entry['spellings']): Spelling | undefined {
  let best: Spelling | undefined;
  for (const spelling of spellings.values())
    if (best === undefined || spelling.rows > best.rows) best = spelling;
  return best;
}
