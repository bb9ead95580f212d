import { digestOf } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { mayTransition } from '../domain/run-state.ts';
import { pauseAutomations, resumeAutomations } from '../engine/automation-switch.ts';
import { requireWorkspace, storedPlan } from '../engine/plan-guard.ts';
import { queueDigested } from '../engine/queue-digested.ts';
import { markDiscard } from '../engine/sample-discard.ts';
import type { Migration } from '../ledger/ledger.ts';
import { adoptUnrecorded } from './rollback/adopt-unrecorded.ts';
import { BlobCheck } from './rollback/blob-check.ts';
import { composeReport } from './rollback/compose-report.ts';
import { destroyCreated } from './rollback/destroy-created.ts';
import { discardUploads } from './rollback/discard-uploads.ts';
import { findDrift } from './rollback/find-drift.ts';
import { findReferences, keepReferenced, keptSeeds } from './rollback/find-references.ts';
import { forgetSample } from './rollback/forget-sample.ts';
import type { DriftPolicy, RollbackReport } from './rollback/report.ts';
import { restoreImages } from './rollback/restore-images.ts';
import { revertSchema } from './rollback/revert-schema.ts';
import type { RollbackRun } from './rollback/run.ts';
import { KeptRecords } from './rollback/run.ts';
import { verify } from './rollback/verify.ts';
import type { StageContext } from './stage.ts';

export type { RollbackReport };

export interface RollbackOptions {
  readonly dryRun: boolean;
  /** `keep`: what somebody worked on since stays and is listed. `revert`: it is taken back too. */
  readonly drifted: DriftPolicy;
}

/** How long the server's queue may take before records go whose timeline rows are still to be written. */
const QUEUE_MS = 60_000;

/**
 * Takes back everything that the ledger says this migration did, newest first, and proves it. Resumable after a kill at any point. The migration ends as
 * `rolled-back`, unless the check found differences: then it stays `rolling-back` and may be run again. Throws NEWER_MIGRATION, STATE_FORBIDS, INTERRUPTED.
 */
export async function runRollback(
  context: StageContext,
  migration: Migration,
  options: RollbackOptions,
): Promise<RollbackReport> {
  const { ledger } = context;
  if (migration.state !== 'rolling-back' && !mayTransition(migration.state, 'rolling-back'))
    throw forbidden(migration);
  await refuseWhenHeld(context, migration);
  if (migration.workspaceId !== null) await requireWorkspace(context.target, migration.workspaceId);
  const run = await openRun(context, migration, null, options);
  if (options.dryRun) return takeBack(run);
  await ledger.migrations.transition(migration.id, 'rolling-back', context.actor);
  const report = await takeBack(run);
  await storeReport(context, migration, report);
  if (report.verified) await ledger.migrations.transition(migration.id, 'rolled-back', context.actor);
  return report;
}

/** Takes the sample back, so that another plan or sample can be made. Only before the load. What somebody worked on since stays, with its link. */
export async function discardSample(
  context: StageContext,
  migration: Migration,
  options: { readonly drifted: DriftPolicy } = { drifted: 'keep' },
): Promise<RollbackReport> {
  if (!['schema-applied', 'sampled', 'sample-approved'].includes(migration.state)) throw forbidden(migration);
  if (migration.workspaceId !== null) await requireWorkspace(context.target, migration.workspaceId);
  const run = await openRun(context, migration, 'sample', { ...options, dryRun: false });
  await markDiscard(context.ledger, migration.id, 'begun');
  const report = await takeBack(run);
  await forgetSample(run);
  await context.ledger.transaction(async (tx) => {
    await markDiscard(tx, migration.id, 'done');
    await tx.migrations.transition(migration.id, 'schema-applied', context.actor);
  });
  return report;
}

