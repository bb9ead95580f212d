import type { DeadLetterCode } from '../domain/dead-letter.ts';
import type { Database } from './database.ts';
import type { DeadLetter, RecordStore } from './ledger.ts';
import { putOutcomes } from './outcome-store.ts';
import { documentParam, payloadOf } from './payload-codec.ts';
import { fromStored, toStored } from './stored-text.ts';

type DeadLetterMethods = Pick<
  RecordStore,
  'putDeadLetters' | 'deadLetters' | 'setFixes' | 'resolveDeadLetters' | 'fixes'
>;

interface LetterColumns {
  object: string;
  row_no: number;
  source_id: string;
  code: DeadLetterCode;
  field: string | null;
  todo: string;
  at: Date;
  resolved: boolean;
  fixes: Uint8Array | null;
}

/** Records that could not be loaded, and what a person corrected in them. */
export function deadLetterStore(db: Database): DeadLetterMethods {
  return {
    putDeadLetters: (migrationId, letters) =>
      db.transaction(async (tx) => {
        if (letters.length === 0) return;
        const byRow = new Map(letters.map((letter) => [`${letter.row} ${letter.object}`, letter]));
        const rows = [...byRow.values()].map(({ object, row, sourceId, reason }) => ({
          object,
          row,
          sourceId: toStored(sourceId),
          code: reason.code,
          field: reason.field === undefined ? null : toStored(reason.field),
          todo: toStored(reason.todo),
        }));
        await tx.query(
          `insert into vp.dead_letter (migration_id, object, row_no, source_id, code, field, todo)
           select $1, object, "row", "sourceId", code, field, todo
           from json_to_recordset($2::json) as r(object text, "row" bigint, "sourceId" text, code text, field text, todo text)
           on conflict (migration_id, object, row_no) where not resolved do update
             set source_id = excluded.source_id, code = excluded.code, field = excluded.field, todo = excluded.todo,
               at = clock_timestamp()`,
          [migrationId, JSON.stringify(rows)],
        );
        await tx.grew('dead_letter', letters.length);
        await putOutcomes(
          tx,
          migrationId,
          letters.map(({ object, row, sourceId, reason }) => ({
            object,
            row,
            sourceId,
            outcome: 'dead-letter',
            reason: reason.code,
          })),
        );
      }),
    deadLetters: async (migrationId, options) => {
      const found = await db.query<LetterColumns>(
        `select l.object, l.row_no, l.source_id, l.code, l.field, l.todo, l.at, l.resolved, f.fixes
         from vp.dead_letter l left join vp.row_fix f using (migration_id, object, row_no)
         where migration_id = $1 and not (l.resolved and $2) order by l.object, l.row_no, l.id`,
        [migrationId, options?.unresolvedOnly ?? false],
      );
      return found.map(letterOf);
    },
    setFixes: async (migrationId, object, row, fixes) => {
      await db.query(
        `insert into vp.row_fix (migration_id, object, row_no, fixes) values ($1, $2, $3, decode($4, 'base64'))
         on conflict (migration_id, object, row_no) do update set fixes = excluded.fixes`,
        [migrationId, object, row, documentParam(fixes)],
      );
    },
    resolveDeadLetters: async (migrationId, object, rows) => {
      if (rows.length === 0) return;
      await db.query(
        `update vp.dead_letter set resolved = true
         where migration_id = $1 and object = $2 and row_no = any($3::bigint[]) and not resolved`,
        [migrationId, object, rows],
      );
    },
    fixes: async (migrationId, object, rows) => {
      if (rows.length === 0) return new Map();
      const found = await db.query<{ row_no: number; fixes: Uint8Array }>(
        'select row_no, fixes from vp.row_fix where migration_id = $1 and object = $2 and row_no = any($3::bigint[])',
        [migrationId, object, rows],
      );
      return new Map(
        found.map(({ row_no, fixes }) => [row_no, payloadOf<Record<string, string>>(fixes) ?? {}]),
      );
    },
  };
}

function letterOf(columns: LetterColumns): DeadLetter {
  return {
    object: columns.object,
    row: columns.row_no,
    sourceId: fromStored(columns.source_id),
    reason: {
      code: columns.code,
      ...(columns.field === null ? {} : { field: fromStored(columns.field) }),
      todo: fromStored(columns.todo),
    },
    at: columns.at.toISOString(),
    fixes: payloadOf<Record<string, string>>(columns.fixes),
    resolved: columns.resolved,
  };
}
