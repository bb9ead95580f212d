import type { Clock } from '../../worker/domain/clock.ts';

/** Time that passes only by waiting for it, and then at once: what is waited for is asked of the server. */
export function skippingClock(): Clock {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      skipped += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
