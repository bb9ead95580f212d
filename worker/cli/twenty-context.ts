import { restoreLeftovers } from '../engine/automation-switch.ts';
import { filesFrom, openMappings, openTarget, stageContext } from '../main.ts';
import type { StageContext } from '../stages/stage.ts';
import type { CommandContext } from './command.ts';

/**
 * Runs work that talks to Twenty. First puts back automations that a killed run left switched off, whichever migration it was. `source`: where the export is
 * now, when it is no longer where it was extracted.
 */
export async function withTwenty<T>(
  context: CommandContext,
  work: (stage: StageContext) => Promise<T>,
  options: { readonly source?: string | undefined } = {},
): Promise<T> {
  const { config, ledger, log } = context;
  const target = openTarget(config, ledger, log);
  try {
    const stage = stageContext({
      ...context,
      target,
      mappings: await openMappings(config),
      openFiles: filesFrom(options.source),
    });
    await restoreLeftovers(stage);
    return await work(stage);
  } finally {
    await target.close();
  }
}
