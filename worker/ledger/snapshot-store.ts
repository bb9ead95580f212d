import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import type { Snapshot, SnapshotStore } from './ledger.ts';
import { decode, documentParam, payloadOf } from './payload-codec.ts';
import { completeSnapshot } from './snapshot-digest.ts';
import { snapshotRows } from './snapshot-rows.ts';
import { unknownSnapshot } from './unknown-snapshot.ts';

interface SnapshotColumns {
  id: string;
  source_instance: string;
  location: string;
  profile_digest: string;
  allowed: Uint8Array;
  complete: boolean;
  digest: string | null;
  created_at: Date;
}

const COLUMNS = 'id, source_instance, location, profile_digest, allowed, complete, digest, created_at';

/** Snapshots and their streams; the rows are in snapshot-rows.ts. */
export function snapshotStore(db: Database): SnapshotStore {
  const get = async (id: string): Promise<Snapshot | null> => {
    // Compared as text: the id comes from a command line, and what is no UUID is unknown, not an error of the store.
    const [found] = await db.query<SnapshotColumns>(
      `select ${COLUMNS} from vp.snapshot where id::text = $1`,
      [id],
    );
    return found === undefined ? null : snapshotOf(found);
  };
  return {
    ...snapshotRows(db),
    get,
    create: async ({ sourceInstance, location, profileDigest, allowed }) => {
      const [made] = await db.query<SnapshotColumns>(
        `insert into vp.snapshot (id, source_instance, location, profile_digest, allowed)
         values ($1, $2, $3, $4, decode($5, 'base64')) returning ${COLUMNS}`,
        [randomUUID(), sourceInstance, location, profileDigest, documentParam(allowed)],
      );
      if (made === undefined) throw unknownSnapshot();
      return snapshotOf(made);
    },
    list: async (sourceInstance) => {
      const found = await db.query<SnapshotColumns>(
        `select ${COLUMNS} from vp.snapshot where $1::text is null or source_instance = $1 order by number desc`,
        [sourceInstance ?? null],
      );
      return found.map(snapshotOf);
    },
    streams: async (snapshotId) => {
      const found = await db.query<{
        object: string;
        cursor: Uint8Array;
        row_count: number;
        done: boolean;
        info: Uint8Array;
      }>('select object, cursor, row_count, done, info from vp.stream where snapshot_id = $1 order by id', [
        snapshotId,
      ]);
      return found.map(({ object, cursor, row_count, done, info }) => ({
        object,
        cursor: decode(cursor),
        rows: row_count,
        done,
        info: decode(info),
      }));
    },
    setNotes: async (snapshotId, notes) => {
      await db.query("update vp.snapshot set notes = decode($2, 'base64') where id = $1", [
        snapshotId,
        documentParam(notes),
      ]);
    },
    notes: async (snapshotId) => {
      const [found] = await db.query<{ notes: Uint8Array | null }>(
        'select notes from vp.snapshot where id = $1',
        [snapshotId],
      );
      return payloadOf(found?.notes ?? null);
    },
    complete: async (snapshotId) => {
      await completeSnapshot(db, snapshotId);
      const snapshot = await get(snapshotId);
      if (snapshot === null) throw unknownSnapshot();
      return snapshot;
    },
    purge: (snapshotId) =>
      db.transaction(async (tx) => {
        await tx.query(
          'delete from vp.snapshot_row where stream in (select id from vp.stream where snapshot_id = $1)',
          [snapshotId],
        );
        // Cursors and statistics of a stream may quote values.
        await tx.query('delete from vp.stream where snapshot_id = $1', [snapshotId]);
        await tx.query('update vp.snapshot set notes = null where id = $1', [snapshotId]);
      }),
  };
}

function snapshotOf(found: SnapshotColumns): Snapshot {
  return {
    id: found.id,
    sourceInstance: found.source_instance,
    location: found.location,
    profileDigest: found.profile_digest,
    allowed: decode(found.allowed),
    complete: found.complete,
    digest: found.digest,
    createdAt: found.created_at.toISOString(),
  };
}
