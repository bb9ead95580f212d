import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { Change, Migration } from '../ledger/ledger.ts';
import type { AutomationDecision } from '../mapping/documents/plan.ts';
import type { Automation, Target } from '../twenty/target.ts';
import type { HoldContext } from './automation-hold.ts';
import { othersHolding, releaseHold, takeHold } from './automation-hold.ts';
import { queueDigested } from './queue-digested.ts';

export interface SwitchContext extends HoldContext {
  readonly target: Target;
  readonly log: Logger;
  readonly actor: string;
}

/** Record that carries a workflow trigger in Twenty. */
const TRIGGER_OBJECT = 'workflowAutomatedTrigger';
/** The queue was empty 0.05 to 1.3 s after the last batch (twenty-facts 10); updates and destroys leave nothing to tell by, so they get more than thrice that. */
const SETTLE_MS = 5_000;
/** How long the queue may take for the last batch before automations stay off and a person is told. */
const DIGEST_MS = 120_000;
const UNDONE = ['intended', 'applied'] as const;

/** What an `automation-paused` change keeps in `before`: what it takes to switch the automation on again. */
const definitionSchema = z.strictObject({
  kind: z.enum(['workflow-trigger', 'webhook']),
  id: z.string(),
  name: z.string(),
  events: z.array(z.string()),
  active: z.boolean(),
  /** Of the trigger's record, which pausing and resuming would change. */
  updatedAt: z.string().nullable(),
});

type Definition = z.infer<typeof definitionSchema>;

/** What came of switching automations on again. */
export type Resumed =
  | { readonly kind: 'resumed'; readonly automations: readonly Automation[] }
  /** Another process still loads into the workspace; it, or the command after it, switches them on. */
  | { readonly kind: 'held'; readonly by: readonly string[] };

/**
 * Switches off the automations whose policy is `pause`. The definition is in the ledger before Twenty is touched; a pause that is not seen to hold is an
 * error. Repeatable. Returns what is off now.
 */
export async function pauseAutomations(
  context: SwitchContext,
  migration: Migration,
  decisions: readonly AutomationDecision[],
): Promise<readonly Automation[]> {
  const { ledger, target } = context;
  await takeHold(context, workspaceOf(migration), migration.id);
  const chosen = new Set(decisions.filter(({ policy }) => policy === 'pause').map(({ id }) => id));
  if (chosen.size === 0) return [];
  const listed = (await target.automations.list()).filter(({ id }) => chosen.has(id));
  const known = new Set((await undonePauses(context, migration.id)).map(({ key }) => key));
  const fresh = listed.filter(({ id, active }) => active && !known.has(id));
  const definitions = await Promise.all(fresh.map((automation) => definitionOf(target, automation)));
  if (fresh.length > 0) {
    await ledger.changes.put(
      migration.id,
      definitions.map((definition) => ({
        kind: 'automation-paused',
        phase: 'automation',
        object: definition.kind,
        key: definition.id,
        before: definition,
        base: null,
        state: 'intended',
      })),
    );
  }
  for (const automation of listed.filter(({ active }) => active)) await target.automations.pause(automation);
  const still = (await target.automations.list()).find(({ id, active }) => chosen.has(id) && active);
  if (still !== undefined) throw stillOn(still);
  const intended = (await undonePauses(context, migration.id)).filter(({ state }) => state === 'intended');
  await ledger.transaction(async (tx) => {
    await tx.changes.setState(
      migration.id,
      intended.map(({ seq }) => seq),
      'applied',
    );
    await tx.trail.append(
      migration.id,
      intended.map((change) => trailOf(context, change, 'pause-automation', 'paused')),
    );
  });
  return listed.filter(({ id, active }) => active || known.has(id));
}

/**
 * Ends this process's need for silence and switches on what is off, once the server's queue has digested the newest records that are still there: an
 * automation must not meet them late. Harmless when nothing is off, and after a kill at any point.
 */
export async function resumeAutomations(context: SwitchContext, migration: Migration): Promise<Resumed> {
  await releaseHold(context, workspaceOf(migration), migration.id);
  return switchOn(context, workspaceOf(migration));
}

/**
 * Puts back what a killed command left off. To be called by every command that may write, before it begins; it costs no call when nothing is off or
 * when another process holds it off.
 */
export async function restoreLeftovers(context: SwitchContext): Promise<Resumed> {
  const off = (await context.ledger.migrations.list()).filter(({ workspaceId }) => workspaceId !== null);
  for (const migration of off) {
    if ((await undonePauses(context, migration.id)).length === 0) continue;
    const { workspaceId } = await context.target.describe();
    return switchOn(context, workspaceId);
  }
  return { kind: 'resumed', automations: [] };
}

