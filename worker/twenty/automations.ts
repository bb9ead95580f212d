import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { VpError } from '../domain/errors.ts';
import type { Api } from './api.ts';
import { visible } from './filters.ts';
import { unexpected } from './room.ts';
import type { SchemaCache } from './schema.ts';
import type { Automation, TargetAutomations, TargetRecords } from './target.ts';
import { timelineRowsOf } from './timeline-rows.ts';

const WEBHOOKS = 'query Webhooks { webhooks { id targetUrl operations } }';
const UPDATE_WEBHOOK =
  'mutation UpdateWebhook($input: UpdateWebhookInput!) { updateWebhook(input: $input) { id } }';
const triggersQuery = (selection: string) =>
  `query Triggers($first: Int, $after: String, $filter: WorkflowAutomatedTriggerFilterInput) { workflowAutomatedTriggers(first: $first, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } edges { node { ${selection} } } } }`;
const TRIGGER = 'id type settings deletedAt';
/** Only a role with the WORKFLOWS permission may see the workflow of a trigger; the trigger itself needs none. */
const TRIGGER_WITH_NAME = `${TRIGGER} workflow { id name }`;

/** Of `TargetDescription.missingPermissions`, what pausing and resuming takes. */
const NEEDED = /^(?:API_KEYS_AND_WEBHOOKS|read records|delete records)/;

/** The kind of trigger that fires on records; the others (cron, manual) are none of a migration's business. */
const ON_RECORDS = 'DATABASE_EVENT';

const triggersSchema = z.object({
  workflowAutomatedTriggers: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
    edges: z.array(
      z.object({
        node: z.object({
          id: z.string(),
          type: z.string(),
          settings: z.object({ eventName: z.string().optional() }).loose().nullish().catch(null),
          deletedAt: z.string().nullish(),
          workflow: z.object({ name: z.string().nullish() }).nullish(),
        }),
      }),
    ),
  }),
});
const webhooksSchema = z.object({
  webhooks: z.array(z.object({ id: z.string(), targetUrl: z.string(), operations: z.array(z.string()) })),
});

/**
 * Workflow triggers on records, and webhooks. A trigger is paused by soft-deleting its record and resumed by restoring it; a webhook by
 * taking its events away and giving them back (twenty-facts 8, 11). Each is read back: what is not seen to be so is an error.
 */
export function createAutomations(
  api: Api,
  schema: SchemaCache,
  records: Pick<TargetRecords, 'softDelete' | 'restore' | 'count' | 'byIds' | 'scan'>,
  missingPermissions: () => Promise<readonly string[]>,
  clock: Clock,
): TargetAutomations {
  const triggers = async (): Promise<Automation[]> => {
    try {
      return await readTriggers(TRIGGER_WITH_NAME);
    } catch (error) {
      if (isForbidden(error)) return readTriggers(TRIGGER);
      throw error;
    }
  };

  const readTriggers = async (selection: string): Promise<Automation[]> => {
    const found: Automation[] = [];
    let after: string | null = null;
    do {
      const variables = { first: 500, after, filter: visible(undefined, 'with') };
      const outcome = await api.records({ query: triggersQuery(selection), variables, whenLost: 'repeat' });
      const page = triggersSchema.safeParse(outcome.kind === 'ok' ? outcome.data : null);
      if (!page.success) throw unexpected('workflowAutomatedTrigger', outcome);
      const { edges, pageInfo } = page.data.workflowAutomatedTriggers;
      for (const { node } of edges.filter((edge) => edge.node.type === ON_RECORDS)) {
        const event = node.settings?.eventName;
        found.push({
          kind: 'workflow-trigger',
          id: node.id,
          name: node.workflow?.name ?? '',
          events: event === undefined ? [] : [event],
          active: (node.deletedAt ?? null) === null,
        });
      }
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
    } while (after !== null);
    return found;
  };

  const webhooks = async (): Promise<Automation[]> => {
    const outcome = await api.metadata({ query: WEBHOOKS, whenLost: 'repeat' });
    const parsed = webhooksSchema.safeParse(outcome.kind === 'ok' ? outcome.data : null);
    if (!parsed.success) throw unexpected('webhook', outcome);
    return parsed.data.webhooks.map(({ id, targetUrl, operations }) => ({
      kind: 'webhook',
      id,
      name: hostOf(targetUrl),
      events: operations,
      active: operations.length > 0,
    }));
  };

  const setOperations = async (id: string, operations: readonly string[]): Promise<void> => {
    const variables = { input: { id, update: { operations } } };
    const outcome = await api.metadata({ query: UPDATE_WEBHOOK, variables, whenLost: 'repeat' });
    if (outcome.kind !== 'ok') throw unexpected('webhook', outcome);
  };

  const switchTo = async (automation: Automation, active: boolean): Promise<void> => {
    const isTrigger = automation.kind === 'workflow-trigger';
    const now = (await (isTrigger ? triggers() : webhooks())).find(({ id }) => id === automation.id);
    // One that was removed meanwhile cannot fire; there is nothing to switch off, and nothing to switch on.
    if (now === undefined || now.active === active) return;
    if (!isTrigger) await setOperations(automation.id, active ? automation.events : []);
    else await records[active ? 'restore' : 'softDelete']('workflowAutomatedTrigger', [automation.id]);
    const then = (await (isTrigger ? triggers() : webhooks())).find(({ id }) => id === automation.id);
    if (then !== undefined && then.active !== active) throw stuck(automation, active);
  };

  return {
    list: async () => [...(await triggers()), ...(await webhooks())],
    pause: (automation) => switchTo(automation, false),
    resume: (automation) => switchTo(automation, true),
    async permitted() {
      try {
        await Promise.all([triggers(), webhooks()]);
        const missing = await missingPermissions();
        return !missing.some((permission) => NEEDED.test(permission));
      } catch (error) {
        if (isForbidden(error)) return false;
        throw error;
      }
    },
    async digested(object, ids, timeoutMs, signal) {
      if (ids.length === 0) return true;
      const rows = await timelineRowsOf(await schema.get(), records, object, ids);
      // Of these the timeline tells nothing: there is nothing to wait for.
      if (rows === null) return true;
      const until = clock.now() + timeoutMs;
      for (let wait = 500; ; wait = Math.min(wait * 2, 5000)) {
        if (await rows.there()) return true;
        if (clock.now() + wait > until) return false;
        await clock.sleep(wait, signal);
      }
    },
  };
}

function isForbidden(error: unknown): boolean {
  return error instanceof VpError && error.code === 'TWENTY_PERMISSION';
}

/** The host only: path and query may be secrets. */
function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}

function stuck(automation: Automation, active: boolean): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: `Twenty did not switch the ${automation.kind} ${active ? 'on' : 'off'}, although it said so.`,
    where: automation.id,
    todo: 'Switch it by hand in Twenty, then run the command again.',
  });
}
