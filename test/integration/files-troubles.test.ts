import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDeadLetters, retryDeadLetters } from '../../worker/stages/dead-letters.ts';
import { runReconcile } from '../../worker/stages/reconcile.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { unlike } from '../support/comparable.ts';
import { type ExportedFile, onlyFiles, writeFilesExport } from '../support/files-export.ts';
import { type Pipeline, runOnDouble } from '../support/pipeline.ts';
import { withStorage } from '../support/storage.ts';

const FILES: readonly ExportedFile[] = [
  { id: 'good', name: 'good.txt', content: 'stays as it is' },
  { id: 'changed', name: 'changed.txt', content: 'as extracted' },
  { id: 'longer', name: 'longer.txt', content: 'short' },
  { id: 'gone', name: 'gone.txt', content: 'there, and then not' },
  { id: 'huge', name: 'huge.bin', content: new Uint8Array(5000).fill(1) },
  { id: 'refused', name: 'refused.bin', content: new Uint8Array(77).fill(2) },
];

describe('files that changed between extract and load, or are too large', () => {
  let folder: string;
  let double: TwentyDouble;
  let before: unknown;
  let pipeline: Pipeline;
  const place = (name: string) => join(folder, 'files', name);
  const codes = async () =>
    (await listDeadLetters(pipeline.ledger, await pipeline.migration()))
      .map(({ sourceId, reason }) => [sourceId, reason.code, reason.field])
      .toSorted();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-files-troubles-'));
    await writeFilesExport(folder, FILES);
    double = await startTwentyDouble({ seed: 'empty', limiter: 'off' });
    before = withStorage(double);
    pipeline = await runOnDouble(double, {
      exportDir: folder,
      instance: 'troubles',
      mappings: (reference) => onlyFiles(reference),
      sampleSize: 1,
      // A server that says at first that it takes 4,000 bytes, and then refuses a smaller one.
      target: (inner) => ({
        ...inner,
        files: {
          ...inner.files,
          maxBytes: 4000,
          begin: async (file) =>
            file.size === 77 ? { kind: 'refused', reason: 'too-large' } : inner.files.begin(file),
        },
      }),
      upTo: 'schema',
    });
    await writeFile(place('changed.txt'), 'AS EXTRACTED');
    await writeFile(place('longer.txt'), 'longer than short');
    await rename(place('gone.txt'), place('elsewhere.txt'));
    await pipeline.to('reconcile');
  }, 120_000);

  afterAll(async () => {
    await pipeline?.close();
    await double?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('make dead letters, and leave no bytes behind', async () => {
    expect(await codes()).toEqual([
      ['changed', 'FILE_CHANGED', 'path'],
      ['gone', 'FILE_MISSING', 'path'],
      ['longer', 'FILE_CHANGED', 'path'],
    ]);
    const { files, storage } = double.dump();
    expect(files).toHaveLength(1);
    expect(Object.keys(storage)).toHaveLength(1);
  });

  it('stay where they are when the server takes none that large; the record says where', () => {
    const rows = new Map(
      (double.dump().tables['attachment'] ?? []).map((row) => [String(row['visualPracticeId']), row]),
    );
    for (const [id, path] of [
      ['troubles:huge', 'huge.bin'],
      ['troubles:refused', 'refused.bin'],
    ] as const) {
      expect(rows.get(id)).toMatchObject({ visualPracticeFileAt: `csv:${folder} ${path}` });
      expect(rows.get(id)?.['file'] ?? []).toEqual([]);
    }
  });

  it('leave nothing unexplained', () => {
    const { reconcile } = pipeline.results;
    expect(reconcile).toMatchObject({ unexplained: 0 });
    expect(reconcile?.files).toMatchObject([{ files: 1, equal: 1, elsewhere: 2 }]);
  });

  it('are loaded by a retry once they are there again', async () => {
    await writeFile(place('changed.txt'), 'as extracted');
    await writeFile(place('longer.txt'), 'short');
    await rename(place('elsewhere.txt'), place('gone.txt'));
    const result = await retryDeadLetters(pipeline.context, await pipeline.migration(), []);
    expect(result).toMatchObject({ retried: 3, resolved: 3, remaining: 0 });
    const report = await runReconcile(pipeline.context, await pipeline.migration());
    expect(report).toMatchObject({ unexplained: 0 });
    expect(report.files).toMatchObject([{ files: 4, equal: 4, elsewhere: 2 }]);
  }, 60_000);

  it('are missed by reconciliation when their bytes went from Twenty or a record was given others', async () => {
    const migration = await pipeline.migration();
    const { target } = pipeline.context;
    const other: typeof target = {
      ...target,
      files: {
        ...target.files,
        download: async (address) => {
          const content = await target.files.download(address);
          if (content === null) return null;
          const text = Buffer.concat(await Array.fromAsync(content)).toString('utf8');
          if (text === 'short') return null;
          return bytesOf(text === 'as extracted' ? 'as tampered..' : text);
        },
      },
    };
    const report = await runReconcile({ ...pipeline.context, target: other }, migration);
    expect(report.causes).toEqual({ FILE_DIFFERENT: 1, FILE_MISSING: 1 });
    expect(report.unexplained).toBe(2);
    expect(report.files).toMatchObject([{ files: 4, equal: 2, different: 1, missing: 1 }]);
    const path = report.coverage
      .find(({ object }) => object === 'attachments')
      ?.columns.find(({ column }) => column === 'path');
    expect(path).toMatchObject({ cells: 6, value: 4, lost: 2 });
  }, 60_000);

  it('go with the rollback', async () => {
    await pipeline.takeBack();
    expect(pipeline.results.rollback).toMatchObject({ verified: true, kept: [] });
    await double.settled();
    expect(unlike(before, withStorage(double))).toEqual([]);
  }, 60_000);
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
