import { VpError } from '../../domain/errors.ts';
import { SENSITIVE_VALUE_REASONS, SensitiveValueCount } from '../../domain/sensitive-values.ts';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';
import type { HeaderColumn } from './header.ts';

/** A column name in lower case with one underscore between its words, as `sensitiveNames` of a profile expects it. */
function snakeCase(name: string): string {
  const words = name
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .toLowerCase();
  return words.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '');
}

/**
 * Which columns of one file are sensitive, and why: those the profile declares so (and a second column of that name), and of those that
 * nobody declared the ones whose name matches the profile's patterns or most of whose values look like an identifier.
 */
export class SensitiveColumns {
  readonly #reasons: Map<number, string>;
  /** Columns that only their values can tell about. */
  readonly #counts: readonly (readonly [index: number, count: SensitiveValueCount])[];

  constructor(columns: readonly HeaderColumn[], object: SourceObjectProfile, profile: SourceProfile) {
    const patterns = profile.sensitiveNames.map(({ pattern, reason }) => ({
      test: compile(pattern),
      reason,
    }));
    this.#reasons = new Map();
    const open: [number, SensitiveValueCount][] = [];
    for (const [index, column] of columns.entries()) {
      const declared = object.columns[column.twinOf ?? column.name]?.sensitive;
      const named = column.declared
        ? undefined
        : patterns.find(({ test }) => test.test(snakeCase(column.name)));
      const reason = declared?.reason ?? named?.reason;
      if (reason !== undefined) this.#reasons.set(index, reason);
      else if (!column.declared) open.push([index, new SensitiveValueCount(profile.sensitiveValues)]);
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

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'iu');
  } catch (cause) {
    throw new VpError('PROFILE_INVALID', {
      what: 'A pattern of sensitiveNames is not a regular expression.',
      where: pattern,
      todo: 'Correct it in source-profile.yaml.',
      cause,
    });
  }
}
