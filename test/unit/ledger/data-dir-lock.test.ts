import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataDirHolder, lockDataDir } from '../../../worker/ledger/data-dir-lock.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vp-lock-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

const leave = (generation: number, more: object) =>
  writeFile(
    join(dataDir, `lock.${generation}.json`),
    JSON.stringify({
      released: false,
      pid: process.pid,
      host: hostname(),
      start: 'long ago',
      command: 'load',
      since: 'then',
      ...more,
    }),
  );

describe('lockDataDir', () => {
  it('lets one in, names it to the next, and lets that in after release', async () => {
    const lock = await lockDataDir(dataDir, 'load');
    expect(await dataDirHolder(dataDir)).toMatchObject({
      pid: process.pid,
      host: hostname(),
      command: 'load',
    });
    await expect(lockDataDir(dataDir, 'extract')).rejects.toMatchObject({ code: 'DATA_DIR_LOCKED' });
    await lock.release();
    expect(await dataDirHolder(dataDir)).toBeNull();
    await (await lockDataDir(dataDir, 'extract')).release();
    expect(await readdir(dataDir)).toEqual(['lock.2.json']);
  });

  it('takes over from a dead process, also when its pid lives again', async () => {
    await leave(4, {});
    await (await lockDataDir(dataDir, 'load')).release();
    await leave(9, { pid: 2 ** 22 + 1 });
    expect(await dataDirHolder(dataDir)).toBeNull();
    await (await lockDataDir(dataDir, 'load')).release();
    expect(await readdir(dataDir)).toEqual(['lock.10.json']);
  });

  it('lets exactly one of many take a stale lock over', async () => {
    for (let generation = 1; generation < 40; generation += 2) {
      await leave(generation, {});
      const tries = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataDir(dataDir, 'load')));
      const won = tries.filter((each) => each.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const each of won) await each.value.release();
      expect(await readdir(dataDir)).toEqual([`lock.${generation + 1}.json`]);
    }
  });

  it('believes a lock of another host, and says which file to remove', async () => {
    await leave(1, { host: 'elsewhere' });
    await expect(lockDataDir(dataDir, 'load')).rejects.toMatchObject({
      code: 'DATA_DIR_LOCKED',
      message: expect.stringContaining('elsewhere'),
      todo: expect.stringContaining('lock.1.json'),
    });
  });
});
