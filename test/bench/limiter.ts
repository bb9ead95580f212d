import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { doubleFetch } from './double-fetch.ts';
import { type Figure, information, measured } from './figure.ts';
import { LaneClock } from './lane-clock.ts';

const MINUTES = 30;
const LANES = 2;
const BATCH = 200;
/** Jitter and the goal for it; null where the fractions that the server loses leave too little (PAIR_GUARD_MS). */
const JITTERS = [
  [20, 0.95],
  [80, null],
] as const;
const LIMIT = { limit: 100, windowMs: 60_000 };

/**
 * Share of the server's rate limit that the pacer uses, on the double with the server's own refill (its fractions are lost) and a simulated clock: two lanes create batches of 200 for half
 * an hour, every answer takes 200 to 400 ms, and requests arrive up to `jitterMs` late.
 */
export async function benchLimiter(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [jitterMs, goal] of JITTERS) {
    const { share, refused } = await shareAt(jitterMs);
    const name = `share of the rate limit used, network jitter up to ${jitterMs} ms`;
    figures.push(
      goal === null
        ? information(name, share.toFixed(3))
        : measured(name, share.toFixed(3), `>= ${goal}`, share >= goal),
      information(`  refused in ${MINUTES} simulated minutes`, refused),
    );
  }
  return figures;
}

async function shareAt(jitterMs: number): Promise<{ readonly share: number; readonly refused: string }> {
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
  return { share: granted / available, refused: `${refused} of ${granted + refused}` };
}

function idOf(lane: number, n: number): string {
  return `${lane.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
