import { VpError } from '../domain/errors.ts';
import type { SourceRow } from '../domain/record.ts';
import type { Database } from './database.ts';
import type { SnapshotStore } from './ledger.ts';
import { contentHash, decode, documentParam } from './payload-codec.ts';
import { fromStored, toStored } from './stored-text.ts';
import { unknownSnapshot } from './unknown-snapshot.ts';

type RowMethods = Pick<SnapshotStore, 'append' | 'rows' | 'rowsAt' | 'count' | 'repeatedIds' | 'existingIds'>;
type Payload = Pick<SourceRow, 'fields' | 'defects'>;

interface RowColumns {
  row_no: number;
  source_id: string;
  payload: Uint8Array;
}

const STREAM = '(select id from vp.stream where snapshot_id = $1 and object = $2)';

/** The rows of snapshots: appended in batches, read by key, never a result set larger than a page. */
export function snapshotRows(db: Database): RowMethods {
  return {
    append: (snapshotId, state, rows) =>
      db.transaction(async (tx) => {
        // Shared lock: two streams may append at once, none beside `complete`.
        const [snapshot] = await tx.query<{ complete: boolean }>(
          'select complete from vp.snapshot where id = $1 for share',
          [snapshotId],
        );
        if (snapshot === undefined) throw unknownSnapshot();
        if (snapshot.complete) throw alreadyComplete(state.object);
        const [stream] = await tx.query<{ id: number }>(
          `insert into vp.stream (snapshot_id, object, cursor, row_count, done, info)
           values ($1, $2, decode($3, 'base64'), $4, $5, decode($6, 'base64'))
           on conflict (snapshot_id, object) do update
             set cursor = excluded.cursor, row_count = excluded.row_count, done = excluded.done, info = excluded.info
           returning id`,
          [
            snapshotId,
            state.object,
            documentParam(state.cursor),
            state.rows,
            state.done,
            documentParam(state.info),
          ],
        );
        if (stream === undefined || rows.length === 0) return;
        await tx.query(
          `insert into vp.snapshot_row (stream, row_no, source_id, content_hash, payload)
           select $1, r.n, r.id, decode(r.hash, 'hex'), decode(r.payload, 'base64')
           from json_to_recordset($2::json) as r(n bigint, id text, hash text, payload text)
           on conflict do nothing`,
          [stream.id, JSON.stringify(rows.map(stored))],
        );
        await tx.grew('snapshot_row', rows.length);
      }),
    rows: async (snapshotId, object, page) => {
      const found = await db.query<RowColumns>(
        `select row_no, source_id, payload from vp.snapshot_row
         where stream = ${STREAM} and row_no > $3 order by row_no limit $4`,
        [snapshotId, object, page.afterRow, page.limit],
      );
      return found.map((columns) => rowOf(object, columns));
    },
    rowsAt: async (snapshotId, object, rows) => {
      if (rows.length === 0) return [];
      const found = await db.query<RowColumns>(
        `select row_no, source_id, payload from vp.snapshot_row
         where stream = ${STREAM} and row_no = any($3::bigint[]) order by row_no`,
        [snapshotId, object, rows],
      );
      return found.map((columns) => rowOf(object, columns));
    },
    count: async (snapshotId, object) => {
      const [found] = await db.query<{ n: number }>(
        `select count(*) as n from vp.snapshot_row where stream = ${STREAM}`,
        [snapshotId, object],
      );
      return found?.n ?? 0;
    },
    repeatedIds: async (snapshotId, object) => {
      const found = await db.query<{ source_id: string; rows: number[]; identical: boolean }>(
        `with repeated as (
           select source_id from vp.snapshot_row where stream = ${STREAM} and source_id <> ''
           group by source_id having count(*) > 1
         )
         select r.source_id, json_agg(r.row_no order by r.row_no) as rows, count(distinct r.content_hash) = 1 as identical
         from vp.snapshot_row r join repeated using (source_id)
         where r.stream = ${STREAM}
         group by r.source_id order by min(r.row_no)`,
        [snapshotId, object],
      );
      return found.map(({ source_id, rows, identical }) => ({
        sourceId: fromStored(source_id),
        rows,
        identical,
      }));
    },
    existingIds: async (snapshotId, object, ids) => {
      if (ids.length === 0) return new Set();
      const found = await db.query<{ source_id: string }>(
        `select distinct r.source_id from vp.snapshot_row r
         join (select distinct id from json_array_elements_text($3::json) as e(id)) wanted
           on substr(r.source_id, 1, 400) = substr(wanted.id, 1, 400) and r.source_id = wanted.id
         where r.stream = ${STREAM}`,
        [snapshotId, object, JSON.stringify(ids.map(toStored))],
      );
      return new Set(found.map((columns) => fromStored(columns.source_id)));
    },
  };
}

function stored(row: SourceRow) {
  const payload = { fields: row.fields, defects: row.defects.map((defect) => ({ ...defect })) };
  return {
    n: row.row,
    id: toStored(row.sourceId),
    hash: contentHash(row.fields),
    payload: documentParam(payload),
  };
}

function rowOf(object: string, columns: RowColumns): SourceRow {
  const { fields, defects } = decode<Payload>(columns.payload);
  return { object, row: columns.row_no, sourceId: fromStored(columns.source_id), fields, defects };
}

function alreadyComplete(object: string): VpError {
  return new VpError('STATE_FORBIDS', {
    what: 'The snapshot is complete and takes no more rows.',
    where: object,
    todo: 'Run extract again: it starts a new snapshot.',
  });
}
