import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { unlike } from '../support/comparable.ts';
import { type ExportedFile, onlyFiles, sha256Of, writeFilesExport } from '../support/files-export.ts';
import { type Pipeline, runOnDouble } from '../support/pipeline.ts';
import { withStorage } from '../support/storage.ts';

const FILES: readonly ExportedFile[] = [
  { id: 'f1', name: 'letter.txt', content: 'Dear Ada' },
  { id: 'f2', name: 'scan.png', path: 'deep/er/scan.png', content: 'text that claims to be a picture' },
  { id: 'f3', name: 'no extension', content: new Uint8Array(300_000).fill(7), company: 'com-2' },
  { id: 'f4', name: 'Röntgen – 人.pdf', content: '%PDF-1.4 and so on', company: 'com-3' },
  { id: 'f5', name: 'letter.txt', path: 'twin/letter.txt', content: 'Another letter' },
];

describe('files, the whole way', () => {
  let folder: string;
  let double: TwentyDouble;
  let before: unknown;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-files-'));
    await writeFilesExport(folder, FILES);
    double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
    before = withStorage(double);
    pipeline = await runOnDouble(double, {
      exportDir: folder,
      instance: 'files',
      mappings: (reference) => onlyFiles(reference),
      sampleSize: 3,
      upTo: 'reconcile',
    });
  }, 120_000);

  afterAll(async () => {
    await pipeline?.close();
    await double?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps name, bytes, time and parent of every file', () => {
    const attachments = double.dump().tables['attachment'] ?? [];
    const ours = attachments.filter(({ visualPracticeId }) => String(visualPracticeId).startsWith('files:'));
    const label = (row: (typeof ours)[number]) => JSON.parse(JSON.stringify(row['file']))[0].label;
    expect(ours.map((row) => [row['name'], label(row)]).toSorted()).toEqual(
      FILES.map(({ name }) => [name, name]).toSorted(),
    );
    expect(new Set(ours.map(({ createdAt }) => createdAt))).toEqual(new Set(['2021-02-03T04:05:06.000Z']));
    expect(ours.every(({ targetCompanyId }) => typeof targetCompanyId === 'string')).toBe(true);
    const stored = Object.values(double.dump().storage).map((text) => text.split(' ')[1]);
    expect(stored.toSorted()).toEqual(FILES.map(({ content }) => sha256Of(content)).toSorted());
  });

  it('verifies every file by a download, in the sample and in reconciliation', () => {
    const { sample, reconcile } = pipeline.results;
    expect(sample?.differences).toBe(0);
    expect(sample?.rows.filter(({ file }) => file?.verdict === 'equal').length).toBeGreaterThan(0);
    expect(reconcile).toMatchObject({ unexplained: 0, differences: { total: 0 } });
    const bytes = FILES.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    expect(reconcile?.files).toEqual([
      {
        object: 'attachments',
        files: 5,
        bytes,
        equal: 5,
        different: 0,
        missing: 0,
        explained: 0,
        elsewhere: 0,
      },
    ]);
    const path = reconcile?.coverage
      .find(({ object }) => object === 'attachments')
      ?.columns.find(({ column }) => column === 'path');
    expect(path).toMatchObject({ cells: 5, value: 5, lost: 0 });
  });

  it('leaves no upload that no record has, and says in the ledger which record has which', async () => {
    const { id } = await pipeline.migration();
    const uploads = await pipeline.ledger.changes.newest(id, { kinds: ['file-uploaded'], limit: 100 });
    // The text that claims to be a picture was tried under its name, and discarded.
    expect(uploads.map(({ state }) => state).toSorted()).toEqual([
      ...Array<string>(5).fill('applied'),
      'reverted',
    ]);
    expect(double.dump().files.filter(({ temporary }) => temporary)).toEqual([]);
  });

  it('keeps no address of a file in the ledger or in a report', async () => {
    const { id } = await pipeline.migration();
    const changes = await pipeline.ledger.changes.newest(id, { limit: 1000 });
    const trail = await pipeline.ledger.trail.read(id, { afterSeq: 0, limit: 10_000 });
    const all = JSON.stringify([changes, trail, pipeline.results.sample, pipeline.results.reconcile]);
    expect(all).not.toContain('token=');
  });

  it('gives workspace and storage back', async () => {
    const { rollback } = await pipeline.to('rollback');
    expect(rollback).toMatchObject({ verified: true, kept: [], differences: [] });
    await double.settled();
    expect(unlike(before, withStorage(double))).toEqual([]);
  }, 60_000);
});
