import type { Ledger, RowOutcome } from '../../ledger/ledger.ts';

const PAGE = 1000;

/** Outcomes of these rows by row. One read of the ledger for neighbouring rows, a few for scattered ones. */
export async function outcomesOfRows(
  ledger: Ledger,
  migrationId: string,
  object: string,
  rows: readonly number[],
): Promise<Map<number, RowOutcome>> {
  const wanted = [...new Set(rows)].sort((a, b) => a - b);
  const outcomes = new Map<number, RowOutcome>();
  for (let at = 0; at < wanted.length; ) {
    const first = wanted[at] ?? 0;
    const limit = Math.min(PAGE, (wanted.at(-1) ?? first) - first + 1);
    const page = await ledger.records.outcomes(migrationId, object, { afterRow: first - 1, limit });
    for (const outcome of page) outcomes.set(outcome.row, outcome);
    const last = page.length < limit ? Number.POSITIVE_INFINITY : (page.at(-1)?.row ?? first);
    while (at < wanted.length && (wanted[at] ?? 0) <= last) at += 1;
  }
  return outcomes;
}
