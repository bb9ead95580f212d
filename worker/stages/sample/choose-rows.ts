import type { SourceRow } from '../../domain/record.ts';
import { itemNoteOf } from '../../engine/item-note.ts';
import type { Ledger, WorkItem } from '../../ledger/ledger.ts';
import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { normaliseOption } from '../../mapping/value-map.ts';

const PAGE = 2000;
/** Distinct values of one kind that a sample goes after; a column with more is no pick-list to a reader. */
const KINDS_PER_COLUMN = 60;
const FILLED = 'filled or empty: ';

export interface ChosenRow {
  readonly object: string;
  readonly row: number;
}

export interface Choice {
  readonly rows: readonly ChosenRow[];
  /** What the slice covers, in words for people: `deals.stage: 14 values`. */
  readonly covers: readonly string[];
}

/**
 * Chooses the slice that a sample loads: every stage, pick-list value, owner and currency, empty and extreme values, every kind of match, spread over the
 * rest; closed over references, so that every record of it can be written whole. `size` is a wish: coverage and closure come first.
 */
export async function chooseRows(
  ledger: Ledger,
  migrationId: string,
  decided: DecidedPlan,
  size: number,
): Promise<Choice> {
  const picker = new Picker(decided);
  await eachItem(ledger, migrationId, decided, (item, row, mapping) => picker.see(item, row, mapping));
  const chosen = picker.finish(size);
  await close(ledger, migrationId, decided, chosen);
  const rows = [...chosen].flatMap(([object, set]) => [...set].map((row) => ({ object, row })));
  return { rows, covers: picker.covers() };
}

type See = (item: WorkItem, row: SourceRow, mapping: RecordMapping) => void;

