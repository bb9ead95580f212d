import type { Finding } from '../../mapping/documents/audit.ts';
import type { DistinctCounter } from './distinct-counter.ts';
import { count, finding } from './finding-list.ts';

export interface OptionCheck {
  readonly object: string;
  readonly column: string;
  readonly counter: DistinctCounter;
  /** Key to the text of the values that the source defines; null when it defines none. */
  readonly defined: ReadonlyMap<string, string> | null;
  /** True when a value map needs an answer for a value that is not defined. */
  readonly decides: boolean;
}

/** Values of a pick-list that the source does not define, and values that differ from one in case or blanks only. */
export function optionFindings({ object, column, counter, defined, decides }: OptionCheck): Finding[] {
  const findings: Finding[] = [];
  const values = counter.values();
  const unknown = defined === null ? [] : values.filter(({ key }) => !defined.has(key));
  if (unknown.length > 0) {
    const rows = unknown.reduce((sum, value) => sum + value.rows, 0);
    const detail = `Values that the source does not define; different ones: ${count(unknown.length)}.`;
    const examples = unknown.map(({ key }) => counter.firstOf(key));
    const severity = decides ? 'decision' : 'warning';
    findings.push(finding({ code: 'OPTION_UNDEFINED', severity, object, column, rows, detail, examples }));
  }
  const varied = values
    .map(({ key }) => counter.otherSpellings(key, defined?.get(key) ?? null))
    .filter(({ rows }) => rows > 0);
  if (varied.length > 0) {
    const rows = varied.reduce((sum, value) => sum + value.rows, 0);
    const detail = `Spelled in another case or with other blanks, and taken as the same; different values: ${count(varied.length)}.`;
    const examples = varied.map(({ first }) => first);
    findings.push(
      finding({ code: 'OPTION_SPELLING', severity: 'info', object, column, rows, detail, examples }),
    );
  }
  if (counter.overflow) {
    const detail = `More than ${count(values.length)} different values: only the first ones are listed, the others get no option and are kept as text.`;
    findings.push(
      finding({ code: 'OPTION_UNDEFINED', severity: 'warning', object, column, rows: 0, detail }),
    );
  }
  return findings;
}
