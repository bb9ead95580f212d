import type { TransformedRow } from '../../mapping/compile.ts';
import { transformRow } from '../../mapping/compile.ts';
import { isPieces } from '../../mapping/expand-pieces.ts';
import { eachMappedRow } from '../mapped-rows.ts';
import { referenceFailed } from '../reference-failed.ts';
import { KeyCollector, keyOf } from './key-groups.ts';
import { blockingFailure } from './row-failures.ts';
import { settledBy } from './settled-row.ts';
import { surveyParents } from './survey-parents.ts';
import { ReferenceSurvey } from './survey-references.ts';
import { matchesOf, scanTwentyKeys } from './twenty-keys.ts';
import type {
  DanglingReference,
  KeyMatch,
  ObjectSurvey,
  RowFailure,
  SettledRow,
  SurveyContext,
  SurveyRun,
} from './types.ts';
import { UnconvertedCounter } from './unconverted.ts';

/**
 * Surveys one object: one pass over its rows in the snapshot, one scan of its Twenty object. Writes nothing. `audit` reports it, `plan` decides on it, so
 * that what was reported is what is decided. Throws the signal's reason when it aborts.
 */
export async function surveyObject(
  context: SurveyContext,
  run: SurveyRun,
  signal?: AbortSignal,
): Promise<ObjectSurvey> {
  const { ledger, snapshotId } = context;
  const { mapping } = run;
  const held = await scanTwentyKeys(context.target, run, signal);
  // Pieces repeat no id: those of a row that repeats one share its fate.
  const repeats = isPieces(mapping) ? [] : await ledger.snapshots.repeatedIds(snapshotId, mapping.object);
  const collectors = mapping.match.map((match) => new KeyCollector(match));
  const references = new ReferenceSurvey(ledger, snapshotId, run);
  const parents = new ParentCollector(run, new Set(repeats.map(({ sourceId }) => sourceId)));
  const unconverted = new UnconvertedCounter();
  const matches: KeyMatch[] = [];
  const failures: RowFailure[] = [];
  const settled: SettledRow[] = [];
  let rows = 0;

  for await (const row of eachMappedRow({ ledger, snapshotId, ...run }, mapping)) {
    if (rows % 1000 === 0) signal?.throwIfAborted();
    rows += 1;
    const fate = settledBy(run, row);
    if (fate !== null) {
      settled.push(fate);
      run.observe?.(row, null);
      continue;
    }
    const broken = blockingFailure(row);
    if (broken !== null) {
      failures.push({ row: row.row, sourceId: row.sourceId, reason: broken });
      run.observe?.(row, null);
      continue;
    }
    const transformed = transformRow(mapping, row, run.transformContext);
    if (transformed.failure !== null)
      failures.push({ row: row.row, sourceId: row.sourceId, reason: transformed.failure });
    unconverted.add(transformed);
    const keys = mapping.match.map((match) => keyOf(transformed.values, match));
    for (const [n, key] of keys.entries()) if (key !== null) collectors[n]?.add(key, transformed);
    matches.push(...matchesOf(held, run, row, keys));
    parents.add(transformed);
    await references.add(transformed);
    run.observe?.(row, transformed);
  }

  const { dangling, memberUse } = await references.end();
  failures.push(...danglingFailures(dangling, failures));
  const edges = await parents.known(context);
  return {
    object: mapping.object,
    rows,
    repeats,
    keyGroups: collectors.flatMap((collector) => collector.groups()),
    matches,
    parents: edges,
    hierarchy: surveyParents(edges),
    settled,
    failures: failures.sort((a, b) => a.row - b.row),
    dangling,
    memberUse,
    unconverted: unconverted.counts(mapping),
  };
}

/** Rows that cannot be without a record that is not in the export. */
function danglingFailures(
  dangling: readonly DanglingReference[],
  known: readonly RowFailure[],
): RowFailure[] {
  const failing = new Set(known.map(({ row }) => row));
  return dangling
    .filter(({ row, missing }) => missing === 'dead-letter' && !failing.has(row) && failing.add(row))
    .map((reference) => ({
      row: reference.row,
      sourceId: reference.sourceId,
      reason: referenceFailed(reference),
    }));
}

/** Parent of each id, as the row says it that decides: the first that is not broken, or the last. */
class ParentCollector {
  readonly #mapping: SurveyRun['mapping'];
  readonly #lastWins: boolean;
  readonly #repeated: ReadonlySet<string>;
  readonly #decided = new Set<string>();
  readonly #parents = new Map<string, string>();

  constructor({ mapping, lastWins }: SurveyRun, repeated: ReadonlySet<string>) {
    this.#mapping = mapping;
    this.#lastWins = lastWins ?? false;
    this.#repeated = repeated;
  }

  add({ row, references }: TransformedRow): void {
    const { parent } = this.#mapping;
    if (parent === undefined) return;
    const { sourceId } = row;
    if (this.#repeated.has(sourceId)) {
      if (this.#decided.has(sourceId) && !this.#lastWins) return;
      this.#decided.add(sourceId);
      this.#parents.delete(sourceId);
    }
    const reference = references.find(({ to }) => to === parent);
    if (reference !== undefined) this.#parents.set(sourceId, reference.sourceId);
  }

  /** The edges whose parent is in the export: a dangling one is no level. */
  async known({ ledger, snapshotId }: SurveyContext): Promise<ReadonlyMap<string, string>> {
    const unsure = [...new Set(this.#parents.values())].filter((id) => !this.#parents.has(id));
    const missing = new Set(unsure);
    for (let from = 0; from < unsure.length; from += 2000) {
      const page = unsure.slice(from, from + 2000);
      for (const id of await ledger.snapshots.existingIds(snapshotId, this.#mapping.object, page))
        missing.delete(id);
    }
    if (missing.size > 0) {
      for (const [child, parent] of this.#parents) if (missing.has(parent)) this.#parents.delete(child);
    }
    return this.#parents;
  }
}
