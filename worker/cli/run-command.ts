import type { Config } from '../config.ts';
import { parseConfig } from '../config.ts';
import { VpError } from '../domain/errors.ts';
import { askHolder, serveHolder } from '../ledger/holder.ts';
import { createLogger, openLedger } from '../main.ts';
import type { ProgressEvent } from '../stages/stage.ts';
import { type CommandContext, type CommandResult, requireMigrationName } from './command.ts';
import { progressPrinter } from './progress.ts';
import { answerReading, isReading, readingResult } from './reading.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly migration?: string;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** Commands that can do without --migration. */
const WITHOUT_MIGRATION = new Set([
  'doctor',
  'extract',
  'automations list',
  'automations restore',
  'workflows export',
]);

export type Run = (context: CommandContext) => Promise<CommandResult>;

/**
 * Runs one command: reads the environment, opens the store, answers the reading commands of others meanwhile, prints the result, and sets the exit
 * code. A reading command whose store is held by another process is answered by that process.
 */
export async function runCommand(name: string, options: GlobalOptions, run: Run): Promise<void> {
  const json = options.json === true;
  try {
    const parsed = parseConfig(process.env);
    const config: Config = { ...parsed, dataDir: options.dataDir ?? parsed.dataDir };
    print(await openAndRun(name, options, config, run), json);
  } catch (error) {
    printError(error, json);
  }
}

async function openAndRun(
  name: string,
  options: GlobalOptions,
  config: Config,
  run: Run,
): Promise<CommandResult> {
  const json = options.json === true;
  const migrationName = options.migration ?? null;
  // Before the store is opened, so that a slip costs no time and leaves no store behind.
  if (migrationName !== null || !WITHOUT_MIGRATION.has(name)) requireMigrationName({ migrationName });
  const log = createLogger(config.logLevel);
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(1);
    log.warn({}, 'stopping after the work in flight; press again to stop at once');
    stop.abort(
      new VpError('INTERRUPTED', {
        what: 'The command was stopped.',
        todo: 'Run it again: it goes on where it was.',
      }),
    );
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  if (isReading(name) && config.databaseUrl === undefined) {
    const answer = await askHolder(config.dataDir, { command: name, migration: migrationName });
    if (answer !== null) return readingResult(name, answer);
  }
  const ledger = await openLedger({
    dataDir: config.dataDir,
    command: name,
    log,
    ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
  });
  let latest: ProgressEvent | null = null;
  const show = progressPrinter(json);
  const holder =
    config.databaseUrl === undefined
      ? await serveHolder(config.dataDir, (request) => answerReading(ledger, request, latest))
      : null;
  try {
    return await run({
      config,
      log,
      ledger,
      migrationName,
      json,
      actor: 'cli',
      signal: stop.signal,
      progress: (event) => {
        latest = event;
        show(event);
      },
    });
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await holder?.close();
    await ledger.close();
  }
}

function print(result: CommandResult, json: boolean): void {
  process.stdout.write(
    json ? `${JSON.stringify(result.document)}\n` : result.lines.map((line) => `${line}\n`).join(''),
  );
  process.exitCode = result.exit;
}

function printError(error: unknown, json: boolean): void {
  const known =
    error instanceof VpError
      ? error
      : new VpError('INTERNAL', {
          what: error instanceof Error ? `${error.name}: ${error.message}` : 'An unknown failure.',
          todo: 'This is a defect of vp-twenty. Report it with the command and the log; running the command again is safe.',
          cause: error,
        });
  process.exitCode = known.exitCode;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ error: { code: known.code, what: known.message, where: known.where ?? null, todo: known.todo } })}\n`,
    );
    return;
  }
  const where = known.where === undefined ? '' : ` [${known.where}]`;
  process.stderr.write(`${known.code}${where}: ${known.message}\n  ${known.todo}\n`);
  if (known.code === 'INTERNAL' && known.cause instanceof Error)
    process.stderr.write(`${known.cause.stack ?? ''}\n`);
}
