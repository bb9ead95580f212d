import { VpError } from '../domain/errors.ts';
import { writeItems } from '../engine/load-range.ts';
import { openLoadRun } from '../engine/load-run.ts';
import { requirePlan, storedPlan } from '../engine/plan-guard.ts';
import { type NotLinked, type RelinkResult, relinkDependents } from '../engine/relink-dependents.ts';
import { withAutomationsPaused } from '../engine/with-automations-paused.ts';
import type { DeadLetter, Ledger, Migration, WorkItem } from '../ledger/ledger.ts';
import { rowsOf, sourceRowNumber } from '../mapping/expand-pieces.ts';
import type { StageContext } from './stage.ts';

/** Corrected values of one row: from a fixes file, by object and row (or source id). */
export interface Fix {
  readonly object: string;
  readonly row: number;
  readonly fields: Readonly<Record<string, string>>;
}

export interface RetryResult {
  readonly retried: number;
  readonly resolved: number;
  readonly remaining: number;
  /** Records loaded before whose relation to one of these was set now. */
  readonly linked: number;
  /** Records whose relation Twenty refused; the next retry tries again. */
  readonly notLinked: readonly NotLinked[];
}

export async function listDeadLetters(ledger: Ledger, migration: Migration): Promise<DeadLetter[]> {
  return ledger.records.deadLetters(migration.id, { unresolvedOnly: true });
}

/** The cells of these rows as they stand in the snapshot, by row number; of a piece those of the row that it is made of. */
export async function sourceCellsOf(
  ledger: Ledger,
  migration: Migration,
  object: string,
  rows: readonly number[],
): Promise<Map<number, Readonly<Record<string, string>>>> {
  const stored = await storedPlan(ledger, migration);
  const mapping = stored?.plan.decided.mapping.find((candidate) => candidate.object === object);
  if (migration.snapshotId === null) return new Map();
  const numbers = new Map(
    rows.map((row) => [row, mapping === undefined ? row : sourceRowNumber(mapping, row)]),
  );
  const found = await ledger.snapshots.rowsAt(
    migration.snapshotId,
    mapping === undefined ? object : rowsOf(mapping),
    [...new Set(numbers.values())],
  );
  const byNumber = new Map(found.map((row) => [row.row, row.fields]));
  return new Map([...numbers].map(([row, number]) => [row, byNumber.get(number) ?? {}]));
}

/** Reasons that a corrected value cannot cure: the plan refused the row. */
const PLAN_REFUSED = new Set(['NO_ID', 'ROW_BROKEN', 'DUPLICATE_ID']);

/**
 * Tries dead letters again, each alone, in load order, with corrected values where given. A correction names the columns it changes; which columns is
 * in the trail, the values are in the ledger. Throws USAGE for a fix of a row that is no dead letter.
 * Records that were loaded without their relation to a dead letter are linked to what it became.
 */
export async function retryDeadLetters(
  context: StageContext,
  migration: Migration,
  fixes: readonly Fix[],
): Promise<RetryResult> {
  const { ledger } = context;
  const { plan } = await requirePlan(context, migration, 'sample');
  if (!['loading', 'loaded', 'reconciled'].includes(migration.state)) {
    throw new VpError('STATE_FORBIDS', {
      what: `The migration is ${migration.state}.`,
      where: migration.name,
      todo: 'Dead letters are retried after the load has begun.',
    });
  }
  const letters = await listDeadLetters(ledger, migration);
  await recordFixes(context, migration, letters, fixes);
  const load = await openLoadRun(context, migration, plan.decided, 'load');
  const retriable = letters.filter(({ reason }) => !PLAN_REFUSED.has(reason.code));
  const items = await itemsOf(ledger, migration, retriable);
  let resolved = 0;
  let relinked: RelinkResult = { linked: 0, notLinked: [] };
  const retry = withAutomationsPaused(context, migration, plan.decided.automations, async (renew) => {
    for (const item of items) {
      if (context.signal.aborted) break;
      const result = await writeItems(load, { object: item.object, items: [item], attempt: 1 });
      const isResolved = result.deadLetters.length === 0;
      // One commit: a record of ours whose letter still stands would be loaded, and put into the ledger, once more.
      await ledger.transaction(async (tx) => {
        await result.store(null);
        if (isResolved) await tx.records.resolveDeadLetters(migration.id, item.object, [item.row]);
      });
      if (isResolved) resolved += 1;
      await renew();
    }
    // Every letter that is resolved by now counts, also of a retry that was stopped: linking twice changes nothing.
    const letters = (await ledger.records.deadLetters(migration.id)).filter((letter) => letter.resolved);
    relinked = await relinkDependents(load, letters, renew);
  });
  await retry.finally(() => load.files.close());
  const remaining = (await listDeadLetters(ledger, migration)).length;
  return { retried: items.length, resolved, remaining, ...relinked };
}

async function itemsOf(
  ledger: Ledger,
  migration: Migration,
  letters: readonly DeadLetter[],
): Promise<WorkItem[]> {
  const items: WorkItem[] = [];
  for (const object of new Set(letters.map((letter) => letter.object))) {
    const rows = letters.filter((letter) => letter.object === object).map(({ row }) => row);
    items.push(...(await ledger.work.itemsOf(migration.id, object, rows)));
  }
  return items.sort((a, b) => a.level - b.level || a.row - b.row);
}

async function recordFixes(
  context: StageContext,
  migration: Migration,
  letters: readonly DeadLetter[],
  fixes: readonly Fix[],
): Promise<void> {
  const known = new Set(letters.map(({ object, row }) => `${object}:${row}`));
  const stray = fixes.find(({ object, row }) => !known.has(`${object}:${row}`));
  if (stray !== undefined) {
    throw new VpError('USAGE', {
      what: 'A fix names a row that is no unresolved dead letter.',
      where: `${stray.object} row ${stray.row}`,
      todo: 'Export the dead letters again and correct that file.',
    });
  }
  for (const fix of fixes) {
    await context.ledger.transaction(async (tx) => {
      await tx.records.setFixes(migration.id, fix.object, fix.row, fix.fields);
      await tx.trail.append(migration.id, [
        {
          actor: context.actor,
          operation: 'fix',
          object: fix.object,
          outcome: 'recorded',
          detail: { row: fix.row, columns: Object.keys(fix.fields) },
        },
      ]);
    });
  }
}
