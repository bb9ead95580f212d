import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_COLUMNS, type SourceRow } from '../../worker/domain/record.ts';
import { effectiveProfile, readSnapshotNotes } from '../../worker/engine/snapshot-notes.ts';
import { eachRow } from '../../worker/engine/snapshot-pages.ts';
import { openSource } from '../../worker/sources/open-source.ts';
import { Attachments, sha256 } from '../fixtures/attached-content.ts';
import { type ExportTruth, generateExport } from '../fixtures/generate-export.ts';
import { SMALL_REST } from '../fixtures/rest-records.ts';
import { zipOf } from '../fixtures/zip.ts';
import { type AuditScene, openAuditScene } from './audit-scene.ts';

const SIZE = { seed: 3, owners: 4, companies: 60, contacts: 2500, deals: 80 };

describe('extract', () => {
  let scene: AuditScene;
  beforeEach(async () => {
    scene = await openAuditScene();
    await generateExport(scene.dir, { ...SIZE, troubles: 'none' });
  });
  afterEach(() => scene.close());

  /** Stops after the first batch of contacts is stored. */
  async function interruptInContacts(): Promise<void> {
    const stop = new AbortController();
    const run = scene.extract({
      signal: stop.signal,
      progress: ({ object }) => {
        if (object === 'contacts') stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED', where: 'contacts' });
  }

  it('goes on where it was stopped, and ends as an undisturbed one', async () => {
    await interruptInContacts();
    const [unfinished] = await scene.ledger.snapshots.list();
    expect(unfinished?.complete).toBe(false);
    const contacts = (await scene.ledger.snapshots.streams(unfinished?.id ?? '')).find(
      ({ object }) => object === 'contacts',
    );
    expect(contacts?.rows).toBeGreaterThan(0);
    expect(contacts?.rows).toBeLessThan(SIZE.contacts);

    const resumed = await scene.extract();
    expect([resumed.resumed, resumed.snapshot.id]).toEqual([true, unfinished?.id]);
    expect(resumed.streams.map(({ object, rows, done }) => [object, rows, done])).toEqual([
      ['owners', 4, true],
      ['pipelines', 9, true],
      ['companies', 60, true],
      ['contacts', 2500, true],
      ['deals', 80, true],
    ]);
    const undisturbed = await scene.extract();
    expect([undisturbed.resumed, undisturbed.snapshot.digest]).toEqual([false, resumed.snapshot.digest]);
  });

  it('refuses to go on with another export, in files not read yet too', async () => {
    await interruptInContacts();
    const path = join(scene.dir, 'deals.csv');
    await writeFile(path, `${await readFile(path, 'utf8')}\n`);
    await expect(scene.extract()).rejects.toMatchObject({ code: 'SOURCE_CHANGED', where: 'deals' });
  });

  it('begins a new snapshot when something else is allowed, and keeps the reason in the trail', async () => {
    await interruptInContacts();
    const allow = { 'contacts.date_of_birth': 'The practice sends birthday cards.' };
    const { resumed, snapshot } = await scene.extract({ allow });
    expect([resumed, snapshot.allowed]).toEqual([false, allow]);
    for await (const row of eachRow(scene.ledger, snapshot.id, 'contacts')) {
      expect(row.fields).toHaveProperty('date_of_birth');
      expect(row.fields).not.toHaveProperty('health_card_number');
      break;
    }
    const trail = await scene.ledger.trail.read(null, { afterSeq: 0, limit: 10 });
    expect(trail.map(({ operation, object, detail }) => ({ operation, object, detail }))).toContainEqual({
      operation: 'allow',
      object: 'contacts',
      detail: {
        name: 'contacts.date_of_birth',
        reason: 'The practice sends birthday cards.',
        snapshotId: snapshot.id,
      },
    });
    const report = await scene.audit(snapshot);
    expect(report.sensitiveColumns.map(({ column, allowed }) => [column, allowed])).toEqual([
      ['date_of_birth', true],
      ['health_card_number', false],
    ]);
  });

  it('reports progress by bytes up to all of them', async () => {
    await scene.extract();
    const last = scene.progress.at(-1);
    expect([last?.stage, last?.done]).toEqual(['extract', last?.total]);
    expect(last?.total).toBeGreaterThan(100_000);
  });

  it('refuses names that make no sense before it stores anything', async () => {
    const wrong = [
      [{ allow: { 'contacts.date_of_brith': 'a reason' } }, '--allow contacts.date_of_brith'],
      [{ allow: { claims: 'a reason' } }, '--allow claims'],
      [{ allow: { 'contacts.date_of_birth': ' ' } }, '--allow contacts.date_of_birth'],
      [{ sourceInstance: 'a:b' }, '--instance'],
    ] as const;
    for (const [options, where] of wrong) {
      await expect(scene.extract(options)).rejects.toMatchObject({ code: 'USAGE', where });
    }
    expect(await scene.ledger.snapshots.list()).toEqual([]);
  });
});

describe('extract of all ten objects', () => {
  const TEN = { seed: 3, owners: 4, companies: 120, contacts: 150, deals: 110, rest: SMALL_REST };
  let scene: AuditScene;
  let truth: ExportTruth;
  beforeEach(async () => {
    scene = await openAuditScene();
    truth = await generateExport(scene.dir, { ...TEN, troubles: 'all' });
  });
  afterEach(() => scene.close());

  const rowsOf = (snapshotId: string, object: string): Promise<SourceRow[]> =>
    Array.fromAsync(eachRow(scene.ledger, snapshotId, object));

  it('says of every file what is in it, or why it cannot be taken', async () => {
    const { snapshot } = await scene.extract();
    const planted = new Map(
      truth.troubles.filter(({ object }) => object === 'attachments').map((one) => [one.row, one.code]),
    );
    const seen = new Map<string, string>();
    for (const { row, fields } of await rowsOf(snapshot.id, 'attachments')) {
      const [size, hash, problem] = [FILE_COLUMNS.size, FILE_COLUMNS.sha256, FILE_COLUMNS.problem].map(
        (name) => fields[name],
      );
      const code = planted.get(row) ?? 'none';
      if (problem !== '') {
        seen.set(code, problem ?? 'not looked at');
        continue;
      }
      expect([code, hash]).toEqual([code, expect.stringMatching(/^[0-9a-f]{64}$/)]);
      if (fields['size_bytes'] !== '') expect(size).toBe(fields['size_bytes']);
      if (fields['sha256'] !== '') expect(hash).toBe(fields['sha256']?.toLowerCase());
    }
    expect(Object.fromEntries(seen)).toEqual({
      FILE_MISSING: 'FILE_MISSING',
      FILE_UNNAMED: 'FILE_UNNAMED',
      FILE_OUTSIDE: 'FILE_OUTSIDE',
      FILE_UNREADABLE: 'FILE_UNREADABLE',
      FILE_EMPTY: 'FILE_EMPTY',
      FILE_HASH_WRONG: 'FILE_HASH_WRONG',
      FILE_SIZE_WRONG: 'FILE_SIZE_WRONG',
      EXCLUDED_PARENT: 'not looked at',
      ROW_TOO_LONG: 'not looked at',
      NO_ID: 'not looked at',
    });
    expect(JSON.stringify(scene.logged)).not.toMatch(/file-\d|nobody-exported-me/);
  });

  it('goes on within the attachments where it was stopped', async () => {
    const stop = new AbortController();
    const run = scene.extract({
      signal: stop.signal,
      progress: ({ object }) => {
        if (object === 'attachments') stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED', where: 'attachments' });
    const resumed = await scene.extract();
    expect(resumed.resumed).toBe(true);
    const undisturbed = await scene.extract();
    expect(undisturbed.snapshot.digest).toBe(resumed.snapshot.digest);
  });

  it('keeps the profile that it read by, and refuses to go on by another schema export', async () => {
    const stop = new AbortController();
    const run = scene.extract({ signal: stop.signal, progress: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const [begun] = await scene.ledger.snapshots.list();
    const notes = readSnapshotNotes(await scene.ledger.snapshots.notes(begun?.id ?? ''));
    const profile = effectiveProfile(notes, scene.mappings.profile);
    expect(Object.keys(profile.objects)).toEqual([
      ...Object.keys(scene.mappings.profile.objects),
      'equipment',
      'equipment__contacts',
    ]);
    const source = await openSource(`csv:${scene.dir}`, scene.mappings.profile);
    expect(profile).toEqual(source.profile);
    await source.close();

    const path = join(scene.dir, 'custom_objects.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"X-Ray unit"', '"Robot"'));
    await expect(scene.extract()).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
      where: 'custom_objects.json',
    });
  });

  it('gives the base profile for snapshots that keep none', () => {
    const { profile } = scene.mappings;
    expect(effectiveProfile(readSnapshotNotes(null), profile)).toBe(profile);
    const old = { fingerprints: {}, unknownFiles: [], excluded: [] };
    expect(effectiveProfile(readSnapshotNotes(old), profile)).toBe(profile);
  });

  it('reads children of excluded objects when a person allowed the object', async () => {
    const { snapshot } = await scene.extract({ allow: { claims: 'Asked for by the practice.' } });
    const rows = await rowsOf(snapshot.id, 'attachments');
    const allowed = truth.troubles.find(({ code, id }) => code === 'EXCLUDED_PARENT' && id !== '');
    const row = rows.find((one) => one.row === allowed?.row);
    expect(row?.fields[FILE_COLUMNS.problem]).toBe('');
    expect(row?.fields['parent_object']).toBe('claims');
  });

  it('hashes the files of a zip as it does those of a folder', async () => {
    const attachments = new Attachments(1, TEN, [['contacts', 'con', 120]]);
    const rows = [1, 2, 3, 4, 5, 6].map((row) => attachments.record(row));
    const columns = Object.keys(rows[0] ?? {});
    const csv = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
      .map((line) => `${line.join(',')}\n`)
      .join('');
    const zip = zipOf([
      { name: 'attachments.csv', content: csv },
      ...[1, 2, 3, 4, 5]
        .map((row) => attachments.file(row))
        .map(({ path, content }) => ({
          name: `files/${path}`,
          content,
        })),
      { name: `files/${attachments.file(6).path}`, content: 'damaged', corrupt: true },
    ]);
    await writeFile(`${scene.dir}.zip`, zip);
    const source = await openSource(`csv:${scene.dir}.zip`, scene.mappings.profile);
    try {
      const { snapshot } = await scene.extract({ source });
      const found = await rowsOf(snapshot.id, 'attachments');
      expect(found.map(({ fields }) => [fields[FILE_COLUMNS.sha256], fields[FILE_COLUMNS.problem]])).toEqual([
        ...[1, 2, 3, 4, 5].map((row) => [sha256(attachments.file(row).content), '']),
        ['', 'FILE_UNREADABLE'],
      ]);
    } finally {
      await source.close();
      await rm(`${scene.dir}.zip`);
    }
  });
});
