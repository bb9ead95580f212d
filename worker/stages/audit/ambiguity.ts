import type { SourceRow } from '../../domain/record.ts';
import type { SourceProfile } from '../../domain/source-profile.ts';
import type { Finding } from '../../mapping/documents/audit.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import { isAmbiguousAmount } from '../../mapping/transforms/amount-text.ts';
import { typedText } from '../../mapping/transforms/clean-text.ts';
import { isAmbiguousDate } from '../../mapping/transforms/date-text.ts';
import { finding, type Tally, tallyOf } from './finding-list.ts';

type Kind = 'number' | 'date';

const READ_AS: Readonly<Record<string, { readonly kind: Kind; readonly role: string }>> = {
  currency: { kind: 'number', role: 'amount' },
  number: { kind: 'number', role: 'value' },
  integer: { kind: 'number', role: 'value' },
  date: { kind: 'date', role: 'value' },
  datetime: { kind: 'date', role: 'value' },
};

/** Counts the numbers and dates of mapped columns that only the profile's settings decide. */
export class AmbiguityCounter {
  readonly #object: string;
  readonly #columns = new Map<string, Kind>();
  readonly #tallies = new Map<string, Tally>();

  constructor(mapping: RecordMapping) {
    this.#object = mapping.object;
    for (const field of mapping.fields) {
      const read = READ_AS[field.transform];
      const column = read === undefined ? undefined : field.from[read.role];
      if (read !== undefined && column !== undefined) this.#columns.set(column, read.kind);
    }
    for (const column of [mapping.times.created, mapping.times.modified]) {
      if (column !== undefined) this.#columns.set(column, 'date');
    }
  }

  add({ row, sourceId, fields }: SourceRow): void {
    for (const [column, kind] of this.#columns) {
      const cell = fields[column];
      if (cell === undefined || cell === '' || cell.length > 100) continue;
      const text = typedText(cell);
      const ambiguous = kind === 'number' ? isAmbiguousAmount(text) : isAmbiguousDate(text);
      if (ambiguous) tallyOf(this.#tallies, column).add({ row, sourceId });
    }
  }

  findings({ dateOrder, decimalSeparator }: SourceProfile): Finding[] {
    return [...this.#tallies].map(([column, { rows, examples }]) => {
      const isNumber = this.#columns.get(column) === 'number';
      const setting = isNumber
        ? `with "${decimalSeparator}" as decimal separator (decimalSeparator of the profile)`
        : `as ${dateOrder === 'dmy' ? 'day/month' : 'month/day'} (dateOrder of the profile)`;
      return finding({
        code: isNumber ? 'AMBIGUOUS_NUMBER' : 'AMBIGUOUS_DATE',
        severity: 'warning',
        object: this.#object,
        column,
        rows,
        detail: `Can be read in two ways; read ${setting}.`,
        examples,
      });
    });
  }
}
