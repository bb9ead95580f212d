import { VpError } from '../domain/errors.ts';
import { readyFiles } from '../engine/files/ready-files.ts';
import { runLoadLoop } from '../engine/load-loop.ts';
import { type LoadRun, openLoadRun } from '../engine/load-run.ts';
import { requirePlan } from '../engine/plan-guard.ts';
import { progressMeter } from '../engine/progress-meter.ts';
import { remainingItems } from '../engine/remaining.ts';
import { withAutomationsPaused } from '../engine/with-automations-paused.ts';
import type { Migration, OutcomeCount } from '../ledger/ledger.ts';
import type { DecidedPlan } from '../mapping/documents/plan.ts';
import type { StageContext } from './stage.ts';

export interface LoadResult {
  /** Records settled by this run. */
  readonly records: number;
  readonly seconds: number;
  readonly complete: boolean;
  readonly outcomes: readonly OutcomeCount[];
}

/**
 * Loads what the sample did not. Needs the approvals of plan and sample. Stops at the signal after the batches in flight; running it again goes on, from
 * any kill. Automations are off while it writes and on again when it ends, however it ends.
 */
export async function runLoad(context: StageContext, migration: Migration): Promise<LoadResult> {
  const { plan } = await requirePlan(context, migration, 'sample');
  if (!['sample-approved', 'loading', 'loaded', 'reconciled'].includes(migration.state)) {
    throw new VpError('STATE_FORBIDS', {
      what: `The migration is ${migration.state}.`,
      where: migration.name,
      todo: 'Run sample, look at its diff, and approve it.',
    });
  }
  const load = await openLoadRun(context, migration, plan.decided, 'load');
  try {
    await readyFiles(load);
    return await loadAll(context, migration, plan.decided, load);
  } finally {
    await load.files.close();
  }
}

async function loadAll(
  context: StageContext,
  migration: Migration,
  decided: DecidedPlan,
  load: LoadRun,
): Promise<LoadResult> {
  const { ledger, clock, log } = context;
  await ledger.migrations.transition(migration.id, 'loading', context.actor);
  await ledger.work.cut(migration.id, 'load', load.batchSize);
  const started = clock.now();
  const onRange = progressMeter(
    'load',
    await remainingItems(ledger, migration, 'load'),
    clock,
    context.progress,
  );
  const result = await withAutomationsPaused(context, migration, decided.automations, (renew) =>
    runLoadLoop(load, { clock, log, onRange, renew }),
  );
  const complete = !result.interrupted;
  if (complete) await ledger.migrations.transition(migration.id, 'loaded', context.actor);
  return {
    records: result.records,
    seconds: (clock.now() - started) / 1000,
    complete,
    outcomes: await ledger.records.countOutcomes(migration.id),
  };
}
