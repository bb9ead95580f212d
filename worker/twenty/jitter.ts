/**
 * How much the time from leaving to answer varies between one call and the next: a bound of how much closer two calls can
 * reach the server than they left. It includes the server's own work, so it is an upper estimate; the rate model caps it.
 */
export interface Jitter {
  completed(latencyMs: number): void;
  /** Absolute differences of consecutive latencies, in milliseconds; the latest ones. */
  differences(): readonly number[];
}

const WINDOW = 64;
const ENOUGH = 8;
/** The largest difference seen lately is not the largest there is. */
const HEADROOM = 1.2;

export function createJitter(): Jitter {
  const differences: number[] = [];
  let last: number | null = null;
  return {
    completed(latencyMs) {
      if (last !== null) differences.push(Math.abs(latencyMs - last));
      if (differences.length > WINDOW) differences.shift();
      last = latencyMs;
    },
    differences: () => differences,
  };
}

/**
 * The guard that costs least: each call waits `guard` longer, and a call that arrives early all the same loses the refill
 * of a whole token. A rare spike is therefore borne, not guarded against. `null` before there is a measure.
 */
export function bestGuard(differences: readonly number[], msPerToken: number): number | null {
  if (differences.length < ENOUGH) return null;
  const sorted = differences.toSorted((a, b) => a - b);
  let best = { guard: 0, cost: Number.POSITIVE_INFINITY };
  sorted.forEach((difference, index) => {
    const guard = difference * HEADROOM;
    // Half of the differences are arrivals that come later, which lose nothing.
    const early = (sorted.length - 1 - index) / sorted.length / 2;
    const cost = guard + early * msPerToken;
    if (cost < best.cost) best = { guard, cost };
  });
  return best.guard;
}
