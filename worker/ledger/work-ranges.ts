import type { Database } from './database.ts';
import type { WorkRange, WorkStore } from './ledger.ts';
import { ITEM_COLUMNS, type ItemColumns, itemOf } from './work-item.ts';

type RangeMethods = Omit<WorkStore, 'begin' | 'add' | 'markSample' | 'itemsOf' | 'itemsOfIds' | 'items'>;
type RangeColumns = Omit<WorkRange, 'items'>;

/** Items of a phase ($2) that have no outcome yet. */
const PENDING = `vp.work_item i where i.migration_id = $1 and i.sample = ($2 = 'sample')
  and not exists (select from vp.outcome o where o.migration_id = i.migration_id and o.object = i.object and o.row_no = i.row_no)`;

/**
 * Ranges of work, handed out one by one. A range keeps the sequence numbers of its items, so cutting a million items writes
 * a few thousand lines. Leases run by the database's clock.
 */
export function workRanges(db: Database): RangeMethods {
  return {
    cut: (migrationId, phase, size) =>
      db.transaction(async (tx) => {
        const first = await tx.query(
          'insert into vp.work_cut (migration_id, phase, range_size) values ($1, $2, $3) on conflict do nothing returning phase',
          [migrationId, phase, size],
        );
        if (first.length === 0) return;
        await tx.query(
          `insert into vp.work_range (migration_id, phase, level, position, object, action, item_count, seqs)
           select $1, $2, level, min(seq), object, action, count(*), array_agg(seq order by seq)
           from (select i.seq, i.level, i.object, i.action,
                   (row_number() over (partition by i.level, i.object, i.action order by i.seq) - 1) / $3::integer as chunk
                 from ${PENDING}) numbered
           group by level, object, action, chunk order by level, min(seq)`,
          [migrationId, phase, size],
        );
      }),
    claim: (migrationId, phase, holder, leaseMs) =>
      db.transaction(async (tx) => {
        const unfinished = "migration_id = $1 and phase = $2 and state <> 'done'";
        // The lowest unfinished level is the only one that is open: nothing un-finishes a range, so it can only rise.
        const [level] = await tx.query<{ level: number | null }>(
          `select min(level) as level from vp.work_range where ${unfinished}`,
          [migrationId, phase],
        );
        if (level === undefined || level.level === null) return { kind: 'done' };
        const [range] = await tx.query<RangeColumns>(
          `update vp.work_range set state = 'claimed', holder = $4, renewed_at = clock_timestamp(), attempt = attempt + 1
           where id = (
             select id from vp.work_range where ${unfinished} and level = $3
               and (state = 'open' or renewed_at < clock_timestamp() - $5 * interval '1 millisecond')
             order by position limit 1 for update skip locked)
           returning id, phase, level, object, action, attempt - 1 as attempt`,
          [migrationId, phase, level.level, holder, leaseMs],
        );
        if (range === undefined) return { kind: 'wait' };
        return { kind: 'range', range: { ...range, items: await itemsOfRange(tx, migrationId, range.id) } };
      }),
    renew: (rangeId, holder) => whileHeld(db, rangeId, holder, 'renewed_at = clock_timestamp()'),
    finish: (rangeId, holder) => whileHeld(db, rangeId, holder, "state = 'done', holder = null"),
    release: async (rangeId, holder) => {
      await whileHeld(db, rangeId, holder, "state = 'open', holder = null");
    },
    uncut: (migrationId, phase) =>
      db.transaction(async (tx) => {
        await tx.query('delete from vp.work_range where migration_id = $1 and phase = $2', [
          migrationId,
          phase,
        ]);
        await tx.query('delete from vp.work_cut where migration_id = $1 and phase = $2', [
          migrationId,
          phase,
        ]);
      }),
    // Once cut, the ranges know: status may ask often, and a million items take long to count.
    remaining: async (migrationId, phase) => {
      const cut = await db.query('select phase from vp.work_cut where migration_id = $1 and phase = $2', [
        migrationId,
        phase,
      ]);
      return db.query<{ object: string; items: number }>(
        cut.length > 0
          ? `select object, sum(item_count)::bigint as items from vp.work_range
             where migration_id = $1 and phase = $2 and state <> 'done' group by object order by min(position)`
          : `select i.object, count(*) as items from ${PENDING} group by i.object order by min(i.seq)`,
        [migrationId, phase],
      );
    },
  };
}

async function itemsOfRange(tx: Database, migrationId: string, rangeId: number) {
  const found = await tx.query<ItemColumns>(
    `select ${ITEM_COLUMNS}
     from unnest((select seqs from vp.work_range where id = $2)) as s(seq)
     join vp.work_item i on i.migration_id = $1 and i.seq = s.seq order by i.seq`,
    [migrationId, rangeId],
  );
  return found.map(itemOf);
}

/** False when another holder has taken the range over. A lease that ran out without that is still a claim. */
async function whileHeld(db: Database, rangeId: number, holder: string, change: string): Promise<boolean> {
  const found = await db.query(
    `update vp.work_range set ${change} where id = $1 and holder = $2 and state = 'claimed' returning id`,
    [rangeId, holder],
  );
  return found.length > 0;
}

/** Gives every claimed range back. Only for a process that knows it is alone: the one that has just locked the data folder. */
export async function releaseAll(db: Database): Promise<void> {
  await db.query("update vp.work_range set state = 'open', holder = null where state = 'claimed'");
}
