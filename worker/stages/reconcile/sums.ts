import type { SourceRow } from '../../domain/record.ts';
import type { ReadBack } from '../../engine/read-back.ts';
import { valueAt } from '../../engine/values.ts';
import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import type { SumCheck, SumGroup } from '../../mapping/documents/reconciliation.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { valueMapKey } from '../../mapping/value-map.ts';
import type { TargetObject } from '../../twenty/target.ts';
import { rawCurrency, readRawAmount, UNKNOWN_CURRENCY } from './raw-sums.ts';

type Sums = RecordMapping['sums'][number];
type Bucket = 'source' | 'notLoaded' | 'merged' | 'kept' | 'policy' | 'drift' | 'twenty' | 'twentyOther';

/** Stands for amounts that name no currency. */
const NO_CURRENCY = '(none)';

interface Group {
  readonly currency: string;
  readonly option: string;
  rows: number;
  readonly micros: Record<Bucket, bigint>;
}

/**
 * Adds up amounts twice: from the raw cells, by an own reader, and from what Twenty shows of the linked records. Both per currency and option (stage).
 * Rows that are not expected in Twenty's sum are taken out by name: not loaded, merged, kept as text, a matched record's own value, edited since.
 */
export class SumCounter {
  private readonly groups = new Map<string, Group>();
  private unverified = 0;
  private keptRows = 0;
  private readonly decided: DecidedPlan;
  private readonly mapping: RecordMapping;
  private readonly sums: Sums;
  private readonly object: TargetObject;

  constructor(decided: DecidedPlan, mapping: RecordMapping, object: TargetObject, sums: Sums) {
    this.decided = decided;
    this.mapping = mapping;
    this.object = object;
    this.sums = sums;
  }

  /** A row that is not in Twenty by itself. */
  without(row: SourceRow, part: 'notLoaded' | 'merged'): void {
    const raw = this.raw(row);
    if (raw.micros === null) return;
    this.add(raw, 'source', raw.micros);
    this.add(raw, part, raw.micros);
  }

  /** A row that was written. False when its amount cannot be verified by the independent reader. */
  written({ reading, rows, built, found }: ReadBack): boolean {
    const raw = this.raw(rows.row);
    const twenty = this.twenty(found);
    const { amount, currency, to, groupTo, withoutCurrencyTo } = this.sums;
    const concerned = new Set([to, groupTo, withoutCurrencyTo]);
    const verdicts = new Set(
      reading.fields.filter(({ field }) => concerned.has(field)).map(({ verdict }) => verdict),
    );
    const isKept = built.kept.some(({ column }) => column === amount || column === currency);
    if (isKept) this.keptRows += 1;
    const apart = verdicts.has('drift')
      ? 'drift'
      : verdicts.has('kept-by-policy')
        ? 'policy'
        : isKept && twenty === null
          ? 'kept'
          : null;
    const isFilled = (rows.row.fields[amount] ?? '').trim() !== '';
    const isUnreadable = raw.micros === null || raw.currency === UNKNOWN_CURRENCY;
    const isUnverified = apart === null && twenty !== null && isFilled && isUnreadable;
    // An amount that came with a merged row is not this row's.
    const isMerged = !isFilled && rows.merged.length > 0;
    if (twenty !== null) {
      this.add(twenty, 'twenty', twenty.micros);
      if (apart !== null || isUnverified || isMerged) this.add(twenty, 'twentyOther', twenty.micros);
    }
    if (raw.micros !== null && !isUnverified) {
      this.add(raw, 'source', raw.micros);
      if (apart !== null) this.add(raw, apart, raw.micros);
    }
    if (isUnverified) this.unverified += 1;
    return !isUnverified;
  }

