import { readFile } from 'node:fs/promises';
import { parse as parseCsv } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { VpError } from '../domain/errors.ts';
import type { DeadLetter, Migration } from '../ledger/ledger.ts';
import { type Fix, listDeadLetters, retryDeadLetters, sourceCellsOf } from '../stages/dead-letters.ts';
import { runLoad } from '../stages/load.ts';
import { readStatus } from '../stages/status.ts';
import {
  asJson,
  type CommandContext,
  type CommandResult,
  done,
  requireMigration,
  writeMigrationFile,
} from './command.ts';
import { duration } from './progress.ts';
import { readingResult } from './reading.ts';
import { withTwenty } from './twenty-context.ts';

export async function loadCommand(
  context: CommandContext,
  flags: { readonly source?: string },
): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const result = await withTwenty(context, (stage) => runLoad(stage, migration), flags);
  const rate = result.seconds > 0 ? Math.round(result.records / result.seconds) : 0;
  const lines = [
    `${result.records} records in ${duration(result.seconds)} (${rate}/s).`,
    ...result.outcomes.map(({ object, outcome, n }) => `  ${object}: ${n} ${outcome}`),
    result.complete
      ? `Then: vp-twenty reconcile --migration ${migration.name}`
      : 'Paused. Run load again to go on.',
  ];
  return done(result, lines, result.complete ? 0 : 1);
}

export async function statusCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  return readingResult('status', asJson(await readStatus(context.ledger, migration)));
}

export async function listDeadLettersCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  return readingResult('dead-letters list', asJson(await listDeadLetters(context.ledger, migration)));
}

/** Writes a CSV with one line per dead letter and its source columns, to correct and give back to retry --from. */
export async function exportDeadLettersCommand(context: CommandContext): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const letters = await listDeadLetters(context.ledger, migration);
  const rows = await withSource(context, migration, letters);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const file = await writeMigrationFile(
    context,
    'dead-letters.csv',
    stringify(rows, { header: true, columns, bom: true }),
  );
  return done({ file, deadLetters: letters.length }, [
    `${letters.length} dead letters in ${file}.`,
    'Correct the columns and run: vp-twenty dead-letters retry --from that file.',
  ]);
}

const OWN_COLUMNS = ['_object', '_row', '_code', '_field', '_todo'] as const;

async function withSource(
  context: CommandContext,
  migration: Migration,
  letters: readonly DeadLetter[],
): Promise<Record<string, string>[]> {
  const out: Record<string, string>[] = [];
  for (const [object, own] of Map.groupBy(letters, (letter) => letter.object)) {
    const numbers = own.map(({ row }) => row);
    const cells = await sourceCellsOf(context.ledger, migration, object, numbers);
    for (const { row, reason, fixes } of own) {
      out.push({
        _object: object,
        _row: String(row),
        _code: reason.code,
        _field: reason.field ?? '',
        _todo: reason.todo,
        ...cells.get(row),
        ...fixes,
      });
    }
  }
  return out;
}

export async function retryDeadLettersCommand(
  context: CommandContext,
  flags: { readonly from?: string; readonly source?: string },
): Promise<CommandResult> {
  const migration = await requireMigration(context);
  const fixes = flags.from === undefined ? [] : await readFixes(context, migration, flags.from);
  const result = await withTwenty(context, (stage) => retryDeadLetters(stage, migration, fixes), flags);
  const lines = [
    `${result.retried} tried again, ${result.resolved} resolved, ${result.remaining} remain.`,
    ...(result.linked > 0 ? [`${result.linked} records that refer to them were linked.`] : []),
    ...result.notLinked.map(
      ({ object, row, twentyId, reason }) =>
        `  ${object} row ${row} (${twentyId}) was not linked: ${reason.field ?? reason.code}. ${reason.todo}`,
    ),
  ];
  return done(result, lines, result.remaining > 0 || result.notLinked.length > 0 ? 1 : 0);
}

/** Columns of a fixes file that differ from the snapshot are corrections; the others are left as they are. */
async function readFixes(context: CommandContext, migration: Migration, path: string): Promise<Fix[]> {
  let records: unknown;
  try {
    records = parseCsv(await readFile(path), { columns: true, bom: true, skip_empty_lines: true });
  } catch (cause) {
    throw new VpError('USAGE', {
      what: 'The fixes file cannot be read as CSV.',
      where: path,
      todo: 'Use the file that dead-letters export wrote.',
      cause,
    });
  }
  const fixes: Fix[] = [];
  for (const record of Array.isArray(records) ? records : []) {
    const cells = new Map(Object.entries(Object(record)).map(([column, value]) => [column, String(value)]));
    const object = cells.get('_object') ?? '';
    const row = Number(cells.get('_row'));
    if (object === '' || !Number.isInteger(row)) {
      throw new VpError('USAGE', {
        what: 'A line of the fixes file has no _object or no _row.',
        where: path,
        todo: 'Keep these two columns of the exported file.',
      });
    }
    for (const own of OWN_COLUMNS) cells.delete(own);
    const source = (await sourceCellsOf(context.ledger, migration, object, [row])).get(row);
    const fields = Object.fromEntries(
      [...cells].filter(([column, value]) => (source?.[column] ?? '') !== value),
    );
    if (Object.keys(fields).length > 0) fixes.push({ object, row, fields });
  }
  return fixes;
}
