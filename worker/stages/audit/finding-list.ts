import type { Example, Finding, FindingCode } from '../../mapping/documents/audit.ts';

/** Examples that a finding carries at most. */
export const MAX_EXAMPLES = 20;

export interface NewFinding {
  readonly code: FindingCode;
  readonly severity: Finding['severity'];
  readonly object: string;
  readonly column?: string;
  /** Rows concerned; 0 for what is no matter of rows. */
  readonly rows: number;
  readonly detail: string;
  readonly examples?: readonly Example[];
}

/** A finding, with its examples cut to what the document takes. */
export function finding({ examples = [], ...rest }: NewFinding): Finding {
  return { ...rest, examples: examples.slice(0, MAX_EXAMPLES) };
}

/** Rows of a growing count with its first examples. */
export class Tally {
  rows = 0;
  readonly examples: Example[] = [];

  add(example: Example): void {
    this.rows += 1;
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(example);
  }
}

/** The tally under a key, made when it is not there. */
export function tallyOf<K extends string>(tallies: Map<K, Tally>, key: K): Tally {
  const tally = tallies.get(key) ?? new Tally();
  tallies.set(key, tally);
  return tally;
}

/** `1,204`, as the texts of findings say numbers. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}
