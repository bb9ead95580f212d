import { VpError } from '../domain/errors.ts';
import { runAccept } from '../stages/accept.ts';
import { exportAuditTrail } from '../stages/audit-trail.ts';
import { listAutomations, restoreAutomations } from '../stages/automations.ts';
import { runPurge } from '../stages/purge.ts';
import { runReconcile } from '../stages/reconcile.ts';
import { renderReconciliationHtml } from '../stages/report/reconciliation-html.ts';
import { runRollback } from '../stages/rollback.ts';
import {
  type CommandContext,
  type CommandResult,
  done,
  requireMigration,
  writeMigrationFile,
} from './command.ts';
import { table } from './reading.ts';
import { withTwenty } from './twenty-context.ts';

export async function reconcileCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const report = await withTwenty(context, (stage) => runReconcile(stage, migration));
  const files = {
    json: await writeMigrationFile(context, 'reconciliation.json', `${JSON.stringify(report, null, 2)}\n`),
    html: await writeMigrationFile(context, 'reconciliation.html', renderReconciliationHtml(report)),
  };
  const outcomes = Object.entries(report.outcomes).map(
    ([object, counts]) =>
      `  ${object}: ${Object.entries(counts)
        .map(([outcome, n]) => `${n} ${outcome}`)
        .join(', ')}`,
  );
  const lines = [...outcomes, `${report.unexplained} unexplained differences.`, `Look at ${files.html}.`];
  return done({ ...report, files }, lines, report.unexplained > 0 ? 1 : 0);
}

export interface RollbackFlags {
  readonly dryRun?: boolean;
  readonly drifted?: string;
}

export async function rollbackCommand(context: CommandContext, flags: RollbackFlags): Promise<CommandResult> {
  const drifted = flags.drifted ?? 'keep';
  if (drifted !== 'keep' && drifted !== 'revert') {
    throw new VpError('USAGE', {
      what: '--drifted takes keep or revert.',
      where: '--drifted',
      todo: 'keep leaves what people changed since; revert takes it back too.',
    });
  }
  const migration = await requireMigration(context);
  const report = await withTwenty(context, (stage) =>
    runRollback(stage, migration, { dryRun: flags.dryRun === true, drifted }),
  );
  const file = await writeMigrationFile(
    context,
    flags.dryRun === true ? 'rollback-dry-run.json' : 'rollback.json',
    `${JSON.stringify(report, null, 2)}\n`,
  );
  const lines = [
    `${flags.dryRun === true ? 'Would destroy' : 'Destroyed'} ${report.destroyed}, ${flags.dryRun === true ? 'would restore' : 'restored'} ${report.restored}, kept ${report.kept.length}.`,
    ...report.kept.slice(0, 20).map(({ object, id, why }) => `  kept ${object} ${id}: ${why}`),
    ...report.remains.map((line) => `  remains: ${line}`),
    ...(flags.dryRun === true
      ? []
      : [
          report.verified
            ? 'Verified: the workspace is as it was, but for what is listed.'
            : 'NOT verified: see the report.',
        ]),
    `Report: ${file}`,
  ];
  return done({ ...report, file }, lines, flags.dryRun === true || report.verified ? 0 : 1);
}

/** Straight to stdout, line by line: a trail may be longer than memory. */
export async function exportAuditTrailCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  if (context.json) {
    const entries: unknown[] = [];
    for await (const line of exportAuditTrail(context.ledger, migration)) entries.push(JSON.parse(line));
    return done(entries, []);
  }
  for await (const line of exportAuditTrail(context.ledger, migration)) {
    if (!process.stdout.write(`${line}\n`))
      await new Promise((resume) => process.stdout.once('drain', resume));
  }
  return done(null, []);
}

export async function acceptCommand(
  context: CommandContext,
  flags: { readonly by?: string },
): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const by = flags.by ?? context.actor;
  await runAccept({ ledger: context.ledger, actor: by }, migration);
  return done({ migration: migration.name, state: 'accepted', by }, [
    `${migration.name} is accepted: rollback is closed, purge is allowed.`,
  ]);
}

export async function purgeCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const result = await runPurge({ ledger: context.ledger, actor: context.actor }, migration);
  return done(result, [`${migration.name} is purged: the trail keeps digests only.`]);
}

export async function listAutomationsCommand(context: CommandContext): Promise<CommandResult> {
  const automations = await withTwenty(context, (stage) => listAutomations(stage));
  const rows = automations.map(({ kind, name, events, active, pausedBy }) => [
    kind,
    name,
    events.join(' '),
    active ? 'on' : 'off',
    pausedBy ?? '',
  ]);
  return done(automations, table([['kind', 'name', 'events', 'state', 'switched off by'], ...rows]));
}

export async function restoreAutomationsCommand(context: CommandContext): Promise<CommandResult> {
  const restored = await withTwenty(context, (stage) => restoreAutomations(stage));
  return done({ restored }, [
    restored.length === 0 ? 'Nothing of ours is switched off.' : `Switched on: ${restored.join(', ')}.`,
  ]);
}
