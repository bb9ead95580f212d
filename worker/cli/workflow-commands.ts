import { openMappings } from '../main.ts';
import { workflowsChecklist } from '../stages/report/workflows-checklist.ts';
import { readWorkflows, workflowsJson } from '../stages/workflows.ts';
import { type CommandContext, type CommandResult, done, requireMigration, writeDataFile } from './command.ts';
import { newestSnapshot } from './source-commands.ts';

/**
 * Into the folder of the migration, or of the snapshot when no migration is named. What it prints has counts only: names of workflows are the
 * customer's, and stay in the files.
 */
export async function exportWorkflowsCommand(
  context: CommandContext,
  flags: { readonly snapshot?: string },
): Promise<CommandResult> {
  const migration = context.migrationName === null ? null : await requireMigration(context);
  const snapshotId = flags.snapshot ?? migration?.snapshotId ?? (await newestSnapshot(context));
  const { profile } = await openMappings(context.config);
  const exported = await readWorkflows(context.ledger, profile, snapshotId);
  // The snapshot is known by now, so its id is one of ours.
  const folder = migration?.name ?? exported.snapshotId;
  const files = {
    json: await writeDataFile(context, folder, 'workflows.json', workflowsJson(exported)),
    checklist: await writeDataFile(context, folder, 'workflows-checklist.md', workflowsChecklist(exported)),
  };
  const counts = {
    definitions: exported.definitions.length,
    byHand: exported.definitions.reduce(
      (sum, { triggers, steps }) =>
        sum + [...triggers, ...steps].filter(({ counterpart }) => counterpart.kind !== 'same').length,
      0,
    ),
  };
  const lines = [
    `${counts.definitions} definitions; ${counts.byHand} triggers and steps have no counterpart in Twenty that is known.`,
    ...exported.remarks.map((remark) => `  ${remark}`),
    `As exported: ${files.json}`,
    `To rebuild them: ${files.checklist}`,
  ];
  return done({ snapshotId, ...counts, remarks: exported.remarks, files }, lines);
}
