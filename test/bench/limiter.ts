import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { doubleFetch } from './double-fetch.ts';
import type { Figure } from './figure.ts';
import { LaneClock } from './lane-clock.ts';

const MINUTES = 30;
const LANES = 2;
const BATCH = 200;
const LIMIT = { limit: 100, windowMs: 60_000 };

/**
 * Share of the server's rate limit that the pacer uses, on the double with the server's own refill (its fractions are lost) and a simulated clock: two lanes create batches of 200 for half
 * an hour, every answer takes 200 to 400 ms, and requests arrive up to `jitterMs` late.
 */
export async function benchLimiter(): Promise<Figure[]> {
  const near = await shareAt(20);
  const far = await shareAt(80);
  return [
    {
      name: 'share of the rate limit used, network jitter up to 20 ms',
      value: near.share,
      goal: '>= 0.95',
      met: Number(near.share) >= 0.95,
    },
    { name: `  refused in ${MINUTES} simulated minutes`, value: near.refused, goal: null, met: true },
    {
      name: 'share of the rate limit used, network jitter up to 80 ms',
      value: far.share,
      goal: null,
      met: true,
    },
    { name: `  refused in ${MINUTES} simulated minutes`, value: far.refused, goal: null, met: true },
  ];
}

async function shareAt(jitterMs: number): Promise<{ readonly share: string; readonly refused: string }> {
  const clock = new LaneClock(LANES);
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
      await clock.sleep(5 + jitter() * jitterMs);
      const response = await answer(input, init);
      await clock.sleep(200 + jitter() * 200);
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
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n).finally(() => clock.leave())));
  await target.close();
  await double.close();
  const available = LIMIT.limit + (MINUTES * 60_000 * LIMIT.limit) / LIMIT.windowMs;
  const refused = double.counters.refusedByLimiter;
  return { share: (granted / available).toFixed(3), refused: `${refused} of ${granted + refused}` };
}

function idOf(lane: number, n: number): string {
  return `${lane.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
