import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { unlike } from '../support/comparable.ts';
import { runOnDouble } from '../support/pipeline.ts';
import { withStorage } from '../support/storage.ts';

let folder: string;
let double: TwentyDouble;
let source: Parameters<typeof runOnDouble>[1];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vp-allowed-'));
  const file = (name: string, text: string) => writeFile(join(folder, name), text);
  await file('owners.csv', 'id,email,first_name,last_name,active,role\n');
  await file('pipelines.csv', 'pipeline,stage,position,probability,outcome\nSales,New,1,10,open\n');
  await file('companies.csv', 'id,name\nc1,Eye Care\n');
  await file('contacts.csv', 'id,first_name,last_name\np1,Ann,Lee\n');
  await file('deals.csv', 'id,name,pipeline,stage\n');
  await file('claims.csv', 'id,payer,amount\nclm-1,Northern Mutual,120.50\nclm-2,Southern Mutual,80\n');
  await file(
    'attachments.csv',
    'id,file_name,parent_object,parent_id,path\na1,claim.txt,claims,clm-1,claim.txt\n',
  );
  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files', 'claim.txt'), 'a claim');
  double = await startTwentyDouble({ seed: 'fresh', limiter: 'off' });
  source = {
    exportDir: folder,
    instance: 'clinic',
    upTo: 'reconcile',
  };
}, 60_000);

afterAll(async () => {
  await double?.close();
  await rm(folder, { recursive: true, force: true });
});

it('leaves a clinical object and its files alone, and says with which command they would come along', async () => {
  const before = withStorage(double);
  const pipeline = await runOnDouble(double, { ...source, migration: 'without' });
  expect(pipeline.results.reconcile?.outcomes).toMatchObject({
    claims: { excluded: 2 },
    attachments: { excluded: 1 },
  });
  const [named] = pipeline.results.plan?.plan.foreseen.excludedObjects ?? [];
  expect(named).toMatchObject({ object: 'claims', rows: 2 });
  expect(named?.allowCommand).toContain('--allow claims');
  await pipeline.to('rollback');
  await pipeline.close();
  expect(unlike(before, withStorage(double))).toEqual([]);
}, 120_000);

it('makes a custom object of one that a person allowed by name, with its columns and files', async () => {
  const pipeline = await runOnDouble(double, {
    ...source,
    migration: 'with',
    allow: { claims: 'Asked for by the practice.' },
  });
  expect(pipeline.results.reconcile).toMatchObject({
    unexplained: 0,
    outcomes: { claims: { created: 2 }, attachments: { created: 1 } },
  });
  const claims = double.dump().tables['claim'] ?? [];
  expect(claims.map(({ payer }) => payer).toSorted()).toEqual(['Northern Mutual', 'Southern Mutual']);
  const [attachment] = double.dump().tables['attachment'] ?? [];
  expect(claims.map(({ id }) => id)).toContain(attachment?.['targetClaimId']);
  const trail = await pipeline.ledger.trail.read(null, { afterSeq: 0, limit: 1000 });
  expect(trail.find(({ operation }) => operation === 'allow')).toMatchObject({
    object: 'claims',
    detail: { reason: 'Asked for by the practice.' },
  });
  expect((await pipeline.to('rollback')).rollback?.verified).toBe(true);
  await pipeline.close();
}, 120_000);
