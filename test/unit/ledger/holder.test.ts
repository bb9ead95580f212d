import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VpError } from '../../../worker/domain/errors.ts';
import { askHolder, serveHolder } from '../../../worker/ledger/holder.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vp-holder-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('the holder of a data folder', () => {
  it.each(['.', `${'long/'.repeat(30)}folder`])('answers others while it serves (%s)', async (below) => {
    const folder = join(dataDir, below);
    await mkdir(folder, { recursive: true });
    expect(await askHolder(folder, { command: 'status' })).toBeNull();
    const held = await serveHolder(folder, async (request) => ({ got: request }));
    expect(await askHolder(folder, { command: 'status' })).toEqual({ got: { command: 'status' } });
    await held.close();
    expect(await askHolder(folder, { command: 'status' })).toBeNull();
  });

  it('passes a VpError on and keeps the text of any other error to itself', async () => {
    const errors = [
      new VpError('UNKNOWN_MIGRATION', { what: 'No such migration.', where: 'x', todo: 'Name another.' }),
      new Error('anne@acme.test'),
    ];
    const held = await serveHolder(dataDir, () => Promise.reject(errors.shift()));
    await expect(askHolder(dataDir, null)).rejects.toMatchObject({
      code: 'UNKNOWN_MIGRATION',
      message: 'No such migration.',
      where: 'x',
      todo: 'Name another.',
    });
    const second = await askHolder(dataDir, null).catch((error: unknown) => error);
    expect(second).toMatchObject({ code: 'INTERNAL' });
    expect(String(second)).not.toContain('anne');
    await held.close();
  });

  it('takes the place of a dead holder, and only its user can ask', async () => {
    const dead = await serveHolder(dataDir, async () => 'dead');
    const living = await serveHolder(dataDir, async () => 'living');
    expect(await askHolder(dataDir, null)).toBe('living');
    expect((await stat(join(dataDir, 'holder.sock'))).mode & 0o777).toBe(0o600);
    await living.close();
    await dead.close();
  });

  it('counts as nobody when it ends in the middle of an answer', async () => {
    const asked = Promise.withResolvers<void>();
    const held = await serveHolder(dataDir, () => {
      asked.resolve();
      return new Promise(() => undefined);
    });
    const answer = askHolder(dataDir, null);
    await asked.promise;
    await held.close();
    expect(await answer).toBeNull();
  });
});