async function openRun(
  context: StageContext,
  migration: Migration,
  phase: RollbackRun['phase'],
  options: RollbackOptions,
): Promise<RollbackRun> {
  const { batchSize } = await context.target.describe();
  return {
    context,
    migration,
    schema: await context.target.schema({ fresh: true }),
    batchSize,
    phase,
    ...options,
    kept: new KeptRecords(),
    cleared: new Map(),
    keptElsewhere: [],
    blobs: new BlobCheck(context.target.files, context.clock),
    tally: { automationEdits: 0, automationReferences: 0 },
  };
}

async function takeBack(run: RollbackRun): Promise<RollbackReport> {
  const { context, migration } = run;
  if (run.dryRun) return survey(run);
  const plan = await storedPlan(context.ledger, migration);
  await pauseAutomations(context, migration, plan?.plan.decided.automations ?? []);
  let failed = false;
  try {
    await adoptUnrecorded(run);
    if (!(await queueDigested(context, migration, QUEUE_MS))) {
      context.log.warn(
        { migration: migration.name },
        'the queue of Twenty is behind: timeline rows of destroyed records may be left',
      );
    }
    await decideKept(run);
    await restoreImages(run, 'first');
    await destroyCreated(run);
    await discardUploads(run);
    await restoreImages(run, 'last');
    const schema = run.phase === null ? await revertSchema(run) : [];
    const { differences, writtenSince } = await verify(run);
    const verification = { differences: [...differences, ...(await run.blobs.left())], writtenSince };
    return await composeReport(run, { schema, foreseen: null, verification });
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // The first error is the one to tell; what stays off is put back by the next command.
    const resumed = resumeAutomations(context, migration);
    await (failed
      ? resumed.catch((error: unknown) =>
          context.log.error({ code: codeOf(error) }, 'automations stay off until the next command'),
        )
      : resumed);
  }
}

function codeOf(error: unknown): string {
  return error instanceof VpError ? error.code : 'INTERNAL';
}

/** The same decisions without a write. */
async function survey(run: RollbackRun): Promise<RollbackReport> {
  const unrecorded = await adoptUnrecorded(run);
  await decideKept(run);
  const restored = await restoreImages(run, 'last');
  const destroyed = await destroyCreated(run);
  if (unrecorded > 0) destroyed.set('(not in the ledger)', unrecorded);
  return composeReport(run, {
    schema: await revertSchema(run),
    foreseen: { destroyed, restored },
    verification: null,
  });
}

async function decideKept(run: RollbackRun): Promise<void> {
  if (run.drifted === 'keep') await findDrift(run);
  await findReferences(run);
  await keepReferenced(run, keptSeeds(run));
}

async function refuseWhenHeld({ ledger }: StageContext, migration: Migration): Promise<void> {
  const newer = await ledger.changes.heldByNewer(migration.id);
  if (newer.length === 0) return;
  throw new VpError('NEWER_MIGRATION', {
    what: `Records of this migration are held by ${newer.join(', ')}.`,
    where: migration.name,
    todo: `Roll back ${newer.at(-1)} first.`,
  });
}

async function storeReport(
  { ledger }: StageContext,
  migration: Migration,
  report: RollbackReport,
): Promise<void> {
  const body = JSON.parse(JSON.stringify(report));
  await ledger.migrations.putDocument(migration.id, { kind: 'rollback', digest: digestOf(body), body });
}

function forbidden(migration: Migration): VpError {
  const todo: Readonly<Record<string, string>> = {
    accepted: 'An accepted migration cannot be taken back.',
    'rolled-back': 'It was taken back already; a second try is a new migration.',
    purged: 'Its images are gone; nothing can be taken back.',
  };
  return new VpError('STATE_FORBIDS', {
    what: `The migration is ${migration.state}.`,
    where: migration.name,
    todo:
      todo[migration.state] ??
      (migration.state.startsWith('load') || migration.state === 'reconciled'
        ? 'Run rollback: a load has begun.'
        : 'Nothing was written to Twenty yet.'),
  });
}
