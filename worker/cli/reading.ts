import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { OUTCOMES } from '../domain/record.ts';
import type { Ledger, Migration } from '../ledger/ledger.ts';
import { listDeadLetters } from '../stages/dead-letters.ts';
import type { ProgressEvent } from '../stages/stage.ts';
import { readStatus } from '../stages/status.ts';
import { asJson, type CommandResult, done } from './command.ts';
import { progressLine } from './progress.ts';

/** Commands that only read the store; while another process holds it, that one answers them. */
const READING = {
  status: async (ledger: Ledger, migration: Migration): Promise<Json> =>
    asJson(await readStatus(ledger, migration)),
  'dead-letters list': async (ledger: Ledger, migration: Migration): Promise<Json> =>
    asJson(await listDeadLetters(ledger, migration)),
} as const;

export type ReadingCommand = keyof typeof READING;

export function isReading(name: string): name is ReadingCommand {
  return Object.hasOwn(READING, name);
}

const requestSchema = z.strictObject({ command: z.string(), migration: z.string().nullable() });

/** Answers a reading command from this process's ledger. */
export async function answerReading(
  ledger: Ledger,
  request: Json,
  progress: ProgressEvent | null,
): Promise<Json> {
  const { command, migration: name } = requestSchema.parse(request);
  const migration = name === null ? null : await ledger.migrations.get(name);
  if (migration === null || !isReading(command)) {
    throw new VpError('UNKNOWN_MIGRATION', {
      what: 'There is no migration of that name.',
      where: '--migration',
      todo: 'Check the name.',
    });
  }
  const answer = await READING[command](ledger, migration);
  // The process that works knows how fast it goes.
  return command === 'status' ? asJson({ ...Object(answer), progress }) : answer;
}

/** The same document as lines, whichever process answered. */
export function readingResult(name: ReadingCommand, answer: Json): CommandResult {
  return name === 'status' ? statusResult(answer) : deadLettersResult(answer);
}

const statusSchema = z.object({
  migration: z.string(),
  state: z.string(),
  planDigest: z.string().nullable(),
  progress: z
    .object({
      stage: z.string(),
      object: z.string(),
      done: z.number(),
      total: z.number().nullable(),
      rate: z.number().nullable(),
      etaSeconds: z.number().nullable(),
    })
    .nullish(),
  objects: z.array(
    z.object({
      object: z.string(),
      source: z.number(),
      remaining: z.number(),
      outcomes: z.record(z.string(), z.number()),
    }),
  ),
});

function statusResult(answer: Json): CommandResult {
  const status = statusSchema.parse(answer);
  const head = ['object', 'source', ...OUTCOMES, 'remaining'];
  const rows = status.objects.map(({ object, source, outcomes, remaining }) => [
    object,
    String(source),
    ...OUTCOMES.map((outcome) => String(outcomes[outcome] ?? 0)),
    String(remaining),
  ]);
  const running = status.progress ? [`running: ${progressLine(status.progress)}`] : [];
  return done(answer, [`${status.migration}: ${status.state}`, ...running, ...table([head, ...rows])]);
}

const lettersSchema = z.array(
  z.object({
    object: z.string(),
    row: z.number(),
    sourceId: z.string(),
    reason: z.object({ code: z.string(), field: z.string().optional(), todo: z.string() }),
  }),
);

function deadLettersResult(answer: Json): CommandResult {
  const letters = lettersSchema.parse(answer);
  const rows = letters.map(({ object, row, sourceId, reason }) => [
    object,
    String(row),
    sourceId,
    reason.code,
    reason.field ?? '',
    reason.todo,
  ]);
  const lines =
    letters.length === 0
      ? ['No dead letters.']
      : table([['object', 'row', 'id', 'code', 'field', 'what to do'], ...rows]);
  return done(answer, lines);
}

/** Columns of equal width. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
