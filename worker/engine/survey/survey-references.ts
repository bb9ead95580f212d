import type { Ledger } from '../../ledger/ledger.ts';
import type { TransformedReference, TransformedRow } from '../../mapping/compile.ts';
import type { DanglingReference, SurveyRun } from './types.ts';

/** References looked up in one question to the store. */
const LOOKUP = 2000;

interface Waiting {
  readonly row: number;
  readonly sourceId: string;
  readonly reference: TransformedReference;
}

/** Follows the references of rows: finds those that lead nowhere, and counts how many rows hang on each member. Memory: one lookup, and what it found. */
export class ReferenceSurvey {
  readonly #ledger: Ledger;
  readonly #snapshotId: string;
  readonly #run: Pick<SurveyRun, 'members' | 'rowsOf'>;
  readonly #memberUse = new Map<string, Map<string, number>>();
  readonly #dangling: DanglingReference[] = [];
  #waiting: Waiting[] = [];

  constructor(ledger: Ledger, snapshotId: string, run: Pick<SurveyRun, 'members' | 'rowsOf'>) {
    this.#ledger = ledger;
    this.#snapshotId = snapshotId;
    this.#run = run;
  }

  async add({ row, references }: TransformedRow): Promise<void> {
    const counted = new Set<string>();
    for (const reference of references) {
      if (this.#run.members.has(reference.object)) {
        const use = this.#memberUse.get(reference.object) ?? new Map<string, number>();
        this.#memberUse.set(reference.object, use);
        const once = `${reference.object}/${reference.sourceId}`;
        if (!counted.has(once)) use.set(reference.sourceId, (use.get(reference.sourceId) ?? 0) + 1);
        counted.add(once);
      } else {
        this.#waiting.push({ row: row.row, sourceId: row.sourceId, reference });
      }
    }
    if (this.#waiting.length >= LOOKUP) await this.#look();
  }

  async end(): Promise<{ dangling: DanglingReference[]; memberUse: Map<string, Map<string, number>> }> {
    await this.#look();
    return { dangling: this.#dangling, memberUse: this.#memberUse };
  }

  async #look(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const known = new Map<string, Set<string>>();
    for (const object of new Set(waiting.map(({ reference }) => reference.object))) {
      const ids = new Set(
        waiting.filter((one) => one.reference.object === object).map((one) => one.reference.sourceId),
      );
      known.set(
        object,
        await this.#ledger.snapshots.existingIds(this.#snapshotId, this.#run.rowsOf(object), [...ids]),
      );
    }
    for (const { row, sourceId, reference } of waiting) {
      if (known.get(reference.object)?.has(reference.sourceId)) continue;
      const { to, column, object, missing } = reference;
      this.#dangling.push({ row, sourceId, to, column, object, missing });
    }
  }
}
