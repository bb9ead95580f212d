import type { Outcome } from '../../domain/record.ts';
import { type LoadRun, loadTarget } from '../../engine/load-run.ts';
import { mappedPages } from '../../engine/mapped-rows.ts';
import { outcomesOfRows } from '../../engine/read-back/outcomes-of-rows.ts';
import { readFiles } from '../../engine/read-back/read-files.ts';
import { type ReadBack, readBack } from '../../engine/read-back.ts';
import { rowSourceOf } from '../../engine/run-data.ts';
import type { RowOutcome } from '../../ledger/ledger.ts';
import { isExplained } from '../../mapping/documents/read-back.ts';
import type { ObjectCoverage, SumCheck } from '../../mapping/documents/reconciliation.ts';
import { columnsInPieces } from '../../mapping/mapped-columns.ts';
import { CoverageCounter, type CoveredColumn, readersOf } from './coverage.ts';
import type { Findings } from './findings.ts';
import { SumCounter } from './sums.ts';

/** Rows per page: one call to Twenty each. */
const PAGE = 1000;

export interface ObjectPass {
  readonly read: number;
  readonly coverage: ObjectCoverage;
  readonly sums: readonly SumCheck[];
  /** Live records that carry the identity of their own row. */
  readonly identified: number;
}

/** Where a row's cells are when the row is not in Twenty by itself. */
const ELSEWHERE: Readonly<Partial<Record<Outcome, 'merged' | 'notLoaded'>>> = {
  merged: 'merged',
  skipped: 'notLoaded',
  excluded: 'notLoaded',
  'dead-letter': 'notLoaded',
};

/**
 * Walks the rows of one object that becomes records, in pages, and reads back every record that was written. Memory is that of one page, plus what is
 * known of merged rows.
 */
export async function passObject(
  load: LoadRun,
  object: string,
  columns: readonly { readonly column: string; readonly reason: string | null }[],
  findings: Findings,
  onPage: (rows: number) => void,
): Promise<ObjectPass> {
  const target = loadTarget(load, object);
  const { mapping } = target;
  const { decided, migrationId } = load.run;
  const readers = readersOf(target, decided.profile.objects[object]?.id ?? []);
  const inPieces = columnsInPieces(object, decided.mapping);
  const coverage = new CoverageCounter(
    object,
    columns.map(({ column, reason }): CoveredColumn => {
      const { to, hints } = readers.get(column) ?? { to: [], hints: [] };
      const pieces = inPieces.get(column) ?? [];
      return {
        column,
        to,
        hints,
        pieces,
        reason: to.length + hints.length + pieces.length > 0 ? null : reason,
      };
    }),
  );
  const sums = mapping.sums.map((sum) => new SumCounter(decided, mapping, target.object, sum));
  const merges = new MergedRows(findings);
  let identified = 0;
  let read = 0;
  for await (const page of mappedPages(rowSourceOf(load.ledger, load.run), mapping, PAGE)) {
    load.signal.throwIfAborted();
    const numbers = page.map(({ row }) => row);
    const outcomes = await outcomesOfRows(load.ledger, migrationId, object, numbers);
    const items = await load.ledger.work.itemsOf(migrationId, object, numbers);
    const backs = await readFiles(load, await readBack(load, object, items));
    const byRow = new Map(backs.map((back) => [back.reading.row, back]));
    for (const row of page) {
      const back = byRow.get(row.row);
      const outcome = outcomes.get(row.row);
      if (outcome === undefined)
        findings.look({ object, row: row.row, sourceId: row.sourceId, twentyId: null }, 'NO_OUTCOME', '');
      if (back !== undefined) merges.keeper(back);
      const elsewhere = outcome === undefined ? 'notLoaded' : ELSEWHERE[outcome.outcome];
      if (elsewhere === 'merged' && outcome !== undefined) merges.merged(outcome);
      if (back === undefined || elsewhere !== undefined) {
        coverage.whole(row, elsewhere ?? 'notLoaded');
        for (const sum of sums) sum.without(row, elsewhere ?? 'notLoaded');
        continue;
      }
      if (back.found !== null && back.found[mapping.identity] === back.built.record[mapping.identity])
        identified += isTrashed(back) ? 0 : 1;
      written(back, coverage, sums, findings);
    }
    read += page.length;
    onPage(page.length);
  }
  await merges.settle(load, { object, targetObject: mapping.target, part: mapping.part });
  return { read, coverage: coverage.report(), sums: sums.map((sum) => sum.report()), identified };
}

function written(
  back: ReadBack,
  coverage: CoverageCounter,
  sums: readonly SumCounter[],
  findings: Findings,
): void {
  const { object, row, sourceId, twentyId, fields, file } = back.reading;
  const ref = { object, row, sourceId, twentyId };
  findings.record(back);
  const lost = coverage.written(back);
  // A field or file that differs is counted already; this is for cells that no field shows.
  const verdicts = [...fields.map(({ verdict }) => verdict), file?.verdict ?? 'equal'];
  if (lost.length > 0 && verdicts.every(isExplained)) {
    findings.causes.add('CELL_LOST', lost.length);
    findings.look(ref, 'CELL_LOST', lost.join(', '));
  }
  for (const sum of sums) if (!sum.written(back)) findings.look(ref, 'AMOUNT_UNVERIFIED', '');
}

function isTrashed({ found }: ReadBack): boolean {
  return typeof found?.['deletedAt'] === 'string';
}

/** Checks that the record of every merged row exists: by its own source id, or by the row that took it in. */
class MergedRows {
  private readonly outcomes: RowOutcome[] = [];
  /** Row that was taken in -> what became of the one that took it in. */
  private readonly takenIn = new Map<number, ReadBack['reading']>();
  private readonly findings: Findings;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  keeper({ reading, built }: ReadBack): void {
    for (const row of built.note.merged ?? []) this.takenIn.set(row, reading);
  }

  merged(outcome: RowOutcome): void {
    this.outcomes.push(outcome);
  }

  async settle(
    load: LoadRun,
    key: { readonly object: string; readonly targetObject: string; readonly part: string },
  ): Promise<void> {
    for (let from = 0; from < this.outcomes.length; from += PAGE) {
      const some = this.outcomes.slice(from, from + PAGE);
      const links = await load.ledger.records.resolve(
        load.run.migrationId,
        key,
        some.map(({ sourceId }) => sourceId),
      );
      for (const { object, row, sourceId } of some) {
        if (links.has(sourceId)) continue;
        const keeper = this.takenIn.get(row);
        this.findings.look(
          { object, row, sourceId, twentyId: keeper?.twentyId ?? null },
          'MERGED',
          keeper === undefined ? '' : `row ${keeper.row}`,
        );
        // Merged into a row that was not loaded either: it shares that row's outcome, which is listed by itself.
        if (keeper?.twentyId) this.findings.causes.add('MERGED_WITHOUT_RECORD');
      }
    }
  }
}
