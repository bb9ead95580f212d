import { expect, it } from 'vitest';
import type { Automation } from '../../worker/twenty/target.ts';
import type { Part } from './target-workbench.ts';

const SECRET_PATH = 'secret-path';

export const automationsContract: Part = (bench) => {
  const listed = async (id: string): Promise<Automation | undefined> =>
    (await bench().target.automations.list()).find((automation) => automation.id === id);

  it('lists workflow triggers on records, paused ones too, resumes and pauses them', async () => {
    const { automations } = bench().target;
    // The workbench paused what was active.
    const trigger = (await automations.list()).find(({ kind }) => kind === 'workflow-trigger');
    expect(trigger).toMatchObject({
      name: 'Create company when adding a new person',
      events: ['person.upserted'],
      active: false,
    });
    if (trigger === undefined) return;
    await automations.resume(trigger);
    expect(await listed(trigger.id)).toEqual({ ...trigger, active: true });
    await automations.resume(trigger);
    await automations.pause(trigger);
    await automations.pause(trigger);
    expect(await listed(trigger.id)).toEqual(trigger);
    expect(await automations.permitted()).toBe(true);
  });

  it('pauses a webhook by its events, gives them back, and shows only the host of its address', async () => {
    const { raw, target } = bench();
    // Nothing ever happens to that object, so nothing is ever sent.
    const input = { targetUrl: `http://127.0.0.1:9/${SECRET_PATH}`, operations: ['contractNothing.created'] };
    const create = 'mutation Create($input: CreateWebhookInput!) { createWebhook(input: $input) { id } }';
    const made = await raw('/metadata', create, { input });
    const { id } = (made.kind === 'ok' ? made.data.createWebhook : null) as { id: string };
    const webhook: Automation = {
      kind: 'webhook',
      id,
      name: '127.0.0.1:9',
      events: input.operations,
      active: true,
    };
    expect(await listed(id)).toEqual(webhook);
    expect(JSON.stringify(await target.automations.list())).not.toContain(SECRET_PATH);
    await target.automations.pause(webhook);
    expect(await listed(id)).toEqual({ ...webhook, events: [], active: false });
    await target.automations.resume(webhook);
    expect(await listed(id)).toEqual(webhook);
    await raw('/metadata', 'mutation Delete($id: UUID!) { deleteWebhook(id: $id) { id } }', { id });
    await target.automations.pause(webhook);
    expect(await listed(id)).toBeUndefined();
  });

  it('knows when the creation of records was digested, by their timeline rows', async () => {
    const { target, id, marker } = bench();
    for (const object of ['company', 'person', 'opportunity']) {
      const name = object === 'person' ? { firstName: marker, lastName: 'x' } : marker;
      const records = [0, 1, 2].map(() => ({ id: id(object), name }));
      await target.records.create(object, records, { fields: [] });
      const ids = records.map((record) => record.id);
      expect(await target.automations.digested(object, ids, 30_000)).toBe(true);
    }
    expect(await target.automations.digested('company', [], 0)).toBe(true);
    expect(await target.automations.digested('company', [id('company')], 0)).toBe(false);
  });

  it('leaves timeline rows of an opportunity behind unless they are destroyed before it', async () => {
    const { target, make, marker } = bench();
    const { id } = await make('opportunity', { name: marker });
    await target.automations.digested('opportunity', [id], 30_000);
    const rows = { targetOpportunityId: { in: [id] } };
    expect(await target.records.count('timelineActivity', { filter: rows })).toBe(1);
    expect(await target.records.destroyWhere('timelineActivity', rows)).toBe(1);
    expect(await target.records.count('timelineActivity', { filter: rows, trash: 'with' })).toBe(0);
    await target.records.destroy('opportunity', [id]);
  });
};
