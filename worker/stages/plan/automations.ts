import type { AutomationDecision } from '../../mapping/documents/plan.ts';
import type { ObjectMapping } from '../../mapping/mapping-schema.ts';
import type { Automation } from '../../twenty/target.ts';
import type { Questionnaire } from './questions.ts';

/**
 * What would fire on the records that we write, each with a decision. Triggers and webhooks of other objects are none of our business.
 */
export function decideAutomations(
  automations: readonly Automation[],
  mappings: readonly ObjectMapping[],
  ask: Questionnaire,
  keepAll: boolean,
): AutomationDecision[] {
  const targets = new Set(mappings.filter(({ kind }) => kind === 'record').map(({ target }) => target));
  const concerned = automations.filter(
    ({ active, events }) =>
      active && events.some((event) => event.startsWith('*') || targets.has(event.split('.')[0] ?? '')),
  );
  return concerned
    .map(({ id, kind, name, events }) => ({
      id,
      kind,
      name,
      events,
      policy: keepAll
        ? ('keep' as const)
        : ask.choose({
            id: `automation.${kind}.${id}`,
            question: `The ${kind === 'webhook' ? `webhook to ${name}` : `workflow "${name}"`} fires on ${events.join(', ')}. pause switches it off while records are written and on again after; keep lets it run on every record.`,
            choices: ['pause', 'keep'] as const,
            default: 'pause',
          }),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
