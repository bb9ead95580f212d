import type { Clock } from '../../../worker/domain/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that jumps to the next sleeper once nothing else is left to do, so that hours pass in milliseconds. */
export interface VirtualClock extends Clock {
  /** Runs until `work` settles. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function virtualClock(start = 1_700_000_000_000): VirtualClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper: Sleeper = { until: now + Math.max(0, ms), wake: resolve };
        signal?.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((other) => other !== sleeper);
            reject(signal.reason);
          },
          { once: true },
        );
        sleepers.push(sleeper);
      });
    },
    async run(work) {
      let settled = false;
      const end = () => {
        settled = true;
      };
      work.then(end, end);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (settled) return work;
        const next = sleepers.toSorted((a, b) => a.until - b.until)[0];
        if (next === undefined)
          throw new Error('the clock stands still: nobody sleeps and the work is not done');
        sleepers = sleepers.filter((other) => other !== next);
        now = Math.max(now, next.until);
        next.wake();
      }
    },
  };
}
