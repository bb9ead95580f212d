import type { Database } from './database.ts';
import type { Change, ChangeStore } from './ledger.ts';
import { payloadOf, payloadParam } from './payload-codec.ts';

interface ChangeColumns {
  seq: number;
  kind: Change['kind'];
  phase: Change['phase'];
  object: string;
  key: string;
  of_record: string | null;
  before_image: Uint8Array | null;
  base_image: Uint8Array | null;
  state: Change['state'];
  note: string | null;
}

const COLUMNS = 'seq, kind, phase, object, key, of_record, before_image, base_image, state, note';

/** Everything we did to Twenty, with what it takes to undo it. */
export function changeStore(db: Database): ChangeStore {
  return {
    put: async (migrationId, changes) => {
      if (changes.length === 0) return;
      const rows = changes.map(({ kind, phase, object, key, ofRecord, before, base, state }) => ({
        kind,
        phase,
        object,
        key,
        of_record: ofRecord ?? null,
        before: payloadParam(before),
        base: payloadParam(base),
        state: state ?? 'applied',
      }));
      await db.query(
        `insert into vp.change (migration_id, kind, phase, object, key, of_record, before_image, base_image, state)
         select $1, kind, phase, object, key, of_record, decode("before", 'base64'), decode(base, 'base64'), state
         from rows from (json_to_recordset($2::json) as (kind text, phase text, object text, key text, of_record text, "before" text, base text,
           state text)) with ordinality
         order by ordinality`,
        [migrationId, JSON.stringify(rows)],
      );
      await db.grew('change', changes.length);
    },
    newest: async (migrationId, options) => {
      const found = await db.query<ChangeColumns>(
        `select ${COLUMNS} from vp.change
         where migration_id = $1 and ($2::bigint is null or seq < $2)
           and ($3::text[] is null or kind = any($3)) and ($4::text is null or object = $4)
           and ($5::text is null or phase = $5) and ($6::text[] is null or state = any($6))
         order by seq desc limit $7`,
        [
          migrationId,
          options.beforeSeq ?? null,
          options.kinds ?? null,
          options.object ?? null,
          options.phase ?? null,
          options.states ?? null,
          options.limit,
        ],
      );
      return found.map(changeOf);
    },
    ofRecords: async (migrationId, object, ids) => {
      if (ids.length === 0) return [];
      const found = await db.query<ChangeColumns>(
        `select ${COLUMNS} from vp.change
         where migration_id = $1 and object = $2 and key = any($3::text[]) and kind like 'record-%' and state <> 'reverted'
         order by seq`,
        [migrationId, object, ids],
      );
      return found.map(changeOf);
    },
    uploadsFor: async (migrationId, object, recordIds) => {
      if (recordIds.length === 0) return [];
      const found = await db.query<ChangeColumns>(
        `select ${COLUMNS} from vp.change
         where migration_id = $1 and object = $2 and of_record = any($3::text[]) and kind = 'file-uploaded' and state <> 'reverted'
         order by seq`,
        [migrationId, object, recordIds],
      );
      return found.map(changeOf);
    },
    setState: async (migrationId, seqs, state, note) => {
      if (seqs.length === 0) return;
      await db.query(
        'update vp.change set state = $3, note = coalesce($4, note) where migration_id = $1 and seq = any($2::bigint[])',
        [migrationId, seqs, state, note ?? null],
      );
    },
    setBase: async (migrationId, images) => {
      if (images.length === 0) return;
      const rows = images.map(({ seq, base }) => ({ seq, base: payloadParam(base) }));
      await db.query(
        `update vp.change c set base_image = decode(r.base, 'base64')
         from json_to_recordset($2::json) as r(seq bigint, base text) where c.migration_id = $1 and c.seq = r.seq`,
        [migrationId, JSON.stringify(rows)],
      );
    },
    count: (migrationId) =>
      db.query<{ kind: Change['kind']; object: string; state: Change['state']; n: number }>(
        `select kind, object, state, count(*) as n from vp.change where migration_id = $1
         group by kind, object, state order by kind, object, state`,
        [migrationId],
      ),
    heldByNewer: async (migrationId) => {
      const found = await db.query<{ name: string }>(HELD_BY_NEWER, [migrationId]);
      return found.map((columns) => columns.name);
    },
    purge: async (migrationId) => {
      await db.query(
        `update vp.change set before_image = null, base_image = null
         where migration_id = $1 and (before_image is not null or base_image is not null)`,
        [migrationId],
      );
    },
  };
}

/** A newer migration holds a record of ours when it changed it (and did not take that back) or links to it. */
const HELD_BY_NEWER = `
  with ours as materialized (
    select distinct object, key from vp.change
    where migration_id = $1 and (kind like 'record-%' or kind like 'trash-%') and state <> 'reverted')
  select newer.name from vp.migration us
  join vp.migration newer on newer.workspace_id = us.workspace_id and newer.number > us.number and not newer.rolled_back
  where us.id = $1 and (
    exists (select from vp.change c join ours on ours.object = c.object and ours.key = c.key
            where c.migration_id = newer.id and c.state <> 'reverted')
    or exists (select from vp.link l join ours on ours.object = l.target_object and ours.key = l.twenty_id
               where l.migration_id = newer.id))
  order by newer.number`;

function changeOf(columns: ChangeColumns): Change {
  return {
    seq: columns.seq,
    kind: columns.kind,
    phase: columns.phase,
    object: columns.object,
    key: columns.key,
    ofRecord: columns.of_record,
    before: payloadOf(columns.before_image),
    base: payloadOf(columns.base_image),
    state: columns.state,
    note: columns.note,
  };
}
