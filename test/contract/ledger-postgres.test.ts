import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { openLedger } from '../../worker/ledger/open-ledger.ts';
import { hasPostgres, startPostgres, type ThrowawayPostgres } from '../doubles/postgres.ts';
import { runLedgerChild } from '../unit/ledger/ledger-child-process.ts';
import { ledgerContract } from './ledger-contract.ts';
import { freshMigration, item, numbers, silent } from './ledger-samples.ts';

describe.skipIf(!hasPostgres())('Postgres (skipped without DATABASE_URL_TEST and local binaries)', () => {
  let server: ThrowawayPostgres;
  let databaseUrl: string;
  let ledger: Ledger;
  const open = (url = databaseUrl) =>
    openLedger({ databaseUrl: url, dataDir: 'unused', command: 'test', log: silent });

  beforeAll(async () => {
    const started = await startPostgres();
    if (started === null) throw new Error('no Postgres');
    server = started;
    databaseUrl = await server.freshDatabase();
    ledger = await open();
  }, 60_000);

  afterAll(async () => {
    await ledger?.close();
    await server?.stop();
  });

  ledgerContract('Postgres', () => ledger);

  it('starts in several processes at once on an empty database', async () => {
    const url = await server.freshDatabase();
    const opened = await Promise.all([1, 2, 3, 4].map(() => open(url)));
    expect(await Promise.all(opened.map((each) => each.migrations.list()))).toEqual([[], [], [], []]);
    await Promise.all(opened.map((each) => each.close()));
  });

  it('two processes claim disjoint ranges, each level after the one before', async () => {
    const { id } = await freshMigration(ledger);
    await ledger.work.begin(id);
    await ledger.work.add(
      id,
      numbers(1, 60).map((number) => item(0, 'companies', number)),
    );
    await ledger.work.add(
      id,
      numbers(1, 60).map((number) => item(1, 'contacts', number)),
    );
    await ledger.work.cut(id, 'load', 3);
    const claims = ['a', 'b'].map((holder) =>
      runLedgerChild('claim', { databaseUrl, migration: id, holder }),
    );
    const lines = (await Promise.all(claims.map((child) => child.ended))).flat();
    const claimed = lines.map((line): unknown => JSON.parse(line));
    expect(claimed).toHaveLength(40);
    expect(new Set(claimed.map((each) => Reflect.get(Object(each), 'id'))).size).toBe(40);
    // Each says how many companies had their outcome when it was claimed.
    const second = claimed.filter((each) => Reflect.get(Object(each), 'level') === 1);
    expect(second).toHaveLength(20);
    for (const each of second) expect(each).toMatchObject({ companiesDone: 60 });
    expect(await ledger.records.countOutcomes(id)).toEqual([
      { object: 'companies', outcome: 'created', n: 60 },
      { object: 'contacts', outcome: 'created', n: 60 },
    ]);
  }, 60_000);

  it('a server that is not there is an error that says what to check, without the password', async () => {
    const failure = open('postgres://someone:s3cret@127.0.0.1:1/none');
    await expect(failure).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      todo: expect.stringContaining('DATABASE_URL'),
    });
    const error = await failure.catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, String(error)])).not.toContain('s3cret');
  });
});
