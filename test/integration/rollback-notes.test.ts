import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { type Pipeline, runOnDouble } from '../support/pipeline.ts';

const SCHEMA_EXPORT = {
  objects: [
    {
      name: 'device',
      labels: { singular: 'Device', plural: 'Devices' },
      fields: [{ name: 'serial', label: 'Serial', type: 'text' }],
      associations: [{ name: 'users', target: 'contact', cardinality: 'many' }],
    },
  ],
};

describe('rollback of what hangs together', () => {
  let folder: string;
  let double: TwentyDouble;
  let pipeline: Pipeline;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-rollback-notes-'));
    const file = (name: string, text: string) => writeFile(join(folder, name), text);
    await mkdir(join(folder, 'custom'));
    await file('owners.csv', 'id,email,first_name,last_name,active,role\n');
    await file('pipelines.csv', 'pipeline,stage,position,probability,outcome\nSales,New,1,10,open\n');
    await file('companies.csv', 'id,name\nc1,Eye Care\n');
    await file('contacts.csv', 'id,first_name,last_name\np1,Ann,Lee\np2,Bo,Ray\n');
    await file('deals.csv', 'id,name,pipeline,stage\n');
    await file('notes.csv', 'id,title,body,contact_id,company_id\nn1,Kept,a,p1,c1\nn2,Gone,b,p2,\n');
    await file('custom_objects.json', JSON.stringify(SCHEMA_EXPORT));
    await file('custom/device.csv', 'id,serial\nd1,SN-1\n');
    await file('custom/device__contacts.csv', 'device_id,contacts_id\nd1,p2\n');
    double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
    pipeline = await runOnDouble(double, {
      exportDir: folder,
      instance: 'notes',
      upTo: 'reconcile',
    });
  }, 120_000);

  afterAll(async () => {
    await pipeline?.close();
    await double?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const rowsOf = (table: string) => double.dump().tables[table] ?? [];
  const recordOf = (table: string, id: string) =>
    rowsOf(table).find(({ visualPracticeId }) => visualPracticeId === `notes:${id}`);

  it('keeps the links of an edited note and what they lead to, and a custom object that somebody uses', async () => {
    expect(pipeline.results.reconcile?.unexplained).toBe(0);
    const { records } = pipeline.context.target;
    const note = String(recordOf('note', 'notes/n1')?.['id']);
    await records.updateSame('note', [note], { title: 'Edited since' }, { fields: [] });
    const own = '20202020-aaaa-4aaa-8aaa-202020202020';
    await records.create('device', [{ id: own, name: 'Made by hand' }], { fields: [] });

    const { rollback } = await pipeline.to('rollback');

    expect(rollback?.kept.map(({ object }) => object)).toEqual(
      expect.arrayContaining(['note', 'noteTarget', 'person', 'company', 'device']),
    );
    expect(rowsOf('note').map(({ title }) => title)).toEqual(['Edited since']);
    const links = rowsOf('noteTarget').map(({ noteId, targetPersonId, targetCompanyId }) => [
      noteId,
      targetPersonId ?? targetCompanyId,
    ]);
    const ann = recordOf('person', 'p1')?.['id'];
    const eyeCare = recordOf('company', 'c1')?.['id'];
    expect(links.toSorted()).toEqual(
      [
        [note, ann],
        [note, eyeCare],
      ].toSorted(),
    );
    expect(recordOf('person', 'p2')).toBeUndefined();
    expect(rowsOf('device').map(({ id }) => id)).toEqual([own]);
    expect(Object.keys(double.dump().model).filter((object) => /device/i.test(object))).toEqual(['device']);
  }, 120_000);
});
