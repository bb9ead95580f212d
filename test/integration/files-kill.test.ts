import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../worker/domain/clock.ts';
import { runLoad } from '../../worker/stages/load.ts';
import { discardSample, runRollback } from '../../worker/stages/rollback.ts';
import { runSample } from '../../worker/stages/sample.ts';
import type { StageContext } from '../../worker/stages/stage.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { unlike } from '../support/comparable.ts';
import { type ExportedFile, onlyFiles, writeFilesExport } from '../support/files-export.ts';
import { Mortal } from '../support/mortal.ts';
import { type Pipeline, runOnDouble } from '../support/pipeline.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { withStorage } from '../support/storage.ts';

const FILES: readonly ExportedFile[] = Array.from({ length: 7 }, (_, n) => ({
  id: `f${n}`,
  name: n === 3 ? 'not-really.png' : `letter-${n}.txt`,
  content: `Letter ${n}`,
  company: 'com-2',
}));

describe('files of a migration that is killed again and again', () => {
  let folder: string;
  let double: TwentyDouble;
  let before: unknown;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-files-kill-'));
    await writeFilesExport(folder, FILES);
    double = await startTwentyDouble({ seed: 'empty', limiter: 'off' });
    before = withStorage(double);
    pipeline = await runOnDouble(double, {
      exportDir: folder,
      instance: 'killed',
      mappings: (reference) => onlyFiles(reference),
      sampleSize: 1,
      upTo: 'sample',
    });
  }, 120_000);

  afterAll(async () => {
    await pipeline?.close();
    await double?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs `work` as processes that each live a few calls longer than the one before, until one lives to the end. Returns where they died. */
  async function dyingOften(work: (context: StageContext) => Promise<void>): Promise<string[]> {
    const deaths: string[] = [];
    for (let lives = 1; ; lives = Math.ceil(lives * 1.15) + 1) {
      // A process of its own remembers nothing of the one before.
      const target = createTwentyTarget({
        url: double.url,
        apiKey: double.apiKey,
        budget: pipeline.ledger.budget,
        clock: systemClock,
        log: silentLogger,
      });
      const mortal = new Mortal((call, n) => {
        if (n < lives) return null;
        deaths.push(call);
        return deaths.length % 2 === 0 ? 'after' : 'before';
      });
      const context = {
        ...pipeline.context,
        target: { ...target, files: mortal.of(target.files), records: mortal.of(target.records, ['scan']) },
      };
      try {
        await work(context);
        return deaths;
      } catch (error) {
        if (!mortal.isDead) throw error;
      } finally {
        await target.close();
      }
    }
  }

  it('are each in Twenty once in the end, and nothing else is', async () => {
    const deaths = await dyingOften(async (context) => {
      const { complete } = await runLoad(context, await pipeline.migration());
      expect(complete).toBe(true);
    });
    expect(new Set(deaths)).toEqual(new Set(['begin', 'send', 'create', 'discard']));
    const { reconcile } = await pipeline.to('reconcile');
    expect(reconcile).toMatchObject({ unexplained: 0 });
    expect(reconcile?.files).toMatchObject([{ files: FILES.length, equal: FILES.length }]);
    await double.settled();
    const { files, storage } = double.dump();
    expect(files.filter(({ status }) => status === 'UPLOADED')).toHaveLength(FILES.length);
    expect(Object.keys(storage)).toHaveLength(FILES.length);
    const attachments = double.dump().tables['attachment'] ?? [];
    expect(attachments).toHaveLength(FILES.length);
  }, 240_000);

  it('are gone after a rollback that is killed too', async () => {
    const deaths = await dyingOften(async (context) => {
      const report = await runRollback(context, await pipeline.migration(), {
        dryRun: false,
        drifted: 'keep',
      });
      expect(report).toMatchObject({ verified: true, kept: [] });
    });
    expect(deaths.length).toBeGreaterThan(2);
    await double.settled();
    expect(unlike(before, withStorage(double))).toEqual([]);
  }, 240_000);
});

describe('an upload that is cut while its bytes move', () => {
  it('is done anew; what arrived of it is told, because only Twenty itself can remove it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vp-files-cut-'));
    await writeFilesExport(folder, [{ id: 'f', name: 'a.txt', content: 'all of the bytes' }]);
    const double = await startTwentyDouble({ seed: 'empty', limiter: 'off' });
    const server = { url: double.url, apiKey: double.apiKey };
    const pipeline = await runOnDouble(double, {
      exportDir: folder,
      instance: 'cut',
      mappings: (reference) => onlyFiles(reference),
      upTo: 'schema',
    });
    const process = () =>
      createTwentyTarget({
        ...server,
        budget: pipeline.ledger.budget,
        clock: systemClock,
        log: silentLogger,
      });
    try {
      const dying = process();
      const cut = {
        ...pipeline.context,
        target: {
          ...dying,
          files: {
            ...dying.files,
            send: async ({ address }: { readonly address: string }) => {
              await double.transfer('PUT', address, Buffer.from('all of'));
              throw new Error('killed');
            },
          },
        },
      };
      await expect(runSample(cut, await pipeline.migration(), { size: 9 })).rejects.toThrow('killed');
      const living = { ...pipeline.context, target: process() };
      const sample = await runSample(living, await pipeline.migration(), { size: 9 });
      expect(sample).toMatchObject({ differences: 0 });
      const report = await discardSample(living, await pipeline.migration());
      expect(report).toMatchObject({ kept: [], verified: true });
      expect(report.remains.filter((line) => line.includes('cut while their bytes moved'))).toHaveLength(1);
      await double.settled();
      expect(double.dump().files).toMatchObject([{ status: 'PENDING' }]);
      await Promise.all([dying.close(), living.target.close()]);
    } finally {
      await pipeline.close();
      await double.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
