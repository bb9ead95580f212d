import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Config } from '../config.ts';
import type { Json } from '../domain/canonical.ts';
import { type ExitCode, VpError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';
import { type DecisionsFile, decisionsFileSchema } from '../mapping/documents/decisions.ts';
import type { ProgressEvent } from '../stages/stage.ts';

/** What every command gets. */
export interface CommandContext {
  readonly config: Config;
  readonly log: Logger;
  readonly ledger: Ledger;
  readonly migrationName: string | null;
  readonly json: boolean;
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
}

/** What a command says: a document for --json, lines for people, and how it exits. */
export interface CommandResult {
  readonly document: Json;
  readonly lines: readonly string[];
  readonly exit: ExitCode;
}

export function done(document: unknown, lines: readonly string[], exit: ExitCode = 0): CommandResult {
  return { document: asJson(document), lines, exit };
}

export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** The migration named by --migration; USAGE without one, UNKNOWN_MIGRATION when there is none of that name. */
export async function requireMigration(context: CommandContext): Promise<Migration> {
  const name = requireMigrationName(context);
  const migration = await context.ledger.migrations.get(name);
  if (migration !== null) return migration;
  throw new VpError('UNKNOWN_MIGRATION', {
    what: `There is no migration "${name}".`,
    where: '--migration',
    todo: 'Check the name; extract or audit with --migration makes one.',
  });
}

export function requireMigrationName({ migrationName }: Pick<CommandContext, 'migrationName'>): string {
  if (migrationName === null) {
    throw new VpError('USAGE', {
      what: 'This command needs --migration.',
      where: '--migration',
      todo: 'Add --migration <name>.',
    });
  }
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/iu.test(migrationName)) {
    throw new VpError('USAGE', {
      what: 'A migration name has letters, digits, dot, dash and underscore only, at most 63.',
      where: '--migration',
      todo: 'Choose another name.',
    });
  }
  return migrationName;
}

/** Writes a file of the migration into the data folder and says where. Readable by this user only: it may hold customer data. */
export async function writeMigrationFile(
  context: CommandContext,
  name: string,
  content: string,
): Promise<string> {
  return writeDataFile(context, requireMigrationName(context), name, content);
}

/** The same into another folder below the data folder; `folder` is a name of ours. */
export async function writeDataFile(
  context: CommandContext,
  folder: string,
  name: string,
  content: string,
): Promise<string> {
  const dir = join(context.config.dataDir, folder);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

export function migrationFile(context: CommandContext, name: string): string {
  return join(context.config.dataDir, requireMigrationName(context), name);
}

const DECISIONS_HEAD = `# Every question of the plan. Write your answer behind "answer:", then run plan again.
# Without an answer the question is open; plan --accept-defaults takes the default of every open one.
`;

/** decisions.yaml of the migration, or null before the first plan. Throws DECISIONS_INVALID with the place. */
export async function readDecisions(context: CommandContext): Promise<DecisionsFile | null> {
  const path = migrationFile(context, 'decisions.yaml');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    const line = error instanceof Error ? (/at line \d+/u.exec(error.message)?.[0] ?? '') : '';
    throw new VpError('DECISIONS_INVALID', {
      what: `decisions.yaml is not YAML ${line}.`,
      where: path,
      todo: 'Correct that line.',
    });
  }
  const result = decisionsFileSchema.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new VpError('DECISIONS_INVALID', {
    what: `decisions.yaml: ${issue?.message ?? 'invalid'}.`,
    where: `${path} at ${issue?.path.join('.') || '(top)'}`,
    todo: 'Correct that entry, or delete the file: plan writes it again with every question.',
  });
}

export async function writeDecisions(context: CommandContext, decisions: DecisionsFile): Promise<string> {
  return writeMigrationFile(
    context,
    'decisions.yaml',
    DECISIONS_HEAD + stringify(decisions, { lineWidth: 120 }),
  );
}
