import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { virtualClock } from '../unit/twenty/virtual-clock.ts';
import { doubleFetch } from './double-fetch.ts';

const MINUTES = 30;
const LANES = 2;
const BATCH = 200;
const LIMIT = { limit: 100, windowMs: 60_000 };

export interface LimiterFigures {
  /** Calls that the server granted against what its bucket gives: full at the start, then `limit` per window. */
  readonly share: number;
  readonly granted: number;
  readonly refused: number;
  readonly minutes: number;
}

/**
 * Share of the server's rate limit that the pacer uses, on the double with the server's own refill (its fractions are lost) and a simulated clock: two lanes create batches of 200 for half
 * an hour, every answer takes between 250 and 550 ms.
 */
export async function benchLimiter(): Promise<LimiterFigures> {
  const clock = virtualClock();
  let at = 1;
  const jitter = () => {
    at = (at * 48271) % 2147483647;
    return at / 2147483647;
  };
  const double = await startTwentyDouble({ seed: 'empty', listen: false, clock });
  const answer = doubleFetch(double);
  const target = createTwentyTarget({
    url: 'http://double.invalid',
    apiKey: double.apiKey,
    budget: memoryRateBudget(),
    clock,
    log: silentLogger,
    random: jitter,
    fetch: async (input, init) => {
      await clock.sleep(75 + jitter() * 150);
      const response = await answer(input, init);
      await clock.sleep(175 + jitter() * 150);
      return response;
    },
  });
  const started = clock.now();
  const end = started + MINUTES * 60_000;
  let granted = 0;
  const lane = async (name: number): Promise<void> => {
    for (let n = 0; clock.now() < end; n += 1) {
      const records = Array.from({ length: BATCH }, (_, i) => ({ id: idOf(name, n * BATCH + i), name: 'x' }));
      const result = await target.records.create('company', records, { fields: ['id'] });
      if (result.kind !== 'written') throw new Error('a clean batch was refused');
      if (clock.now() <= end) granted += 1;
    }
  };
  await clock.run(Promise.all(Array.from({ length: LANES }, (_, n) => lane(n))));
  await target.close();
  await double.close();
  const available = LIMIT.limit + (MINUTES * 60_000 * LIMIT.limit) / LIMIT.windowMs;
  return { share: granted / available, granted, refused: double.counters.refusedByLimiter, minutes: MINUTES };
}

function idOf(lane: number, n: number): string {
  return `${lane.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
