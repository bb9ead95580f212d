import type { Logger } from '../domain/logger.ts';
import type { Migration } from '../ledger/ledger.ts';
import type { AutomationDecision } from '../mapping/documents/plan.ts';
import { renewHold } from './automation-hold.ts';
import { pauseAutomations, resumeAutomations, type SwitchContext } from './automation-switch.ts';

const RENEW_EVERY_MS = 60_000;

/**
 * Does work that writes records while automations are off, and switches them on again however it ends. `work` calls what it is given after every
 * batch, so that a long run is not taken for a dead one. The work's own error is the one that is thrown.
 */
export async function withAutomationsPaused<T>(
  context: SwitchContext & { readonly log: Logger },
  migration: Migration,
  decisions: readonly AutomationDecision[],
  work: (renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    await pauseAutomations(context, migration, decisions);
    let renewedAt = context.clock.now();
    result = await work(async () => {
      // A batch may take a fifth of a second, the hold ten minutes: not every batch needs its transaction.
      if (migration.workspaceId === null || context.clock.now() - renewedAt < RENEW_EVERY_MS) return;
      renewedAt = context.clock.now();
      await renewHold(context, migration.workspaceId, migration.id);
    });
  } catch (error) {
    await resumeAutomations(context, migration).catch(() => {
      context.log.warn(
        { migration: migration.name },
        'automations are still off; the next command, or automations restore, switches them on',
      );
    });
    throw error;
  }
  await resumeAutomations(context, migration);
  return result;
}
