import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from '../../../worker/ledger/open-ledger.ts';
import { numbers, silent } from '../../contract/ledger-samples.ts';
import { runLedgerChild } from './ledger-child-process.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vp-ledger-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('a store in a data folder', () => {
  it('keeps every acknowledged row through SIGKILL, again and again, and is taken over at once', async () => {
    const acknowledged = new Map<string, number>();
    for (const steps of [3, 8, 15]) {
      const child = runLedgerChild('append', { dataDir });
      await child.said(steps);
      child.kill();
      const [id = '', ...counts] = await child.ended;
      acknowledged.set(id, Number(counts.at(-1) ?? 0));
    }
    const ledger = await openLedger({ dataDir, command: 'status', log: silent });
    for (const [id, rows] of acknowledged) {
      const found = await ledger.snapshots.rows(id, 'contacts', { afterRow: 0, limit: rows });
      expect(found.map(({ row }) => row)).toEqual(numbers(1, rows));
      // The cursor moves with the rows: never beyond them, never behind.
      expect((await ledger.snapshots.streams(id))[0]?.rows).toBe(
        await ledger.snapshots.count(id, 'contacts'),
      );
    }
    await ledger.close();
  }, 300_000);

  it('refuses a second process and names the first; gives claimed work back when reopened', async () => {
    const open = (command: string) => openLedger({ dataDir, command, log: silent });
    const first = await open('load');
    await expect(open('extract')).rejects.toMatchObject({
      code: 'DATA_DIR_LOCKED',
      message: expect.stringMatching(new RegExp(`process ${process.pid} .*\\(load, since`)),
      where: dataDir,
    });
    const { id } = await first.migrations.open('m');
    await first.work.add(id, [
      { level: 0, object: 'o', row: 1, sourceId: 's', action: 'create', sample: false, note: null },
    ]);
    await first.work.cut(id, 'load', 10);
    expect((await first.work.claim(id, 'load', 'gone', 3_600_000)).kind).toBe('range');
    await first.close();
    const second = await open('load');
    expect(await second.work.claim(id, 'load', 'next', 3_600_000)).toMatchObject({
      kind: 'range',
      range: { attempt: 1 },
    });
    await second.close();
  }, 120_000);
});
