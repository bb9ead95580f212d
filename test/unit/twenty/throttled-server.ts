import type { Clock } from '../../../worker/domain/clock.ts';

interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

/** Twenty's limiter to the letter (twenty-facts 2): what a call costs, what is lost, what a refusal says. */
export function throttledServer(
  clock: Clock,
  limits: readonly Limit[],
  wire: { readonly way: () => number; readonly work: () => number },
) {
  const buckets = limits.map((limit) => ({ ...limit, tokens: limit.limit, at: Number.NaN }));
  const grants: number[] = [];
  const refusals: number[] = [];

  const take = (): Limit | null => {
    for (const bucket of buckets) {
      const elapsed = Number.isNaN(bucket.at) ? 0 : clock.now() - bucket.at;
      const available = Math.min(
        bucket.limit,
        bucket.tokens + Math.floor(elapsed * (bucket.limit / bucket.windowMs)),
      );
      if (available < 1) return bucket;
      bucket.tokens = available - 1;
      bucket.at = clock.now();
    }
    return null;
  };

  return {
    grants,
    refusals,
    /** Somebody else's call. */
    take,
    /** `null` when granted, otherwise the limit that refused. */
    async call(): Promise<Limit | null> {
      await clock.sleep(wire.way());
      const refusedBy = take();
      (refusedBy === null ? grants : refusals).push(clock.now());
      await clock.sleep(refusedBy === null ? wire.work() : 1);
      return refusedBy;
    },
  };
}