async function eachItem(ledger: Ledger, migrationId: string, decided: DecidedPlan, see: See): Promise<void> {
  const mappings = new Map(decided.mapping.map((mapping) => [mapping.object, mapping]));
  for (let after = 0; ; ) {
    const page = await ledger.work.items(migrationId, { after, limit: PAGE });
    for (const object of new Set(page.map((item) => item.object))) {
      const mapping = mappings.get(object);
      if (mapping?.kind !== 'record') continue;
      const items = page.filter((item) => item.object === object);
      const rows = new Map(
        (
          await ledger.snapshots.rowsAt(
            decided.snapshotId,
            object,
            items.map(({ row }) => row),
          )
        ).map((row) => [row.row, row]),
      );
      for (const item of items) {
        const row = rows.get(item.row);
        if (row !== undefined) see(item, row, mapping);
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.seq;
  }
}

class Picker {
  private readonly chosen = new Map<string, Set<number>>();
  private readonly kinds = new Map<string, Set<string>>();
  private readonly longest = new Map<
    string,
    { readonly length: number; readonly object: string; readonly row: number }
  >();
  private readonly counts = new Map<string, number>();
  private readonly ordinary = new Map<string, number[]>();
  private readonly decided: DecidedPlan;

  constructor(decided: DecidedPlan) {
    this.decided = decided;
  }

  see(item: WorkItem, row: SourceRow, mapping: RecordMapping): void {
    const fresh = this.features(item, row, mapping).filter(({ column, value }) => this.isNew(column, value));
    if (fresh.length > 0) this.choose(item.object, item.row);
    else this.keepOrdinary(item);
    for (const [column, text] of Object.entries(row.fields)) {
      const key = `${item.object}.${column}`;
      if (text.length > (this.longest.get(key)?.length ?? 0))
        this.longest.set(key, { length: text.length, object: item.object, row: item.row });
    }
  }

  finish(size: number): Map<string, Set<number>> {
    for (const { object, row } of this.longest.values()) this.choose(object, row);
    const missing = size - [...this.chosen.values()].reduce((sum, rows) => sum + rows.size, 0);
    const objects = [...this.ordinary.keys()];
    const each = Math.max(0, Math.ceil(missing / Math.max(1, objects.length)));
    for (const object of objects) {
      const rows = this.ordinary.get(object) ?? [];
      const step = Math.max(1, Math.floor(rows.length / Math.max(1, each)));
      for (let at = 0, taken = 0; at < rows.length && taken < each; at += step, taken += 1)
        this.choose(object, rows[at] ?? 0);
    }
    return this.chosen;
  }

  covers(): string[] {
    const columns = [...this.kinds.keys()].filter((column) => column.startsWith(FILLED)).length;
    const kinds = [...this.kinds].filter(([column]) => !column.startsWith(FILLED));
    return [
      `the empty, the filled and the longest cell of ${columns} columns`,
      ...kinds
        .map(([column, values]) => `${column}: ${values.size} ${values.size === 1 ? 'kind' : 'kinds'}`)
        .sort(),
    ];
  }

  private choose(object: string, row: number): void {
    const rows = this.chosen.get(object) ?? new Set<number>();
    this.chosen.set(object, rows.add(row));
  }

  /** Every 1st, then every 2nd, 4th, … ordinary row, so that a million rows keep a few hundred candidates spread over all. */
  private keepOrdinary(item: WorkItem): void {
    const seen = (this.counts.get(item.object) ?? 0) + 1;
    this.counts.set(item.object, seen);
    const rows = this.ordinary.get(item.object) ?? [];
    this.ordinary.set(item.object, rows);
    const stride = 2 ** Math.max(0, Math.floor(Math.log2(seen / 512)));
    if (seen % stride === 0) rows.push(item.row);
  }

  private isNew(column: string, value: string): boolean {
    const values = this.kinds.get(column) ?? new Set<string>();
    this.kinds.set(column, values);
    if (values.has(value) || values.size >= KINDS_PER_COLUMN) return false;
    values.add(value);
    return true;
  }

  private features(
    item: WorkItem,
    row: SourceRow,
    mapping: RecordMapping,
  ): { column: string; value: string }[] {
    const { object } = mapping;
    const types = this.decided.profile.objects[object]?.columns ?? {};
    const features: { column: string; value: string }[] = [];
    for (const field of mapping.fields) {
      if (field.valueMap === undefined) continue;
      const value = Object.values(field.from)
        .map((column) => normaliseOption(row.fields[column] ?? ''))
        .join(' / ');
      features.push({ column: `${object}.${field.to}`, value });
    }
    for (const reference of mapping.references) {
      const isMember = this.decided.mapping.some(
        (other) => other.object === reference.object && other.kind === 'member',
      );
      const id = (row.fields[reference.from] ?? '').trim();
      features.push({
        column: `${object}.${reference.from}`,
        value: isMember ? id : id === '' ? 'empty' : 'filled',
      });
    }
    for (const [column, text] of Object.entries(row.fields)) {
      features.push({
        column: `${FILLED}${object}.${column}`,
        value: text.trim() === '' ? 'empty' : 'filled',
      });
      if (types[column]?.type === 'currency-code')
        features.push({ column: `${object}.${column}`, value: normaliseOption(text) });
    }
    const note = itemNoteOf(item.note);
    features.push({
      column: `${object} treatment`,
      value: note.match?.policy ?? (note.merged ? 'merged' : note.losesKeys ? 'loses a key' : 'create'),
    });
    return features;
  }
}

/** Adds the records that chosen ones refer to, and what those refer to, in reverse load order; parents until none is missing. */
async function close(
  ledger: Ledger,
  migrationId: string,
  decided: DecidedPlan,
  chosen: Map<string, Set<number>>,
): Promise<void> {
  const records = decided.mapping
    .filter((mapping): mapping is RecordMapping => mapping.kind === 'record')
    .reverse();
  const scope: Scope = { ledger, migrationId, snapshotId: decided.snapshotId };
  const wanted = new Map<string, Set<string>>();
  for (const mapping of records) {
    const rows = chosen.get(mapping.object) ?? new Set<number>();
    chosen.set(mapping.object, rows);
    await wantReferences(scope, mapping, [...rows], wanted);
    for (let before = -1; before !== rows.size; ) {
      before = rows.size;
      const ids = wanted.get(mapping.object) ?? new Set<string>();
      if (ids.size === 0) break;
      const added = await rowsOfIds(scope, mapping.object, ids, rows);
      for (const row of added) rows.add(row);
      await wantReferences(scope, mapping, added, wanted);
    }
  }
}

interface Scope {
  readonly ledger: Ledger;
  readonly migrationId: string;
  readonly snapshotId: string;
}

/** Notes the ids that these rows, and the rows merged into them, refer to. */
async function wantReferences(
  scope: Scope,
  mapping: RecordMapping,
  rows: readonly number[],
  wanted: Map<string, Set<string>>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += PAGE) {
    const slice = rows.slice(at, at + PAGE);
    const items = await scope.ledger.work.itemsOf(scope.migrationId, mapping.object, slice);
    const merged = items.flatMap((item) => itemNoteOf(item.note).merged ?? []);
    for (const row of await scope.ledger.snapshots.rowsAt(scope.snapshotId, mapping.object, [
      ...slice,
      ...merged,
    ])) {
      for (const reference of mapping.references) {
        const id = (row.fields[reference.from] ?? '').trim();
        if (id !== '')
          wanted.set(reference.object, (wanted.get(reference.object) ?? new Set<string>()).add(id));
      }
    }
  }
}

/** Rows of an object that carry one of the ids, themselves or through a row merged into them. */
async function rowsOfIds(
  scope: Scope,
  object: string,
  ids: ReadonlySet<string>,
  have: ReadonlySet<number>,
): Promise<number[]> {
  const found: number[] = [];
  for (let after = 0; ; ) {
    const page = await scope.ledger.work.itemsOfIds(scope.migrationId, object, [...ids], {
      after,
      limit: PAGE,
    });
    for (const item of page) {
      if (have.has(item.row)) continue;
      const merged = itemNoteOf(item.note).merged ?? [];
      const carries =
        ids.has(item.sourceId) ||
        (merged.length > 0 &&
          (await scope.ledger.snapshots.rowsAt(scope.snapshotId, object, merged)).some(({ sourceId }) =>
            ids.has(sourceId),
          ));
      if (carries) found.push(item.row);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return found;
    after = last.seq;
  }
}
