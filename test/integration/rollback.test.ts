import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { exportAuditTrail } from '../../worker/stages/audit-trail.ts';
import { runRollback } from '../../worker/stages/rollback.ts';
import { openMemoryLedger } from '../support/memory-ledger.ts';
import { bindMigration } from './rollback-scene.ts';
import { COMPANIES, essence, OPPORTUNITIES, PEOPLE, type Story, tellStory } from './rollback-story.ts';

let store: Ledger;
let story: Story;

beforeAll(async () => {
  store = await openMemoryLedger();
});

afterAll(() => store.close());

beforeEach(async () => {
  story = await tellStory(store);
});

afterEach(() => story.close());

const KEEP = { dryRun: false, drifted: 'keep' } as const;

async function rollback(options: Parameters<typeof runRollback>[2] = KEEP) {
  const report = await runRollback(story.scene.context(), await story.scene.migration(), options);
  await story.double.settled();
  return report;
}

async function edit(object: string, id: string, data: Readonly<Record<string, unknown>>): Promise<void> {
  await story.scene.target.records.updateSame(object, [id], data, { fields: [] });
}

function keptIds(report: Awaited<ReturnType<typeof rollback>>): string[] {
  return report.kept.map(({ id }) => id).toSorted();
}

describe('rollback', () => {
  it('gives the workspace back, proves it, and ends the migration', async () => {
    const report = await rollback();
    expect(essence(story.double)).toEqual(story.before);
    expect(report).toMatchObject({
      destroyed: COMPANIES + 1 + PEOPLE + OPPORTUNITIES,
      restored: 3,
      kept: [],
      verified: true,
      differences: [],
    });
    expect(report.schema.toSorted()).toEqual([
      'company.parentCompany',
      'company.vpNote',
      'opportunity.stage',
    ]);
    const migration = await story.scene.migration();
    expect(migration.state).toBe('rolled-back');
    expect((await story.scene.ledger.migrations.document(migration.id, 'rollback'))?.body).toMatchObject({
      verified: true,
    });
  });

  it('leaves no timeline rows of records that are gone', async () => {
    const rowsBefore = story.double.dump().tables.timelineActivity ?? [];
    expect(rowsBefore.length).toBeGreaterThan(PEOPLE);
    await rollback();
    const rows = story.double.dump().tables.timelineActivity ?? [];
    const orphans = rows.filter(
      (row) =>
        row.targetCompanyId === null && row.targetPersonId === null && row.targetOpportunityId === null,
    );
    expect(orphans).toEqual([]);
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    const before = JSON.stringify(story.double.dump());
    const report = await rollback({ dryRun: true, drifted: 'keep' });
    expect(JSON.stringify(story.double.dump())).toBe(before);
    expect(report).toMatchObject({
      dryRun: true,
      destroyed: COMPANIES + 1 + PEOPLE + OPPORTUNITIES,
      restored: 3,
      verified: false,
      estimate: { minutes: 1 },
    });
    expect((await story.scene.migration()).state).toBe('loading');
  });

  it('keeps what was edited since, with everything that it references, and the fields that these hold values in', async () => {
    const { scene } = story;
    await edit('opportunity', scene.idOf('opportunity', 'o6'), { name: 'Worked on' });
    const report = await rollback();
    // o6 -> p6 -> c6, o6 -> c6 -> c1 -> c0
    const records = ['o6', 'p6', 'c6', 'c1', 'c0'].map((id) =>
      scene.idOf({ o: 'opportunity', p: 'person', c: 'company' }[id.charAt(0)] ?? '', id),
    );
    expect(keptIds(report)).toEqual([...records, 'stage', 'vpNote', 'parentCompany'].toSorted());
    expect(report.kept.find(({ id }) => id === records[0])?.why).toMatch(
      /edited since by another program: name/,
    );
    expect(report.kept.find(({ id }) => id === records[1])).toMatchObject({
      sourceId: 'p6',
      why: 'referenced by a kept opportunity',
    });
    const [kept] = await scene.target.records.byIds('opportunity', [records[0] ?? ''], {
      fields: ['stage', 'company', 'pointOfContact'],
    });
    expect(kept).toMatchObject({ stage: 'VP_LOST', companyId: records[2], pointOfContactId: records[1] });
    expect(report.verified).toBe(true);
  });

  it('takes edited records too when told so', async () => {
    const { scene } = story;
    await edit('opportunity', scene.idOf('opportunity', 'o6'), { name: 'Worked on' });
    await edit('company', story.existing.company, { name: 'Edited after the match' });
    const report = await rollback({ dryRun: false, drifted: 'revert' });
    expect(report.kept).toEqual([]);
    const [row] = await scene.target.records.byIds('company', [story.existing.company], { fields: ['name'] });
    expect(row?.name).toBe('Was here');
  });

  it('keeps a field of an existing record that was edited since, and gives back the others', async () => {
    await edit('company', story.existing.company, { name: 'Edited after the match' });
    const report = await rollback();
    const [row] = await story.scene.target.records.byIds('company', [story.existing.company], {
      fields: ['name', 'annualRevenue'],
    });
    expect(row).toMatchObject({ name: 'Edited after the match', annualRevenue: { amountMicros: null } });
    expect(report.kept).toMatchObject([
      { object: 'company', id: story.existing.company, why: 'edited since, so these fields stay: name' },
    ]);
  });

  it('keeps what a record outside the ledger references', async () => {
    const { scene } = story;
    const deal = await scene.foreign('opportunity', {
      name: 'A user made it',
      companyId: scene.idOf('company', 'c100'),
    });
    const note = await scene.foreign('note', { title: 'A note' });
    await scene.foreign('noteTarget', { noteId: note.id, targetPersonId: scene.idOf('person', 'p200') });
    const report = await rollback();
    expect(report.kept.find(({ id }) => id === scene.idOf('company', 'c100'))?.why).toBe(
      `referenced by opportunity ${deal.id}, which the migration did not create`,
    );
    expect(keptIds(report)).toContain(scene.idOf('person', 'p200'));
    const [row] = await scene.target.records.byIds('opportunity', [deal.id], { fields: ['company'] });
    expect(row?.companyId).toBe(scene.idOf('company', 'c100'));
    expect(await scene.target.records.count('noteTarget')).toBe(1);
  });

  it('finds what references our records among many rows that do not', async () => {
    const { scene } = story;
    const others = Array.from({ length: COMPANIES + PEOPLE + 20 }, (_, n) => ({
      id: randomUUID(),
      name: `Of a user ${n}`,
      companyId: n === 7 ? scene.idOf('company', 'c100') : story.existing.company,
    }));
    for (let at = 0; at < others.length; at += 200)
      await scene.target.records.create('opportunity', others.slice(at, at + 200), {
        fields: [],
        mayBeThere: false,
      });
    const there = await scene.target.records.count('opportunity');
    const report = await rollback();
    expect(report.kept.find(({ id }) => id === scene.idOf('company', 'c100'))?.why).toBe(
      `referenced by opportunity ${others[7]?.id}, which the migration did not create`,
    );
    expect(await scene.target.records.count('opportunity')).toBe(there - OPPORTUNITIES);
  });

  it('destroys no row of others even when edits are to be reverted', async () => {
    const { scene } = story;
    const note = await scene.foreign('note', { title: 'A note' });
    await scene.foreign('noteTarget', { noteId: note.id, targetPersonId: scene.idOf('person', 'p200') });
    const report = await rollback({ dryRun: false, drifted: 'revert' });
    expect(keptIds(report)).toContain(scene.idOf('person', 'p200'));
    expect(await scene.target.records.count('noteTarget')).toBe(1);
  });

  it('keeps options and fields that others use', async () => {
    const deal = await story.scene.foreign('opportunity', { name: 'A user made it', stage: 'VP_LOST' });
    await story.scene.foreign('company', { name: 'A user made it', vpNote: 'useful' });
    const report = await rollback();
    expect(report.kept.map(({ object, id }) => `${object}.${id}`).toSorted()).toEqual([
      'company.vpNote',
      'opportunity.stage',
    ]);
    const [row] = await story.scene.target.records.byIds('opportunity', [deal.id], { fields: ['stage'] });
    expect(row?.stage).toBe('VP_LOST');
  });

  it('does not give a key back that somebody took meanwhile', async () => {
    const { scene } = story;
    await scene.target.records.destroy('company', [scene.idOf('company', 'taker')]);
    await scene.foreign('company', {
      name: 'Newcomer',
      domainName: { primaryLinkUrl: 'https://trash.example' },
    });
    const report = await rollback();
    expect(report.kept).toMatchObject([
      { object: 'company', id: story.existing.trashed, why: expect.stringMatching(/refused/) },
    ]);
  });

  it('finds records of a batch that never reached the ledger', async () => {
    const { scene } = story;
    const { id } = await scene.migration();
    const companies = {
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
    };
    await scene.ledger.migrations.putDocument(id, {
      kind: 'plan',
      digest: 'plan2',
      body: {
        version: 1,
        decided: { sourceInstance: scene.instance, mapping: [companies], schema: [], automations: [] },
      },
    });
    await scene.ledger.work.begin(id);
    await scene.ledger.work.add(id, [
      {
        level: 0,
        object: 'companies',
        row: 1,
        sourceId: 'lost',
        action: 'create',
        sample: false,
        note: null,
      },
    ]);
    const { twentyIdOf } = await import('../../worker/domain/ids.ts');
    const lost = twentyIdOf({
      sourceInstance: scene.instance,
      sourceObject: 'companies',
      sourceId: 'lost',
      targetObject: 'company',
      part: 'record',
    });
    await scene.target.records.create('company', [{ id: lost, name: 'Lost' }], { fields: [] });
    const report = await rollback();
    expect(report.destroyed).toBe(COMPANIES + 2 + PEOPLE + OPPORTUNITIES);
    expect(essence(story.double)).toEqual(story.before);
  });

  it('refuses while a newer migration holds its records, and after it ended', async () => {
    const { scene } = story;
    const first = await scene.migration();
    const newer = await bindMigration(
      scene.ledger,
      `${first.name}-newer`,
      scene.instance,
      first.workspaceId ?? '',
      { until: 'loading' },
    );
    await scene.ledger.changes.put(newer.id, [
      {
        kind: 'record-updated',
        phase: 'load',
        object: 'company',
        key: scene.idOf('company', 'c1'),
        before: {},
        base: {},
      },
    ]);
    await expect(rollback()).rejects.toMatchObject({ code: 'NEWER_MIGRATION', where: first.name });
    await runRollback(scene.context(), newer, KEEP);
    expect((await rollback()).verified).toBe(true);
    await expect(rollback()).rejects.toMatchObject({ code: 'STATE_FORBIDS' });
  });

  it('writes every record into the trail', async () => {
    await rollback();
    const lines: string[] = [];
    for await (const line of exportAuditTrail(story.scene.ledger, await story.scene.migration()))
      lines.push(line);
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.filter(({ operation }) => operation === 'destroy')).toHaveLength(
      COMPANIES + 1 + PEOPLE + OPPORTUNITIES,
    );
    expect(entries.find(({ sourceId }) => sourceId === 'p7')).toMatchObject({
      operation: 'destroy',
      object: 'person',
      outcome: 'destroyed',
    });
    expect(entries.filter(({ operation }) => operation === 'remove-field')).toHaveLength(2);
    expect(entries.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['pause-automation', 'resume-automation', 'remove-options', 'restore-image']),
    );
    expect(JSON.stringify(lines)).not.toContain('Was here');
  });
});