  report(): SumCheck {
    const labels = new Map(
      (this.object.fields.get(this.sums.groupTo)?.options ?? []).map(({ value, label }, at) => [
        value,
        { label, at },
      ]),
    );
    const order = ({ option }: Group) => labels.get(option)?.at ?? labels.size;
    const groups = [...this.groups.values()].sort(
      (a, b) => order(a) - order(b) || (a.currency < b.currency ? -1 : 1),
    );
    return {
      object: this.mapping.object,
      amountColumn: this.sums.amount,
      by: this.sums.by,
      to: this.sums.to,
      groups: groups.map((group) => groupOf(group, labels.get(group.option)?.label ?? group.option)),
      unverified: this.unverified,
      keptRows: this.keptRows,
    };
  }

  private raw(row: SourceRow): {
    readonly currency: string;
    readonly option: string;
    readonly micros: bigint | null;
  } {
    const { profile } = this.decided;
    const text = row.fields[this.sums.amount] ?? '';
    const amount = readRawAmount(text, profile.decimalSeparator, profile.defaultCurrency);
    // Where amounts in no stated currency have a field of their own, they are a group of their own.
    const none = this.sums.withoutCurrencyTo === undefined ? profile.defaultCurrency : NO_CURRENCY;
    const cell = row.fields[this.sums.currency] ?? '';
    const currency = rawCurrency(cell, amount, profile.defaultCurrency, none);
    return { currency, option: this.option(row), micros: amount?.micros ?? null };
  }

  /** The option that the plan's value map gives to the group's raw cells; the field's default where it gives none. */
  private option(row: SourceRow): string {
    const field = this.mapping.fields.find(({ to }) => to === this.sums.groupTo);
    const cells = this.sums.by.map((column) => row.fields[column] ?? '');
    const mapped =
      field?.valueMap === undefined
        ? undefined
        : this.decided.valueMaps[field.valueMap]?.[valueMapKey(cells)];
    return mapped ?? defaultOf(this.object.fields.get(this.sums.groupTo)?.defaultValue);
  }

  private twenty(
    found: ReadBack['found'],
  ): { readonly currency: string; readonly option: string; readonly micros: bigint } | null {
    if (found === null) return null;
    const value = found[this.sums.groupTo];
    const option = typeof value === 'string' ? value : '';
    const micros = String(valueAt(found, `${this.sums.to}.amountMicros`) ?? '');
    if (/^-?\d+$/.test(micros)) {
      return {
        currency: String(valueAt(found, `${this.sums.to}.currencyCode`) ?? ''),
        option,
        micros: BigInt(micros),
      };
    }
    const { withoutCurrencyTo } = this.sums;
    const plain = withoutCurrencyTo === undefined ? null : found[withoutCurrencyTo];
    const exact = typeof plain === 'number' ? readRawAmount(String(plain), '.', NO_CURRENCY) : null;
    return exact === null ? null : { currency: NO_CURRENCY, option, micros: exact.micros };
  }

  private add(
    { currency, option }: { readonly currency: string; readonly option: string },
    bucket: Bucket,
    micros: bigint,
  ): void {
    const key = JSON.stringify([currency, option]);
    const group = this.groups.get(key) ?? { currency, option, rows: 0, micros: nothing() };
    if (bucket === 'source') group.rows += 1;
    group.micros[bucket] += micros;
    this.groups.set(key, group);
  }
}

function groupOf({ currency, option, rows, micros }: Group, label: string): SumGroup {
  const expected =
    micros.source - micros.notLoaded - micros.merged - micros.kept - micros.policy - micros.drift;
  const difference = expected - (micros.twenty - micros.twentyOther);
  return {
    currency,
    option,
    label,
    rows,
    source: String(micros.source),
    notLoaded: String(micros.notLoaded),
    merged: String(micros.merged),
    kept: String(micros.kept),
    policy: String(micros.policy),
    drift: String(micros.drift),
    twenty: String(micros.twenty),
    twentyOther: String(micros.twentyOther),
    difference: String(difference),
  };
}

/** Twenty quotes the default of a SELECT: `'NEW'`. */
function defaultOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/^'(.*)'$/, '$1') : '';
}

function nothing(): Record<Bucket, bigint> {
  return {
    source: 0n,
    notLoaded: 0n,
    merged: 0n,
    kept: 0n,
    policy: 0n,
    drift: 0n,
    twenty: 0n,
    twentyOther: 0n,
  };
}
