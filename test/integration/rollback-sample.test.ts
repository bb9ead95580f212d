import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twentyIdOf } from '../../worker/domain/ids.ts';
import { refuseHalfDiscarded } from '../../worker/engine/sample-discard.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { runAccept } from '../../worker/stages/accept.ts';
import { runPurge } from '../../worker/stages/purge.ts';
import { discardSample, runRollback } from '../../worker/stages/rollback.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { openMemoryLedger } from '../support/memory-ledger.ts';
import { bindMigration, openScene, type Scene } from './rollback-scene.ts';
import { essence, QUICK } from './rollback-story.ts';

let store: Ledger;

beforeAll(async () => {
  store = await openMemoryLedger();
});

afterAll(() => store.close());

const MAPPING = [
  {
    kind: 'record',
    object: 'companies',
    target: 'company',
    part: 'record',
    identity: 'name',
    keep: 'name',
    fields: [],
    references: [],
    morph: [],
    times: { keepCreated: 'createdAt', keepModified: 'updatedAt' },
  },
];

/** A sample of three companies, of which one is a dead letter. */
async function loadSample(scene: Scene): Promise<string[]> {
  const { id } = await scene.migration();
  const rows = [1, 2, 3].map((row) => ({ row, sourceId: `s${row}`, object: 'companies' }));
  const idOf = (sourceId: string) =>
    twentyIdOf({
      sourceInstance: scene.instance,
      sourceObject: 'companies',
      sourceId,
      targetObject: 'company',
      part: 'record',
    });
  await store.work.begin(id);
  await store.work.add(
    id,
    rows.map((row) => ({ ...row, level: 0, action: 'create', sample: true, note: null })),
  );
  const ids = [idOf('s1'), idOf('s2')];
  await scene.create(
    'company',
    ids.map((one) => ({ id: one, name: one })),
    'sample',
  );
  await store.records.putLinks(
    id,
    ids.map((twentyId, at) => ({
      object: 'companies',
      sourceId: `s${at + 1}`,
      targetObject: 'company',
      part: 'record',
      twentyId,
    })),
  );
  await store.records.putOutcomes(
    id,
    rows.slice(0, 2).map((row) => ({ ...row, outcome: 'created', reason: null })),
  );
  await store.records.putDeadLetters(id, [
    { object: 'companies', row: 3, sourceId: 's3', reason: { code: 'REFUSED', todo: 'fix' } },
  ]);
  await store.migrations.putDocument(id, { kind: 'sample', digest: 'sample-digest', body: {} });
  return ids;
}

async function openSample() {
  const double = await startTwentyDouble(QUICK);
  const before = essence(double);
  const scene = await openScene(double, store, { until: 'sampled', plan: { mapping: MAPPING } });
  const ids = await loadSample(scene);
  const close = async () => {
    await scene.close();
    await double.close();
  };
  return { double, before, scene, ids, close };
}

describe('a discarded sample', () => {
  it('is gone from Twenty, and its rows are work again', async () => {
    const { double, before, scene, close } = await openSample();
    const report = await discardSample(scene.context(), await scene.migration());
    await double.settled();
    expect(report).toMatchObject({ destroyed: 2, kept: [], verified: true });
    expect(essence(double)).toEqual(before);
    const { id, state } = await scene.migration();
    expect(state).toBe('schema-applied');
    expect(await store.records.countOutcomes(id)).toEqual([]);
    expect(await store.records.deadLetters(id, { unresolvedOnly: true })).toEqual([]);
    expect(await store.records.links(id, 'companies', { afterSourceId: '', limit: 10 })).toEqual([]);
    expect((await store.migrations.document(id, 'sample'))?.digest).not.toBe('sample-digest');
    await close();
  });

  it('leaves a record that was edited, with its link and outcome', async () => {
    const { scene, ids, close } = await openSample();
    await scene.target.records.updateSame('company', [ids[0] ?? ''], { name: 'Worked on' }, { fields: [] });
    const report = await discardSample(scene.context(), await scene.migration());
    expect(report.kept).toMatchObject([{ object: 'company', id: ids[0], sourceId: 's1' }]);
    const { id } = await scene.migration();
    expect(await store.records.countOutcomes(id)).toEqual([
      { object: 'companies', outcome: 'created', n: 1 },
    ]);
    await close();
  });

  it('stands in the way of another sample until it is wholly gone', async () => {
    const { scene, close } = await openSample();
    const target = {
      ...scene.target,
      records: { ...scene.target.records, destroy: () => Promise.reject(new Error('killed')) },
    };
    await expect(discardSample(scene.context({ target }), await scene.migration())).rejects.toThrow('killed');
    await expect(refuseHalfDiscarded(store, await scene.migration())).rejects.toMatchObject({
      code: 'STATE_FORBIDS',
    });
    await discardSample(scene.context(), await scene.migration());
    await refuseHalfDiscarded(store, await scene.migration());
    await close();
  });

  it('is refused once the load has begun', async () => {
    const { scene, close } = await openSample();
    const { id } = await scene.migration();
    await store.migrations.transition(id, 'sample-approved', 'test');
    await store.migrations.transition(id, 'loading', 'test');
    await expect(discardSample(scene.context(), await scene.migration())).rejects.toMatchObject({
      code: 'STATE_FORBIDS',
    });
    await close();
  });
});

describe('the end of a migration', () => {
  it('closes rollback with accept, and allows purge only then', async () => {
    const { scene, close } = await openSample();
    const { id } = await scene.migration();
    const by = { ledger: store, actor: 'ada@practice.example' };
    await expect(runAccept(by, await scene.migration())).rejects.toMatchObject({ code: 'STATE_FORBIDS' });
    await expect(runPurge(by, await scene.migration())).rejects.toMatchObject({ code: 'STATE_FORBIDS' });
    for (const state of ['sample-approved', 'loading', 'loaded', 'reconciled'] as const)
      await store.migrations.transition(id, state, 'test');
    await runAccept(by, await scene.migration());
    await expect(
      runRollback(scene.context(), await scene.migration(), { dryRun: false, drifted: 'keep' }),
    ).rejects.toMatchObject({ code: 'STATE_FORBIDS' });
    expect(await runPurge(by, await scene.migration())).toEqual({ snapshotPurged: true, snapshotUsedBy: [] });
    expect((await store.changes.newest(id, { limit: 10 })).every(({ base }) => base === null)).toBe(true);
    expect(await store.migrations.document(id, 'plan')).toBeNull();
    expect(await store.trail.read(id, { afterSeq: 0, limit: 100 })).not.toEqual([]);
    await close();
  });

  it('leaves a snapshot that another migration works on', async () => {
    const { scene, close } = await openSample();
    const { id, workspaceId, snapshotId } = await scene.migration();
    const other = await bindMigration(store, `${scene.instance}-other`, scene.instance, workspaceId ?? '', {
      until: 'planned',
    });
    await store.migrations.bind(other.id, {
      sourceInstance: scene.instance,
      snapshotId: snapshotId ?? '',
      workspaceId: workspaceId ?? '',
    });
    for (const state of ['sample-approved', 'loading', 'loaded', 'reconciled', 'accepted'] as const)
      await store.migrations.transition(id, state, 'test');
    expect(await runPurge({ ledger: store, actor: 'test' }, await scene.migration())).toEqual({
      snapshotPurged: false,
      snapshotUsedBy: [other.name],
    });
    await close();
  });
});
