import type { Json } from '../domain/canonical.ts';
import type { Clock } from '../domain/clock.ts';
import type { RateBudgetStore } from '../domain/rate-budget.ts';
import { createJitter } from './jitter.ts';
import { governing, parseRateModel, type RateModel, reserve, takeInRefusal } from './rate-model.ts';
import type { LimiterDescription } from './target.ts';

/** Twenty's defaults (twenty-facts 2), shown until the server has told its own. */
const ASSUMED: LimiterDescription = { limit: 100, windowMs: 60_000, calibrated: false };

/** Leave to make one call. Exactly one of the ends is told. */
export interface Turn {
  /** The server took the call, or answered otherwise than by its limiter. */
  done(): void;
  /** The limiter refused. Nothing was written. */
  refused(limit: number, windowMs: number): Promise<void>;
}

/**
 * Keeps the server's bucket fully used without tripping it. Unpaced until the server refuses a call for the first time: the
 * refusal tells limit and window. From then on every call reserves its moment in the store that all processes share.
 */
export interface Pacer {
  /** Waits for the moment of one root resolver. Rejects with the signal's reason. */
  turn(signal?: AbortSignal): Promise<Turn>;
  describe(): LimiterDescription;
  waitedMs(): number;
  refusals(): number;
}

export function createPacer(options: {
  readonly store: RateBudgetStore;
  readonly key: string;
  readonly clock: Clock;
}): Pacer {
  const { store, key, clock } = options;
  const jitter = createJitter();
  let known: RateModel | null = null;
  let lastLeftAt = 0;
  let waited = 0;
  let refusals = 0;
  let open = 0;

  const change = <T>(apply: (model: RateModel) => { model: RateModel; result: T }): Promise<T> =>
    store.update(key, (state: Json) => {
      const { model, result } = apply(parseRateModel(state));
      known = model;
      return { state: { ...model, buckets: model.buckets.map((bucket) => ({ ...bucket })) }, result };
    });

  return {
    async turn(signal) {
      signal?.throwIfAborted();
      const now = clock.now();
      const { at, previousAt } = await change((model) => {
        const reserved = reserve(model, {
          now,
          jitter: jitter.differences(),
          lastLeftAt,
          accompanied: open > 0,
        });
        return { model: reserved.model, result: reserved };
      });
      open += 1;
      if (at > now) {
        waited += at - now;
        await clock.sleep(at - clock.now(), signal).catch((reason: unknown) => {
          open -= 1;
          throw reason;
        });
      }
      const leftAt = clock.now();
      lastLeftAt = Math.max(lastLeftAt, leftAt);
      return {
        done() {
          open -= 1;
          jitter.completed(clock.now() - leftAt);
        },
        async refused(limit, windowMs) {
          open -= 1;
          refusals += 1;
          await change((model) => ({
            model: takeInRefusal(model, { limit, windowMs, leftAt, previousAt, now: clock.now() }),
            result: undefined,
          }));
        },
      };
    },
    describe() {
      const bucket = known === null ? undefined : governing(known);
      return bucket === undefined
        ? ASSUMED
        : { limit: bucket.limit, windowMs: bucket.windowMs, calibrated: true };
    },
    waitedMs: () => waited,
    refusals: () => refusals,
  };
}
