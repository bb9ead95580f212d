import { VpError } from '../domain/errors.ts';
import { restoreLeftovers, undonePauses } from '../engine/automation-switch.ts';
import type { Automation } from '../twenty/target.ts';
import type { StageContext } from './stage.ts';

export interface ListedAutomation extends Automation {
  /** Migration that switched it off and has not switched it on again. */
  readonly pausedBy: string | null;
}

/** What fires on records of the workspace, and which of it we switched off. */
export async function listAutomations(context: StageContext): Promise<ListedAutomation[]> {
  const pausedBy = new Map<string, string>();
  for (const migration of await context.ledger.migrations.list()) {
    for (const { key } of await undonePauses(context, migration.id)) pausedBy.set(key, migration.name);
  }
  const listed = await context.target.automations.list();
  return listed.map((automation) => ({ ...automation, pausedBy: pausedBy.get(automation.id) ?? null }));
}

/** Switches on what any migration of this workspace left off. Names of what was off. Throws STATE_FORBIDS while another process needs it off. */
export async function restoreAutomations(context: StageContext): Promise<string[]> {
  const resumed = await restoreLeftovers(context);
  if (resumed.kind === 'resumed') return resumed.automations.map(({ name, id }) => (name === '' ? id : name));
  throw new VpError('STATE_FORBIDS', {
    what: 'Another process writes to the workspace and needs the automations off.',
    where: resumed.by.join(', '),
    todo: 'Wait until it ends; it switches them on itself.',
  });
}
