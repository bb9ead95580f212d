import type { Database } from './database.ts';
import type { WorkStore } from './ledger.ts';
import { payloadParam } from './payload-codec.ts';
import { toStored } from './stored-text.ts';
import { ITEM_COLUMNS, type ItemColumns, itemOf } from './work-item.ts';
import { workRanges } from './work-ranges.ts';

/** What has to be written, in load order; how it is handed out is in work-ranges.ts. */
export function workStore(db: Database): WorkStore {
  return {
    ...workRanges(db),
    begin: (migrationId) =>
      db.transaction(async (tx) => {
        for (const table of ['work_range', 'work_cut', 'work_item'])
          await tx.query(`delete from vp.${table} where migration_id = $1`, [migrationId]);
      }),
    add: async (migrationId, items) => {
      if (items.length === 0) return;
      const rows = items.map((item) => ({
        ...item,
        sourceId: toStored(item.sourceId),
        note: payloadParam(item.note),
      }));
      await db.query(
        `insert into vp.work_item (migration_id, seq, level, object, row_no, source_id, action, sample, note)
         select $1, (select coalesce(max(seq), 0) from vp.work_item where migration_id = $1) + ordinality,
           level, object, "row", "sourceId", action, sample, decode(note, 'base64')
         from rows from (json_to_recordset($2::json) as (level integer, object text, "row" bigint, "sourceId" text, action text,
           sample boolean, note text)) with ordinality`,
        [migrationId, JSON.stringify(rows)],
      );
      await db.grew('work_item', items.length);
    },
    markSample: (migrationId, rows) =>
      db.transaction(async (tx) => {
        await tx.query('update vp.work_item set sample = false where migration_id = $1 and sample', [
          migrationId,
        ]);
        await tx.query(
          `update vp.work_item i set sample = true
           from json_to_recordset($2::json) as r(object text, "row" bigint)
           where i.migration_id = $1 and i.object = r.object and i.row_no = r."row"`,
          [migrationId, JSON.stringify(rows)],
        );
      }),
    itemsOf: async (migrationId, object, rows) => {
      if (rows.length === 0) return [];
      const found = await db.query<ItemColumns>(
        `select ${ITEM_COLUMNS} from vp.work_item i
         where i.migration_id = $1 and i.object = $2 and i.row_no = any($3::bigint[]) order by i.seq`,
        [migrationId, object, rows],
      );
      return found.map(itemOf);
    },
    itemsOfIds: async (migrationId, object, sourceIds, page) => {
      // `in (select …)`: hashed once, where `= any` of a list would be searched for every item.
      const found = await db.query<ItemColumns>(
        `select ${ITEM_COLUMNS} from vp.work_item i
         where i.migration_id = $1 and i.seq > $4 and i.object = $2
           and (i.note is not null or i.source_id in (select json_array_elements_text($3::json)))
         order by i.seq limit $5`,
        [migrationId, object, JSON.stringify(sourceIds.map(toStored)), page.after, page.limit],
      );
      return found.map((columns) => ({ ...itemOf(columns), seq: columns.seq }));
    },
    items: async (migrationId, page) => {
      const found = await db.query<ItemColumns>(
        `select ${ITEM_COLUMNS} from vp.work_item i
         where i.migration_id = $1 and i.seq > $2 order by i.seq limit $3`,
        [migrationId, page.after, page.limit],
      );
      return found.map((columns) => ({ ...itemOf(columns), seq: columns.seq }));
    },
  };
}
