import type { SourceRow } from '../../domain/record.ts';
import { itemNoteOf } from '../../engine/item-note.ts';
import type { LoadRun } from '../../engine/load-run.ts';
import { mappedRowsAt, type RowSource } from '../../engine/mapped-rows.ts';
import { type RunData, rowSourceOf } from '../../engine/run-data.ts';
import type { WorkItem } from '../../ledger/ledger.ts';
import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { normaliseOption } from '../../mapping/value-map.ts';
import { closeOver } from './close-over.ts';

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
  { ledger, run }: Pick<LoadRun, 'ledger' | 'run'>,
  size: number,
): Promise<Choice> {
  const source = rowSourceOf(ledger, run);
  const picker = new Picker(run.decided);
  await eachItem(source, run, (item, row, mapping) => picker.see(item, row, mapping));
  const chosen = picker.finish(size);
  await closeOver(source, run, chosen);
  const rows = [...chosen].flatMap(([object, set]) => [...set].map((row) => ({ object, row })));
  return { rows, covers: picker.covers() };
}

type See = (item: WorkItem, row: SourceRow, mapping: RecordMapping) => void;

async function eachItem(source: RowSource, { migrationId, byObject }: RunData, see: See): Promise<void> {
  for (let after = 0; ; ) {
    const page = await source.ledger.work.items(migrationId, { after, limit: PAGE });
    for (const [object, items] of Map.groupBy(page, (item) => item.object)) {
      const mapping = byObject.get(object);
      if (mapping?.kind !== 'record') continue;
      const numbers = items.map(({ row }) => row);
      const rows = new Map((await mappedRowsAt(source, mapping, numbers)).map((row) => [row.row, row]));
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
    // The cells of a piece are those of the row that it is made of, which is looked at by itself.
    if (row.piece !== undefined) return;
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
    for (const { objectFrom } of mapping.morph)
      features.push({
        column: `${object}.${objectFrom}`,
        value: normaliseOption(row.fields[objectFrom] ?? ''),
      });
    for (const [column, text] of row.piece === undefined ? Object.entries(row.fields) : []) {
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
