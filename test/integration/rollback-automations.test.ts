import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { othersHolding, takeHold } from '../../worker/engine/automation-hold.ts';
import {
  pauseAutomations,
  restoreLeftovers,
  resumeAutomations,
} from '../../worker/engine/automation-switch.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import type { AutomationDecision } from '../../worker/mapping/documents/plan.ts';
import { listAutomations, restoreAutomations } from '../../worker/stages/automations.ts';
import type { Automation } from '../../worker/twenty/target.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { openMemoryLedger } from '../support/memory-ledger.ts';
import { openScene, type Scene } from './rollback-scene.ts';
import { QUICK } from './rollback-story.ts';

let store: Ledger;
let double: TwentyDouble;
let scene: Scene;
let before: readonly Automation[];
let decisions: AutomationDecision[];

beforeAll(async () => {
  store = await openMemoryLedger();
});

afterAll(() => store.close());

beforeEach(async () => {
  double = await startTwentyDouble(QUICK);
  await post('mutation($i:CreateWebhookInput!){createWebhook(input:$i){id}}', {
    i: { targetUrl: 'https://hooks.example/secret', operations: ['person.created'] },
  });
  scene = await openScene(double, store, { until: 'loading' });
  before = await scene.target.automations.list();
  decisions = before.map(({ id, kind, name, events }) => ({ id, kind, name, events, policy: 'pause' }));
});

afterEach(async () => {
  await resumeAutomations(scene.context(), await scene.migration());
  await scene.close();
  await double.close();
});

async function post(query: string, variables: object): Promise<void> {
  const headers = { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' };
  await double.handle('/metadata', headers, JSON.stringify({ query, variables }));
}

async function pause(policies = decisions) {
  return pauseAutomations(scene.context(), await scene.migration(), policies);
}

async function active(): Promise<string[]> {
  return (await scene.target.automations.list()).filter((one) => one.active).map(({ id }) => id);
}

async function pauses(states: readonly ('intended' | 'applied' | 'reverted')[]) {
  return store.changes.newest((await scene.migration()).id, {
    kinds: ['automation-paused'],
    states,
    limit: 100,
  });
}

describe('the switch of automations', () => {
  it('switches off what the plan says, and on again exactly as it was', async () => {
    expect(before.map(({ kind }) => kind).toSorted()).toEqual(['webhook', 'workflow-trigger']);
    const triggers = JSON.stringify(
      double.dump().tables.workflowAutomatedTrigger?.map(({ updatedBy: _, ...row }) => row),
    );
    expect(await pause()).toHaveLength(2);
    expect(await active()).toEqual([]);
    expect(await pauses(['applied'])).toHaveLength(2);
    expect((await listAutomations(scene.context())).map(({ pausedBy }) => pausedBy)).toEqual([
      scene.instance,
      scene.instance,
    ]);
    await resumeAutomations(scene.context(), await scene.migration());
    expect(await scene.target.automations.list()).toEqual(before);
    expect(
      JSON.stringify(double.dump().tables.workflowAutomatedTrigger?.map(({ updatedBy: _, ...row }) => row)),
    ).toBe(triggers);
    expect(await pauses(['intended', 'applied'])).toEqual([]);
  });

  it('leaves on what the plan keeps, and off what was off before', async () => {
    const [first] = before;
    if (first === undefined) throw new Error('no automation');
    await scene.target.automations.pause(first);
    await pause();
    await resumeAutomations(scene.context(), await scene.migration());
    expect(await active()).not.toContain(first.id);
    await scene.target.automations.resume(first);
    await pause(decisions.map((decision) => ({ ...decision, policy: 'keep' })));
    expect(await active()).toHaveLength(2);
  });

  it('keeps the definition in the ledger before it touches anything', async () => {
    const target = {
      ...scene.target,
      automations: { ...scene.target.automations, pause: () => Promise.reject(new Error('killed')) },
    };
    await expect(
      pauseAutomations(scene.context({ target }), await scene.migration(), decisions),
    ).rejects.toThrow('killed');
    expect(await pauses(['intended'])).toHaveLength(2);
    await restoreLeftovers(scene.context());
    expect(await scene.target.automations.list()).toEqual(before);
  });

  it('puts back what a killed process left off, with the next command', async () => {
    await pause();
    expect(await restoreAutomations(scene.context({ holder: 'test-holder' }))).toHaveLength(2);
    expect(await active()).toHaveLength(2);
    expect(await restoreAutomations(scene.context())).toEqual([]);
  });

  it('leaves off what another living process needs off', async () => {
    const { id, workspaceId } = await scene.migration();
    await takeHold(scene.context({ holder: 'another' }), workspaceId ?? '', id);
    await pause();
    expect(await resumeAutomations(scene.context(), await scene.migration())).toEqual({
      kind: 'held',
      by: [id],
    });
    expect(await active()).toEqual([]);
    await expect(restoreAutomations(scene.context())).rejects.toMatchObject({ code: 'STATE_FORBIDS' });
    await resumeAutomations(scene.context({ holder: 'another' }), await scene.migration());
    expect(await active()).toHaveLength(2);
  });

  it('forgets a hold that nobody renews', async () => {
    const { id, workspaceId } = await scene.migration();
    const context = scene.context({ holder: 'another' });
    await takeHold(context, workspaceId ?? '', id);
    expect(await othersHolding(scene.context(), workspaceId ?? '')).toEqual([id]);
    const later = { ...context.clock, now: () => context.clock.now() + 11 * 60_000 };
    expect(await othersHolding(scene.context({ clock: later }), workspaceId ?? '')).toEqual([]);
  });

  it('waits for the queue to have worked off the last batch, and says so when it does not', async () => {
    await pause();
    double.faults.holdQueue();
    await scene.create('person', [{ id: scene.idOf('person', randomUUID()), name: { firstName: 'Late' } }]);
    await expect(resumeAutomations(scene.context(), await scene.migration())).rejects.toMatchObject({
      code: 'AUTOMATIONS_OFF',
    });
    expect(await active()).toEqual([]);
    double.faults.releaseQueue();
    await double.settled();
    await resumeAutomations(scene.context(), await scene.migration());
    expect(await active()).toHaveLength(2);
  });
});
