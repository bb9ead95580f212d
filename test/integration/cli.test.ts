import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerReading } from '../../worker/cli/reading.ts';
import { serveHolder } from '../../worker/ledger/holder.ts';
import { openLedger } from '../../worker/ledger/open-ledger.ts';
import { runCli } from '../support/cli.ts';
import { silentLogger } from '../support/silent-logger.ts';

describe('the command line', () => {
  // One for all: to make a store takes seconds.
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vp-cli-'));
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  it.each([
    [['no-such-command'], 2],
    [['approve', '--plan', 'x'], 2],
    [['status'], 2],
    [['extract', '--source', 'csv:/nowhere', '--instance', 'x y'], 2],
    [['--help'], 0],
  ])('%j exits %i', async (args, code) => {
    const run = await runCli(args, { env: {}, dataDir });
    expect(run.code).toBe(code);
  });

  it('says on stdout, as one JSON document, what is wrong with a setting, without the value', async () => {
    const env = { TWENTY_API_URL: 'crm', TWENTY_API_KEY: 'a-secret-that-nobody-may-see' };
    const run = await runCli(['doctor', '--json'], { env, dataDir });
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout)).toMatchObject({
      error: { code: 'CONFIG_INVALID', where: 'TWENTY_API_URL' },
    });
    expect(run.stdout + run.stderr).not.toContain('a-secret');
  });

  it('exports the workflows of a snapshot into files for this user alone, and prints no name of theirs', async () => {
    const folder = join(dataDir, 'export');
    await mkdir(folder);
    await writeFile(join(folder, 'owners.csv'), 'id,email\n1,a@practice.example\n');
    const exported = {
      workflows: [{ id: 'w', name: 'SECRET-NAME', trigger: 'manual', steps: ['teleport'] }],
    };
    await writeFile(join(folder, 'workflows.json'), JSON.stringify(exported));
    const options = { env: {}, dataDir };
    const extracted = await runCli(['extract', '--source', `csv:${folder}`, '--instance', 'north'], options);
    expect(extracted.code).toBe(0);
    const run = await runCli(['workflows', 'export', '--json'], options);
    expect(run.code).toBe(0);
    expect(run.stdout + run.stderr).not.toContain('SECRET-NAME');
    const answer = z
      .object({
        snapshotId: z.string(),
        definitions: z.literal(1),
        byHand: z.literal(1),
        files: z.object({ json: z.string(), checklist: z.string() }),
      })
      .parse(JSON.parse(run.stdout));
    expect(answer.files.json).toBe(join(dataDir, answer.snapshotId, 'workflows.json'));
    expect(JSON.parse(await readFile(answer.files.json, 'utf8'))).toEqual(exported);
    expect(await readFile(answer.files.checklist, 'utf8')).toContain('SECRET-NAME');
    expect((await stat(answer.files.checklist)).mode & 0o077).toBe(0);
    const other = await runCli(['workflows', 'export', '--snapshot', '../x'], options);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('UNKNOWN_MIGRATION')]);
  });

  it('names the holder of the data folder, and lets it answer status with its progress', async () => {
    const ledger = await openLedger({ dataDir, command: 'load', log: silentLogger });
    await ledger.migrations.open('spring');
    const progress = { stage: 'load', object: 'contacts', done: 400, total: 1000, rate: 50, etaSeconds: 12 };
    const holder = await serveHolder(dataDir, (request) => answerReading(ledger, request, progress));
    try {
      const status = await runCli(['status', '--json'], { env: {}, dataDir, migration: 'spring' });
      expect(status.code).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ migration: 'spring', state: 'new', progress });
      const refused = await runCli(['purge'], { env: {}, dataDir, migration: 'spring' });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('DATA_DIR_LOCKED');
      expect(refused.stderr).toContain(String(process.pid));
    } finally {
      await holder.close();
      await ledger.close();
    }
  });
});
