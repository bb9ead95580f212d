import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { unknownSnapshot } from './unknown-snapshot.ts';

const PAGE = 10_000;

/**
 * Computes the digest of a snapshot and closes it, unless that was done. SHA-256 over, per object by code point: a line with
 * the object's name as JSON, then a line `<row> <content hash>` per row in row order. The lines are joined by the database,
 * page by page, so that memory stays flat.
 */
export async function completeSnapshot(db: Database, snapshotId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [snapshot] = await tx.query<{ complete: boolean }>(
      'select complete from vp.snapshot where id = $1 for update',
      [snapshotId],
    );
    if (snapshot === undefined) throw unknownSnapshot();
    if (snapshot.complete) return;
    const streams = await tx.query<{ id: number; object: string }>(
      'select id, object from vp.stream where snapshot_id = $1 order by object',
      [snapshotId],
    );
    const hash = createHash('sha256');
    for (const { id, object } of streams) {
      hash.update(`${JSON.stringify(object)}\n`);
      for await (const lines of pages(tx, id)) hash.update(lines);
    }
    await tx.query('update vp.snapshot set complete = true, digest = $2 where id = $1', [
      snapshotId,
      hash.digest('hex'),
    ]);
  });
}

async function* pages(tx: Database, stream: number): AsyncGenerator<string> {
  let after = -1;
  for (;;) {
    const [page] = await tx.query<{ lines: string | null; last: number | null }>(
      `select string_agg(row_no || ' ' || encode(content_hash, 'hex') || e'\\n', '' order by row_no) as lines, max(row_no) as last
       from (select row_no, content_hash from vp.snapshot_row where stream = $1 and row_no > $2 order by row_no limit $3) page`,
      [stream, after, PAGE],
    );
    if (page === undefined || page.lines === null || page.last === null) return;
    yield page.lines;
    after = page.last;
  }
}