async function switchOn(context: SwitchContext, workspaceId: string): Promise<Resumed> {
  const { ledger, target, log } = context;
  const others = await othersHolding(context, workspaceId);
  if (others.length > 0) return { kind: 'held', by: others };
  const migrations = (await ledger.migrations.list()).filter(
    (migration) => migration.workspaceId === workspaceId,
  );
  const resumed: Automation[] = [];
  for (const migration of migrations) {
    const pauses = await undonePauses(context, migration.id);
    if (pauses.length === 0) continue;
    await digest(context, migration, pauses);
    const definitions = pauses.map(({ before }) => definitionSchema.parse(before));
    for (const definition of definitions) await target.automations.resume({ ...definition, active: true });
    const off = await stillOff(target, definitions);
    if (off !== null) throw off;
    for (const definition of definitions) await restoreTime(context, definition);
    await ledger.transaction(async (tx) => {
      await tx.changes.setState(
        migration.id,
        pauses.map(({ seq }) => seq),
        'reverted',
      );
      await tx.trail.append(
        migration.id,
        pauses.map((change) => trailOf(context, change, 'resume-automation', 'on')),
      );
    });
    log.info({ migration: migration.name, automations: definitions.length }, 'automations switched on');
    resumed.push(...definitions.map((definition) => ({ ...definition, active: true })));
  }
  return { kind: 'resumed', automations: resumed };
}

export async function undonePauses(
  { ledger }: Pick<SwitchContext, 'ledger'>,
  migrationId: string,
): Promise<Change[]> {
  return ledger.changes.newest(migrationId, { kinds: ['automation-paused'], states: UNDONE, limit: 10_000 });
}

/** Waits until the server has worked off what we wrote; throws AUTOMATIONS_OFF when it does not in time. */
async function digest(
  context: SwitchContext,
  migration: Migration,
  pauses: readonly Change[],
): Promise<void> {
  // Not with the command's signal: after Ctrl-C the automations have to come on all the more.
  await context.clock.sleep(SETTLE_MS);
  if (await queueDigested(context, migration, DIGEST_MS)) return;
  throw new VpError('AUTOMATIONS_OFF', {
    what: `Twenty has not worked off the last records after ${DIGEST_MS / 1000} s; ${pauses.length} automations stay off.`,
    where: pauses.map(({ key }) => key).join(', '),
    todo: 'Look whether the Twenty worker process runs, then: vp-twenty automations restore.',
  });
}

async function definitionOf(target: Target, automation: Automation): Promise<Definition> {
  const { kind, id, name, events, active } = automation;
  const [record] = (await hasTriggers(target, kind))
    ? await target.records.byIds(TRIGGER_OBJECT, [id], { fields: ['updatedAt'], trash: true })
    : [];
  const updatedAt = record?.updatedAt;
  return {
    kind,
    id,
    name,
    events: [...events],
    active,
    updatedAt: typeof updatedAt === 'string' ? updatedAt : null,
  };
}

/** The trigger's record gets its time back, so that the workspace equals what it was. A refusal is no reason to leave a workflow off. */
async function restoreTime(context: SwitchContext, definition: Definition): Promise<void> {
  const { target, log } = context;
  if (definition.updatedAt === null || !(await hasTriggers(target, definition.kind))) return;
  try {
    await target.records.updateSame(
      TRIGGER_OBJECT,
      [definition.id],
      { updatedAt: definition.updatedAt },
      { fields: ['updatedAt'] },
    );
  } catch (error) {
    if (!(error instanceof VpError)) throw error;
    log.warn(
      { automation: definition.id, code: error.code },
      'the time of a workflow trigger stays that of now',
    );
  }
}

async function hasTriggers(target: Target, kind: Automation['kind']): Promise<boolean> {
  if (kind !== 'workflow-trigger') return false;
  return (await target.schema()).objects.get(TRIGGER_OBJECT)?.fields.has('updatedAt') ?? false;
}

async function stillOff(target: Target, definitions: readonly Definition[]): Promise<VpError | null> {
  const now = new Map((await target.automations.list()).map((automation) => [automation.id, automation]));
  // One that is gone was deleted by a person meanwhile: nothing to switch on.
  const off = definitions.find(({ id }) => now.get(id)?.active === false);
  if (off === undefined) return null;
  return new VpError('AUTOMATIONS_OFF', {
    what: `The ${off.kind} ${off.id} is still off.`,
    where: off.id,
    todo:
      off.kind === 'webhook'
        ? `In Twenty, Settings > APIs & Webhooks, give the webhook its events again: ${off.events.join(', ')}.`
        : 'In Twenty, open the workflow that the trigger belongs to, deactivate and activate it; then: vp-twenty automations restore.',
  });
}

function stillOn(automation: Automation): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: `The ${automation.kind} ${automation.id} is still on after it was switched off.`,
    where: automation.id,
    todo:
      automation.kind === 'webhook'
        ? 'Remove its events in Twenty (Settings > APIs & Webhooks), or decide "keep" for it and plan again.'
        : 'Deactivate its workflow in Twenty, or decide "keep" for it and plan again.',
  });
}

function trailOf(context: SwitchContext, change: Change, operation: string, outcome: string) {
  const detail: Json = { kind: change.object, id: change.key };
  return { actor: context.actor, operation, object: change.object, twentyId: change.key, outcome, detail };
}

function workspaceOf(migration: Migration): string {
  if (migration.workspaceId !== null) return migration.workspaceId;
  throw new VpError('STATE_FORBIDS', {
    what: 'The migration is bound to no workspace yet, so it has switched nothing.',
    where: migration.name,
    todo: 'Run plan first.',
  });
}
