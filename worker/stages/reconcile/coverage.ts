import type { SourceRow } from '../../domain/record.ts';
import { columnsByKey } from '../../engine/read-back/source-cells.ts';
import type { ReadBack } from '../../engine/read-back.ts';
import { isEmptyValue } from '../../engine/values.ts';
import { type FieldReading, isExplained } from '../../mapping/documents/read-back.ts';
import type { ColumnCoverage, ObjectCoverage } from '../../mapping/documents/reconciliation.ts';
import { transforms } from '../../mapping/transforms/registry.ts';

type Part = Exclude<keyof ColumnCoverage, 'column' | 'to' | 'reason' | 'cells'>;

const PARTS: readonly Part[] = [
  'value',
  'kept',
  'policy',
  'nothing',
  'ignored',
  'merged',
  'notLoaded',
  'drift',
  'lost',
];

/** A column as the plan sees it. */
export interface CoveredColumn {
  readonly column: string;
  /** Keys or fields of Twenty that read it. */
  readonly to: readonly string[];
  /** Keys that only take a hint from it, such as the format of a text: what it says is nothing by itself. */
  readonly hints: readonly string[];
  /** Fields of records that are made of this row beside its own: each is read back as a row of its own object. */
  readonly pieces: readonly string[];
  /** Why nothing reads it. */
  readonly reason: string | null;
}

/** Counts what became of every filled cell of one source object. */
export class CoverageCounter {
  private readonly columns: ReadonlyMap<
    string,
    { readonly about: CoveredColumn; readonly counts: Record<Part, number> }
  >;
  private readonly object: string;

  constructor(object: string, columns: readonly CoveredColumn[]) {
    this.object = object;
    this.columns = new Map(columns.map((about) => [about.column, { about, counts: none() }]));
  }

  /** A row that is not in Twenty by itself, or of an object whose rows are resolved instead of written. */
  whole(row: SourceRow, part: 'merged' | 'notLoaded' | 'value'): void {
    for (const [column, { about, counts }] of this.columns) {
      if (isFilled(row.fields[column])) counts[isUnread(about) ? 'ignored' : part] += 1;
    }
  }

  /** A row that was written. Returns the columns whose cell went nowhere. */
  written(back: ReadBack): string[] {
    const lost: string[] = [];
    for (const [column, { about, counts }] of this.columns) {
      const cell = back.rows.row.fields[column];
      if (!isFilled(cell)) continue;
      const part = partOf(back, about, cell ?? '');
      counts[part] += 1;
      if (part === 'lost') lost.push(column);
    }
    return lost;
  }

  report(): ObjectCoverage {
    return {
      object: this.object,
      columns: [...this.columns.values()].map(({ about: { column, to, hints, pieces, reason }, counts }) => ({
        column,
        to: [...to, ...hints, ...pieces],
        reason,
        cells: PARTS.reduce((sum, part) => sum + counts[part], 0),
        ...counts,
      })),
    };
  }
}

/** Which keys carry each column of an object that becomes records, and which only take a hint from it. */
export function readersOf(
  target: ReadBack['target'],
  idColumns: readonly string[],
): ReadonlyMap<string, { readonly to: readonly string[]; readonly hints: readonly string[] }> {
  const hinting = new Set(
    target.mapping.fields.flatMap(({ to, from, transform }) => {
      const hints = transforms[transform]?.hints ?? [];
      const carried = Object.entries(from).flatMap(([role, column]) =>
        hints.includes(role) ? [] : [column],
      );
      return Object.values(from)
        .filter((column) => !carried.includes(column))
        .map((column) => `${to} ${column}`);
    }),
  );
  const readers = new Map<string, { to: string[]; hints: string[] }>();
  for (const [key, columns] of columnsByKey(target, idColumns)) {
    for (const column of columns) {
      const of = readers.get(column) ?? { to: [], hints: [] };
      readers.set(column, of);
      (hinting.has(`${key} ${column}`) ? of.hints : of.to).push(key);
    }
  }
  return readers;
}

function isUnread({ to, hints, pieces }: CoveredColumn): boolean {
  return to.length + hints.length + pieces.length === 0;
}

function partOf(back: ReadBack, about: CoveredColumn, cell: string): Part {
  if (about.to.length === 0 && about.pieces.length > 0) return 'value';
  if (about.to.length === 0 && about.hints.length > 0)
    return keptAsText(back, about.column) ? 'kept' : 'nothing';
  if (about.to.length === 0) return about.reason === null ? 'lost' : 'ignored';
  const { fields } = back.reading;
  if (fields.some(({ verdict }) => verdict === 'missing')) return 'lost';
  if (back.built.kept.some(({ column }) => column === about.column)) return 'kept';
  const readings = fields.filter(
    ({ field, expected }) => about.to.includes(field) && !isEmptyValue(expected),
  );
  const verdicts = new Set(readings.map(({ verdict }) => verdict));
  if (verdicts.has('different') || holdsOtherFile(back, about)) return 'lost';
  if (verdicts.has('drift')) return 'drift';
  if (verdicts.has('equal') || verdicts.has('normalised')) return 'value';
  if (verdicts.has('kept-by-policy')) return keptAsText(back, about.column) ? 'kept' : 'policy';
  if (isDecidedAway(back, about) || !/[\p{L}\p{N}]/u.test(cell)) return 'nothing';
  return 'lost';
}

/** The cell names a file that is not there, or is another one, whatever its label says. */
function holdsOtherFile({ reading, target }: ReadBack, { to }: CoveredColumn): boolean {
  const { file } = target.mapping;
  return file !== undefined && to.includes(file.to) && !isExplained(reading.file?.verdict ?? 'equal');
}

/** A matched record kept its own value; `update-empty` puts what the source says into the original text. */
function keptAsText({ reading, target }: ReadBack, column: string): boolean {
  const keep = reading.fields.find(({ field }: FieldReading) => field === target.mapping.keep);
  return (
    typeof keep?.expected === 'string' &&
    keep.expected.split('\n').some((line) => line.startsWith(`${column}: `))
  );
}

/** A column that only value maps and look-ups read may be mapped to nothing by a decision. */
function isDecidedAway({ target }: ReadBack, { column }: CoveredColumn): boolean {
  const readers = target.mapping.fields.filter((field) => Object.values(field.from).includes(column));
  return (
    readers.length > 0 &&
    readers.some(({ transform, valueMap }) => valueMap !== undefined || transform === 'lookup')
  );
}

function isFilled(cell: string | undefined): boolean {
  return cell !== undefined && cell.trim() !== '';
}

function none(): Record<Part, number> {
  return { value: 0, kept: 0, policy: 0, nothing: 0, ignored: 0, merged: 0, notLoaded: 0, drift: 0, lost: 0 };
}
