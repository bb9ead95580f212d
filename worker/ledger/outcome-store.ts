import type { Outcome } from '../domain/record.ts';
import type { Database } from './database.ts';
import type { OutcomeCount, RecordStore, RowOutcome } from './ledger.ts';
import { fromStored, toStored } from './stored-text.ts';

type OutcomeMethods = Pick<RecordStore, 'putOutcomes' | 'outcomes' | 'countOutcomes' | 'dropOutcomes'>;

/** The one outcome of each row. */
export function outcomeStore(db: Database): OutcomeMethods {
  return {
    putOutcomes: (migrationId, outcomes) => putOutcomes(db, migrationId, outcomes),
    outcomes: async (migrationId, object, page) => {
      const found = await db.query<{
        row_no: number;
        source_id: string;
        outcome: Outcome;
        reason: string | null;
      }>(
        `select row_no, source_id, outcome, reason from vp.outcome
         where migration_id = $1 and object = $2 and row_no > $3 order by row_no limit $4`,
        [migrationId, object, page.afterRow, page.limit],
      );
      return found.map(({ row_no, source_id, outcome, reason }) => ({
        object,
        row: row_no,
        sourceId: fromStored(source_id),
        outcome,
        reason,
      }));
    },
    countOutcomes: (migrationId) =>
      db.query<OutcomeCount>(
        `select object, outcome, count(*) as n from vp.outcome where migration_id = $1
         group by object, outcome order by object, outcome`,
        [migrationId],
      ),
    dropOutcomes: async (migrationId, object, rows) => {
      if (rows.length === 0) return;
      await db.query(
        'delete from vp.outcome where migration_id = $1 and object = $2 and row_no = any($3::bigint[])',
        [migrationId, object, rows],
      );
    },
  };
}

/** Writes outcomes; a second one of a row replaces the first, also within the list. */
export async function putOutcomes(
  db: Database,
  migrationId: string,
  outcomes: readonly RowOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  const byRow = new Map(outcomes.map((outcome) => [`${outcome.row} ${outcome.object}`, outcome]));
  const rows = [...byRow.values()].map((outcome) => ({ ...outcome, sourceId: toStored(outcome.sourceId) }));
  await db.query(
    `insert into vp.outcome (migration_id, object, row_no, source_id, outcome, reason)
     select $1, object, "row", "sourceId", outcome, reason
     from json_to_recordset($2::json) as r(object text, "row" bigint, "sourceId" text, outcome text, reason text)
     on conflict (migration_id, object, row_no) do update
       set source_id = excluded.source_id, outcome = excluded.outcome, reason = excluded.reason`,
    [migrationId, JSON.stringify(rows)],
  );
  await db.grew('outcome', outcomes.length);
}
