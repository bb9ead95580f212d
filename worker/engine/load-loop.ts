import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import { loadRange } from './load-range.ts';
import type { LoadRun } from './load-run.ts';

/** How long a claim holds without renewal before another process may take it. */
const LEASE_MS = 120_000;
const WAIT_MS = 50;
/** Two lanes: one batch is built and checkpointed while the other is on its way. More buys little (twenty-facts 10). */
const LANES = 2;

export interface LoadLoopResult {
  readonly ranges: number;
  readonly records: number;
  /** True when the signal ended it before the work did. */
  readonly interrupted: boolean;
}

/** Claims and loads ranges until none is left or the signal stops it; a range begun is always finished. */
export async function runLoadLoop(
  load: LoadRun,
  {
    clock,
    log,
    onRange,
    renew,
  }: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly onRange: (object: string, records: number) => void;
    /** Called after every range: the automations stay off for another while. */
    readonly renew: () => Promise<void>;
  },
): Promise<LoadLoopResult> {
  let ranges = 0;
  let records = 0;
  let failed = false;
  const lane = async (name: string): Promise<void> => {
    const laneLoad: LoadRun = { ...load, holder: name };
    while (!load.signal.aborted && !failed) {
      const claim = await load.ledger.work.claim(load.run.migrationId, load.phase, name, LEASE_MS);
      if (claim.kind === 'done') return;
      if (claim.kind === 'wait') {
        await clock.sleep(WAIT_MS);
        continue;
      }
      const { range } = claim;
      const renewal = setInterval(() => {
        load.ledger.work
          .renew(range.id, name)
          .catch(() => log.warn({ range: range.id }, 'claim could not be renewed'));
      }, LEASE_MS / 4);
      try {
        if (await loadRange(laneLoad, range)) {
          ranges += 1;
          records += range.items.length;
          onRange(range.object, range.items.length);
          await renew();
        } else {
          log.warn({ range: range.id }, 'another process took this range over; its result counts');
        }
      } catch (error) {
        failed = true;
        await load.ledger.work.release(range.id, name).catch(() => undefined);
        throw error;
      } finally {
        clearInterval(renewal);
      }
    }
  };
  const lanes = await Promise.allSettled(
    Array.from({ length: LANES }, (_, n) => lane(`${load.holder}#${n + 1}`)),
  );
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
  return { ranges, records, interrupted: load.signal.aborted };
}
