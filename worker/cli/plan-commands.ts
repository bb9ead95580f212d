import { VpError } from '../domain/errors.ts';
import { requireWorkspace } from '../engine/plan-guard.ts';
import type { Migration } from '../ledger/ledger.ts';
import type { AuditReport } from '../mapping/documents/audit.ts';
import { runApplySchema } from '../stages/apply-schema.ts';
import { runApprove } from '../stages/approve.ts';
import { runPlan } from '../stages/plan.ts';
import { renderPlanMarkdown } from '../stages/report/plan-markdown.ts';
import { renderSampleDiffHtml } from '../stages/report/sample-diff-html.ts';
import { discardSample } from '../stages/rollback.ts';
import { runSample } from '../stages/sample.ts';
import {
  type CommandContext,
  type CommandResult,
  done,
  readDecisions,
  requireMigration,
  writeDecisions,
  writeMigrationFile,
} from './command.ts';
import { table } from './reading.ts';
import { withTwenty } from './twenty-context.ts';

export interface PlanFlags {
  readonly acceptDefaults?: boolean;
  readonly automations?: string;
  readonly irreversible?: boolean;
}

/** Makes the plan; exit 3 while questions are open. */
export async function planCommand(context: CommandContext, flags: PlanFlags): Promise<CommandResult> {
  if (flags.automations !== undefined && flags.automations !== 'keep') {
    throw new VpError('USAGE', {
      what: '--automations takes only "keep".',
      where: '--automations',
      todo: 'Leave it out, or write --automations keep.',
    });
  }
  const migration = await requireMigration(context);
  const { plan, digest, decisions } = await withTwenty(context, async (stage) =>
    runPlan(stage, migration, {
      decisions: await readDecisions(context),
      acceptDefaults: flags.acceptDefaults === true,
      keepAutomations: flags.automations === 'keep',
      irreversible: flags.irreversible === true,
    }),
  );
  const files = {
    decisions: await writeDecisions(context, decisions),
    json: await writeMigrationFile(context, 'plan.json', `${JSON.stringify({ digest, ...plan }, null, 2)}\n`),
    markdown: await writeMigrationFile(
      context,
      'plan.md',
      renderPlanMarkdown(plan, digest, await storedAudit(context, migration)),
    ),
  };
  const { foreseen } = plan;
  const rows = foreseen.rows.map((row) =>
    [row.object, row.rows, row.create, row.match, row.merged, row.skipped, row.excluded, row.deadLetters].map(
      String,
    ),
  );
  const lines = [
    `Plan ${digest}`,
    `Grade ${foreseen.grade.letter}, about ${foreseen.estimate.calls} calls and ${foreseen.estimate.minutes} minutes.`,
    ...table([
      ['object', 'rows', 'create', 'match', 'merged', 'skipped', 'excluded', 'dead letters'],
      ...rows,
    ]),
    `Read ${files.markdown}.`,
    foreseen.open > 0
      ? `${foreseen.open} questions are open: answer them in ${files.decisions} and run plan again, or plan --accept-defaults.`
      : `Then: vp-twenty approve --migration ${migration.name} --plan ${digest} --by <e-mail>`,
  ];
  return done(
    {
      digest,
      open: foreseen.open,
      grade: foreseen.grade,
      estimate: foreseen.estimate,
      rows: foreseen.rows,
      files,
    },
    lines,
    foreseen.open > 0 ? 3 : 0,
  );
}

export async function applySchemaCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const result = await withTwenty(context, (stage) => runApplySchema(stage, migration));
  return done(result, [
    `${result.made.length} made, ${result.present.length} were there.`,
    ...result.made.map((name) => `  ${name}`),
  ]);
}

export interface SampleFlags {
  readonly size?: string;
  readonly source?: string;
  readonly discard?: boolean;
}

const DEFAULT_SAMPLE = 200;

export async function sampleCommand(context: CommandContext, flags: SampleFlags): Promise<CommandResult> {
  const migration = await requireMigration(context);
  if (flags.discard === true) {
    const report = await withTwenty(context, (stage) => discardSample(stage, migration));
    return done(report, [
      'The sample was taken back.',
      `${report.destroyed} records destroyed, ${report.restored} restored, ${report.kept.length} kept.`,
    ]);
  }
  const size = flags.size === undefined ? DEFAULT_SAMPLE : Number(flags.size);
  if (!Number.isInteger(size) || size < 1)
    throw new VpError('USAGE', {
      what: '--size takes a whole number above 0.',
      where: '--size',
      todo: 'For example --size 200.',
    });
  const report = await withTwenty(context, (stage) => runSample(stage, migration, { size }), flags);
  const files = {
    json: await writeMigrationFile(context, 'sample-diff.json', `${JSON.stringify(report, null, 2)}\n`),
    html: await writeMigrationFile(context, 'sample-diff.html', renderSampleDiffHtml(report)),
  };
  const lines = [
    `Sample ${report.digest}`,
    `${report.records} records, ${report.differences} differences.`,
    `Look at ${files.html}.`,
    `Then: vp-twenty approve --migration ${migration.name} --sample ${report.digest} --by <e-mail>`,
  ];
  const { rows: _rows, ...summary } = report;
  return done({ ...summary, files }, lines, report.differences > 0 ? 1 : 0);
}

export interface ApproveFlags {
  readonly plan?: string;
  readonly sample?: string;
  readonly by?: string;
}

export async function approveCommand(context: CommandContext, flags: ApproveFlags): Promise<CommandResult> {
  const digest = flags.plan ?? flags.sample;
  if (digest === undefined || (flags.plan !== undefined && flags.sample !== undefined)) {
    throw new VpError('USAGE', {
      what: 'Approve one thing: the plan or the sample.',
      where: '--plan, --sample',
      todo: 'Add --plan <digest> or --sample <digest>.',
    });
  }
  if (flags.by === undefined || !flags.by.includes('@')) {
    throw new VpError('USAGE', {
      what: 'An approval needs the person who gives it.',
      where: '--by',
      todo: 'Add --by <e-mail>.',
    });
  }
  const migration = await requireMigration(context);
  const kind = flags.plan === undefined ? 'sample' : 'plan';
  // An approval is given for a workspace: refused while the key opens another one.
  const { workspaceId } = migration;
  if (context.config.twenty !== null && workspaceId !== null) {
    await withTwenty(context, ({ target }) => requireWorkspace(target, workspaceId));
  }
  const approval = await runApprove(context, migration, { kind, digest, by: flags.by });
  return done(approval, [`${kind} ${approval.digest} approved by ${approval.by}.`]);
}

async function storedAudit(context: CommandContext, migration: Migration): Promise<AuditReport | undefined> {
  const document = await context.ledger.migrations.document(migration.id, 'audit');
  // Stored by our own audit stage; its shape is ours.
  return document === null ? undefined : JSON.parse(JSON.stringify(document.body));
}
