import { Command, CommanderError } from 'commander';
import type { CommandContext, CommandResult } from './cli/command.ts';
import {
  exportDeadLettersCommand,
  listDeadLettersCommand,
  loadCommand,
  retryDeadLettersCommand,
  statusCommand,
} from './cli/load-commands.ts';
import { applySchemaCommand, approveCommand, planCommand, sampleCommand } from './cli/plan-commands.ts';
import {
  acceptCommand,
  exportAuditTrailCommand,
  listAutomationsCommand,
  purgeCommand,
  reconcileCommand,
  restoreAutomationsCommand,
  rollbackCommand,
} from './cli/proof-commands.ts';
import { runCommand } from './cli/run-command.ts';
import { auditCommand, doctorCommand, extractCommand } from './cli/source-commands.ts';
import { exportWorkflowsCommand } from './cli/workflow-commands.ts';
import { SETTINGS } from './config.ts';
import { VERSION } from './version.ts';

const program = new Command('vp-twenty')
  .description('Moves a Visual Practice workspace into Twenty CRM, proves it, and can take it back.')
  .version(VERSION)
  .exitOverride()
  .showHelpAfterError()
  .addHelpText(
    'after',
    `\nSettings (environment):\n${Object.entries(SETTINGS)
      .map(([name, { about, example }]) => `  ${name.padEnd(16)} ${about} Example: ${example}`)
      .join('\n')}\n\nExit codes: 0 done, 1 failed, 2 wrong usage or setting, 3 a person must decide first.`,
  );

/** For the commands that load files. */
const withSource = (command: Command) =>
  command.option('--source <location>', 'where the export is now, if it was moved since extract');

/** Adds a command with the options that every one takes. `name` may have a parent: `dead-letters list`. */
function add<Flags extends object>(
  name: string,
  about: string,
  run: (context: CommandContext, flags: Flags) => Promise<CommandResult>,
  configure: (command: Command) => Command = (command) => command,
): void {
  const words = name.split(' ');
  const parent =
    words.length === 1
      ? program
      : (program.commands.find((command) => command.name() === words[0]) ?? program.command(words[0] ?? ''));
  const command = parent
    .command(words.at(-1) ?? name)
    .description(about)
    .option('--migration <name>', 'name of the migration')
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .option('--data-dir <folder>', 'folder of store, decisions and reports');
  configure(command).action(
    async (flags: Flags & { migration?: string; json?: boolean; dataDir?: string }) => {
      await runCommand(name, flags, (context) => run(context, flags));
    },
  );
}

add(
  'doctor',
  'Checks Node, the store, Twenty and the source, and says what to do about each.',
  doctorCommand,
  (command) => command.option('--source <location>', 'csv:<folder or zip>'),
);
add('extract', 'Reads the source into a snapshot. Run again to resume.', extractCommand, (command) =>
  command
    .requiredOption('--source <location>', 'csv:<folder or zip>')
    .requiredOption('--instance <name>', 'immutable name of the Visual Practice deployment')
    .option('--allow <object.field...>', 'keeps a sensitive field or object that is dropped otherwise')
    .option('--reason <text>', 'why, for the trail; needed with --allow'),
);
add('audit', 'Takes the inventory of a snapshot and of what it meets in Twenty.', auditCommand, (command) =>
  command.option('--snapshot <id>', 'default: the newest complete one'),
);
add(
  'plan',
  'Writes plan.json, plan.md and decisions.yaml; exit 3 while questions are open.',
  planCommand,
  (command) =>
    command
      .option('--accept-defaults', 'takes the default of every open question')
      .option('--automations <policy>', 'keep: workflows and webhooks stay on')
      .option('--irreversible', "allows a policy that destroys records in Twenty's trash"),
);
add('approve', 'Records that a person agreed to the plan or the sample.', approveCommand, (command) =>
  command.option('--plan <digest>').option('--sample <digest>').option('--by <email>', 'who approves'),
);
add(
  'apply-schema',
  'Makes the fields, relations and options that the approved plan lists.',
  applySchemaCommand,
);
add(
  'sample',
  'Loads a slice that covers every case, reads it back and writes the diff.',
  sampleCommand,
  (command) =>
    withSource(command)
      .option('--size <n>', 'wished number of records, default 200')
      .option('--discard', 'takes the sample back'),
);
add('load', 'Loads the rest. Ctrl-C pauses; running it again goes on.', loadCommand, withSource);
add('status', 'Where the migration is, per object.', statusCommand);
add('dead-letters list', 'What could not be loaded, why, and what to do.', listDeadLettersCommand);
add('dead-letters export', 'The same as CSV, to correct.', exportDeadLettersCommand);
add(
  'dead-letters retry',
  'Tries again, with corrected values where given.',
  retryDeadLettersCommand,
  (command) => withSource(command).option('--from <file>', 'the corrected CSV'),
);
add(
  'reconcile',
  'Reads everything back and compares; exit 1 on any unexplained difference.',
  reconcileCommand,
);
add('rollback', 'Takes everything back, then verifies.', rollbackCommand, (command) =>
  command
    .option('--dry-run', 'says what it would do')
    .option('--drifted <policy>', 'keep (default) or revert what people changed since'),
);
add('audit-trail export', 'The append-only trail as JSON lines.', exportAuditTrailCommand);
add('accept', 'Ends the migration: no rollback after it, purge allowed.', acceptCommand, (command) =>
  command.option('--by <email>', 'who accepts'),
);
add('purge', 'Removes snapshot, base images and before-images; the trail keeps digests.', purgeCommand);
add('automations list', 'What fires on records of Twenty, and what we switched off.', listAutomationsCommand);
add('automations restore', 'Switches on again what we switched off.', restoreAutomationsCommand);

add(
  'workflows export',
  "Writes the source's workflows as JSON, and a checklist for rebuilding them in Twenty.",
  exportWorkflowsCommand,
  (command) => command.option('--snapshot <id>', "default: the migration's, or the newest complete one"),
);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
