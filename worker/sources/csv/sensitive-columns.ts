import { SENSITIVE_VALUE_REASONS, SensitiveValueCount } from '../../domain/sensitive-values.ts';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';
import { sensitiveNames } from '../sensitive-names.ts';
import type { HeaderColumn } from './header.ts';

/**
 * Which columns of one file are sensitive, and why: those the profile declares so (and a second column of that name), and of those that
 * nobody declared, or only the schema export, the ones whose name matches the profile's patterns or most of whose values look like an identifier.
 */
export class SensitiveColumns {
  readonly #reasons: Map<number, string>;
  /** Columns that only their values can tell about. */
  readonly #counts: readonly (readonly [index: number, count: SensitiveValueCount])[];

  constructor(columns: readonly HeaderColumn[], object: SourceObjectProfile, profile: SourceProfile) {
    const reasonOf = sensitiveNames(profile);
    this.#reasons = new Map();
    const open: [number, SensitiveValueCount][] = [];
    for (const [index, column] of columns.entries()) {
      const declared = object.columns[column.twinOf ?? column.name];
      // What the source's own schema export declares was vetted by nobody.
      const vetted = column.declared && declared?.fromSchema !== true;
      const reason =
        declared?.sensitive?.reason ??
        (vetted ? null : (reasonOf(column.name) ?? reasonOf(declared?.label ?? '')));
      if (reason !== null) this.#reasons.set(index, reason);
      else if (!vetted) open.push([index, new SensitiveValueCount(profile.sensitiveValues)]);
    }
    this.#counts = open;
  }

  /** Takes note of a row's values. */
  see(cells: readonly string[]): void {
    for (const [index, count] of this.#counts) count.add(cells[index] ?? '');
  }

  /** Reasons by column index, after all rows were seen. */
  reasons(): ReadonlyMap<number, string> {
    const reasons = new Map(this.#reasons);
    for (const [index, count] of this.#counts) {
      const kind = count.verdict();
      if (kind !== null) reasons.set(index, SENSITIVE_VALUE_REASONS[kind]);
    }
    return reasons;
  }
}
