import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportedFile, onlyFiles, writeFilesExport } from '../support/files-export.ts';
import { type Pipeline, runPipeline } from '../support/pipeline.ts';

const url = process.env.TWENTY_API_URL;
const apiKey = process.env.TWENTY_API_KEY;
/** Storage folder of that server, where it is on this machine. */
const storage = process.env.TWENTY_STORAGE;

const FILES: readonly ExportedFile[] = [
  { id: 'f1', name: 'letter.txt', content: 'Dear Ada' },
  { id: 'f2', name: 'scan.png', path: 'deep/er/scan.png', content: 'text that claims to be a picture' },
  { id: 'f3', name: 'no extension', content: new Uint8Array(12_000_000).fill(7), company: 'com-2' },
  { id: 'f4', name: 'Röntgen – 人 "1"; .pdf', content: '%PDF-1.4 and so on', company: 'com-3' },
  { id: 'f5', name: ' letter.txt ', path: 'twin/letter.txt', content: 'Another letter' },
  { id: 'f6', name: '.hidden', content: 'hidden' },
];

/** What the run makes it takes back. */
describe.skipIf(!url || !apiKey)('files, the whole way into a real Twenty', () => {
  const instance = `files-${randomUUID().slice(0, 8)}`;
  let folder: string;
  let dataDir: string;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-files-'));
    // Kept when the rollback fails: with it, `vp-twenty rollback --data-dir` still works.
    dataDir = join(tmpdir(), instance);
    await writeFilesExport(folder, FILES);
    pipeline = await runPipeline({
      exportDir: folder,
      url: url ?? '',
      apiKey: apiKey ?? '',
      dataDir,
      instance,
      // Names of its own: other runs may share the workspace.
      mappings: (reference) => onlyFiles(reference, `Run${instance.slice(-6)}`),
      sampleSize: 3,
      upTo: 'schema',
    });
  }, 300_000);

  afterAll(async () => {
    if (pipeline?.results.rollback === undefined) await pipeline?.takeBack();
    await pipeline?.close();
    await rm(folder, { recursive: true, force: true });
    if (pipeline?.results.rollback?.verified) await rm(dataDir, { recursive: true, force: true });
  }, 300_000);

  it('arrive as they were: every one is downloaded and compared', async () => {
    const { sample, reconcile } = await pipeline.to('reconcile');
    expect(sample?.differences).toBe(0);
    expect(reconcile?.differences.listed).toEqual([]);
    expect(reconcile).toMatchObject({ unexplained: 0 });
    expect(reconcile?.files).toMatchObject([{ files: FILES.length, equal: FILES.length }]);
  });

  it('are gone from workspace and storage after the rollback', async () => {
    const { rollback } = await pipeline.to('rollback');
    expect(rollback).toMatchObject({ verified: true, kept: [], differences: [] });
    if (storage === undefined) return;
    const { id } = await pipeline.migration();
    const uploads = await pipeline.ledger.changes.newest(id, { kinds: ['file-uploaded'], limit: 100 });
    // The text that claims to be a picture was tried under its name first.
    expect(uploads).toHaveLength(FILES.length + 1);
    const left = (await readdir(storage, { recursive: true })).filter((path) =>
      uploads.some(({ key }) => path.includes(key)),
    );
    expect(left).toEqual([]);
  });
});
