import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eachRow } from '../../worker/engine/run-data.ts';
import { generateExport } from '../fixtures/generate-export.ts';
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
