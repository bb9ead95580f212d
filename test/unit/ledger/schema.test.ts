import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../../worker/ledger/database.ts';
import { migrate } from '../../../worker/ledger/migrate.ts';
import { openPglite } from '../../../worker/ledger/pglite-database.ts';
import { trailStore } from '../../../worker/ledger/trail-store.ts';

let database: Database;

beforeAll(async () => {
  database = createDatabase(await openPglite('memory://'));
  await migrate(database);
}, 60_000);

afterAll(() => database.close());

describe('the schema of the store', () => {
  it('is brought up once', async () => {
    await migrate(database);
    expect(await database.query('select version, name from vp.schema_version order by version')).toEqual([
      { version: 1, name: '001_store.sql' },
      { version: 2, name: '002_uploads.sql' },
    ]);
  });

  it.each([
    'update vp.trail set actor = actor',
    'update vp.trail set actor = actor where false',
    'delete from vp.trail',
    'truncate vp.trail',
  ])('the audit trail refuses: %s', async (statement) => {
    const migration = randomUUID();
    await trailStore(database).append(migration, [
      { actor: 'ann', operation: 'approve', outcome: 'approved' },
    ]);
    await expect(database.query(statement)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('23001'),
    });
    expect(await trailStore(database).read(migration, { afterSeq: 0, limit: 9 })).toHaveLength(1);
  });

  it('written by a newer program is refused', async () => {
    await database.query("insert into vp.schema_version (version, name) values (99, '099_future.sql')");
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'STORE_NEWER',
      message: expect.stringContaining('99'),
    });
  });
});
