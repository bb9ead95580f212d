import { digestOf, type Json } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { readyFiles } from '../engine/files/ready-files.ts';
import { runLoadLoop } from '../engine/load-loop.ts';
import { openLoadRun } from '../engine/load-run.ts';
import { requirePlan } from '../engine/plan-guard.ts';
import { progressMeter } from '../engine/progress-meter.ts';
import { remainingItems } from '../engine/remaining.ts';
import { refuseHalfDiscarded } from '../engine/sample-discard.ts';
import { withAutomationsPaused } from '../engine/with-automations-paused.ts';
import type { Migration } from '../ledger/ledger.ts';
import type { SampleReport } from '../mapping/documents/sample.ts';
import { chooseRows } from './sample/choose-rows.ts';
import { readSample } from './sample/read-sample.ts';
import type { StageContext } from './stage.ts';

export interface SampleOptions {
  /** Wished number of records; coverage and references come first. */
  readonly size: number;
}

/**
 * Loads a slice that covers every case, reads it back and compares field by field. Needs the approved plan and its schema. Interrupted, it goes on with the
 * same slice. Throws STATE_FORBIDS, NOT_APPROVED, INTERRUPTED.
 */
export async function runSample(
  context: StageContext,
  migration: Migration,
  options: SampleOptions,
): Promise<SampleReport> {
  const { ledger, clock, log } = context;
  const { plan, digest: planDigest } = await requirePlan(context, migration, 'plan');
  if (migration.state !== 'schema-applied') {
    const todo =
      migration.state === 'plan-approved'
        ? 'Run apply-schema first.'
        : 'A sample is loaded once; sample --discard takes it back.';
    throw new VpError('STATE_FORBIDS', {
      what: `The migration is ${migration.state}.`,
      where: migration.name,
      todo,
    });
  }
  await refuseHalfDiscarded(ledger, migration);
  const load = await openLoadRun(context, migration, plan.decided, 'sample');
  const choice = await chooseRows(load, options.size);
  const begun =
    (
      await ledger.changes.newest(migration.id, {
        phase: 'sample',
        states: ['applied', 'intended'],
        limit: 1,
      })
    ).length > 0;
  // A run that was interrupted goes on with its slice: another one would leave records of the first behind.
  if (!begun && (await remainingItems(ledger, migration, 'sample')) === 0)
    await ledger.work.markSample(migration.id, choice.rows);
  await ledger.work.cut(migration.id, 'sample', load.batchSize);
  const onRange = progressMeter(
    'sample',
    await remainingItems(ledger, migration, 'sample'),
    clock,
    context.progress,
  );
  const { interrupted } = await readyFiles(load)
    .then(() =>
      withAutomationsPaused(context, migration, plan.decided.automations, (renew) =>
        runLoadLoop(load, { clock, log, onRange, renew }),
      ),
    )
    .finally(() => load.files.close());
  if (interrupted)
    throw new VpError('INTERRUPTED', {
      what: 'The sample was stopped.',
      where: migration.name,
      todo: 'Run sample again: it goes on.',
    });
  const body = await readSample(load, { migration: migration.name, planDigest, covers: choice.covers });
  const digest = digestOf(json(body));
  await ledger.transaction(async (tx) => {
    await tx.migrations.putDocument(migration.id, {
      kind: 'sample',
      digest,
      body: json({ ...body, digest }),
    });
    await tx.migrations.transition(migration.id, 'sampled', context.actor);
    await tx.trail.append(migration.id, [
      {
        actor: context.actor,
        operation: 'sample',
        outcome: 'done',
        afterDigest: digest,
        detail: { records: body.records, differences: body.differences },
      },
    ]);
  });
  return { ...body, digest };
}

function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
