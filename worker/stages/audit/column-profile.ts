import type { SourceRow } from '../../domain/record.ts';
import type { ColumnType } from '../../domain/source-profile.ts';
import type { ColumnAudit, DistinctValue } from '../../mapping/documents/audit.ts';
import type { ColumnEvidence, Reading, ValueKind } from '../../mapping/infer-type.ts';
import { columnTypeOf, dominantType, hasLeadingZero, inferType, kindsOf } from '../../mapping/infer-type.ts';
import { oneLine } from '../../mapping/transforms/clean-text.ts';
import { isAmbiguousDate } from '../../mapping/transforms/date-text.ts';
import { splitList } from '../../mapping/transforms/list.ts';
import { normaliseOption } from '../../mapping/value-map.ts';
import { DistinctCounter } from './distinct-counter.ts';

/** Different values counted at most. Longer texts are no keys and count as too many. */
const CAP = 1000;
const LONGEST_KEY = 200;
/** Pick-lists end far below. */
const OPTION_CAP = 200;

export interface ProfiledColumn {
  readonly column: string;
  readonly kind: 'declared' | 'custom';
  readonly declaredType: ColumnType | null;
  readonly mappedTo: string | null;
}

/** What the values of one column show, from one pass over them. Memory bounded by the caps. */
export class ColumnProfile {
  readonly column: ProfiledColumn;
  readonly #reading: Reading;
  readonly #kinds: Record<ValueKind, number>;
  readonly #distinct = new Set<string>();
  /** Only for columns that nothing maps: they may become pick-lists. */
  readonly #values: DistinctCounter | null;
  readonly #items: DistinctCounter | null;
  #overflow = false;
  #filled = 0;
  #leadingZeros = 0;
  #ambiguousDates = 0;
  #multiLine = 0;
  #lists = 0;
  #longest = 0;
  #longestItem = 0;

  constructor(column: ProfiledColumn, reading: Reading) {
    this.column = column;
    this.#reading = reading;
    this.#kinds = {
      boolean: 0,
      integer: 0,
      decimal: 0,
      money: 0,
      date: 0,
      datetime: 0,
      email: 0,
      url: 0,
      phone: 0,
    };
    const unmapped = column.mappedTo === null;
    this.#values = unmapped ? new DistinctCounter(OPTION_CAP) : null;
    this.#items = unmapped ? new DistinctCounter(OPTION_CAP) : null;
  }

  add(cell: string, at: Pick<SourceRow, 'row' | 'sourceId'>): void {
    const text = cell.trim();
    if (text === '') return;
    this.#filled += 1;
    this.#longest = Math.max(this.#longest, text.length);
    for (const kind of kindsOf(text, this.#reading)) this.#kinds[kind] += 1;
    if (hasLeadingZero(text)) this.#leadingZeros += 1;
    if (text.length < 40 && isAmbiguousDate(text)) this.#ambiguousDates += 1;
    this.#countDistinct(text);
    if (this.#values === null || this.#items === null) return;
    if (/[\r\n]/.test(text)) this.#multiLine += 1;
    if (text.length > LONGEST_KEY * 10) {
      this.#values.overflow = true;
      return;
    }
    this.#values.add([oneLine(text)], [text], at);
    const items = splitList(text, [this.#reading.listSeparator]).map(oneLine);
    if (items.length > 1) this.#lists += 1;
    for (const item of items) {
      this.#items.add([item], [item], at);
      this.#longestItem = Math.max(this.#longestItem, item.length);
    }
  }

  #countDistinct(text: string): void {
    if (this.#overflow) return;
    if (text.length > LONGEST_KEY) this.#overflow = true;
    else this.#distinct.add(normaliseOption(text));
    if (this.#distinct.size > CAP) this.#overflow = true;
    if (this.#overflow) this.#distinct.clear();
  }

  result(): ColumnAudit {
    const evidence = this.#evidence();
    const { type, fits } = dominantType(evidence);
    return {
      ...this.column,
      filled: this.#filled,
      seenType: columnTypeOf(type),
      share: this.#filled === 0 ? 1 : fits / this.#filled,
      distinct: this.#overflow ? null : this.#distinct.size,
      maxLength: this.#longest,
      ...(this.column.mappedTo === null ? { evidence } : {}),
    };
  }

  /** The options that the column would have as a pick-list; null when it is none. */
  options(): DistinctValue[] | null {
    const { type } = inferType(this.#evidence());
    if (type === 'option') return this.#values?.values() ?? null;
    return type === 'option-list' ? (this.#items?.values() ?? null) : null;
  }

  get filled(): number {
    return this.#filled;
  }

  /** Of a mapped column only the profile knows that it is a pick-list: names of cities repeat too. */
  #declaredOptions(): number | null {
    return this.column.declaredType === 'option' && !this.#overflow ? this.#distinct.size : null;
  }

  #evidence(): ColumnEvidence {
    return {
      filled: this.#filled,
      kinds: { ...this.#kinds },
      leadingZeros: this.#leadingZeros,
      ambiguousDates: this.#ambiguousDates,
      multiLine: this.#multiLine,
      lists: this.#lists,
      values: this.#values === null ? this.#declaredOptions() : this.#values.size,
      items: this.#items?.size ?? null,
      itemCount: this.#items?.total ?? 0,
      longestValue: this.#longest,
      longestItem: this.#longestItem,
    };
  }
}
