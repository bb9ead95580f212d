import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { bestGuard } from './jitter.ts';
import { type Bucket, earliest, emptied, msPerToken, spend } from './token-bucket.ts';

/**
 * What all processes know together about the workspace's rate limit: one bucket for each limit that has refused a call
 * (there are a short and a long one), and how much the way to the server jitters. Pure; kept in the store as JSON.
 */
const rateModelSchema = z.object({
  buckets: z.array(z.object({ limit: z.number(), windowMs: z.number(), tokens: z.number(), at: z.number() })),
  /** The guard never exceeds this; grows with refusals that the model did not foresee, shrinks with calls that went well. */
  guardCapMs: z.number(),
  /** Calls let go since the cap last changed. */
  calm: z.number(),
  /** When the last refusal was taken in. */
  refusedAt: z.number(),
});

export type RateModel = z.infer<typeof rateModelSchema>;

const GUARD_MIN_MS = 4;
const GUARD_START_MS = 12;
const GUARD_CAP_START_MS = 20;
const GUARD_CAP_MAX_MS = 90;
/**
 * From this guard on, calls that are wanted at once leave in pairs: a pair pays it once. Below, they are spread evenly, because a server that works on one call
 * looks at the next one late, and the wait after that is then too short. What can be had of the limit at a jitter of 80 ms (simulated, best guard):
 * 0.89 one by one, 0.93 in pairs, 0.96 in fours; with a server that takes 40 ms before it looks at the next call, 0.89, 0.92 and 0.93. More than two calls
 * at once is more than the load makes (load-loop.ts), and buys little.
 */
const PAIR_GUARD_MS = 36;
const CALM_CALLS = 400;
/** Tokens left in the server's bucket: so many calls may come too early before one is refused. */
const CUSHION_FIRST = 3;
const CUSHION_LATER = 1;
/** After so long a silence the limit may have been changed: the next calls go unpaced until one is refused. */
const FORGET_MS = 3_600_000;
/** More limits than Twenty has (a short and a long one) would be leftovers of changed settings. */
const BUCKETS_MAX = 2;

export const EMPTY_MODEL: RateModel = { buckets: [], guardCapMs: GUARD_CAP_START_MS, calm: 0, refusedAt: 0 };

/** Reads a stored model; one that cannot be read is forgotten, which costs one refused call. */
export function parseRateModel(state: Json): RateModel {
  const parsed = rateModelSchema.safeParse(state);
  return parsed.success ? parsed.data : EMPTY_MODEL;
}

export interface Reservation {
  readonly now: number;
  /** What this process measured (`Jitter.differences`). */
  readonly jitter: readonly number[];
  /** When this process's last call really left, if later than it had reserved. */
  readonly lastLeftAt: number;
  /** Another call of this process waits or is under way: two may leave together. */
  readonly accompanied: boolean;
}

/**
 * Reserves the moment of one call. Every call takes a token of every known bucket. Moments are whole milliseconds.
 * `previousAt`: when the call before it leaves or left.
 */
export function reserve(
  model: RateModel,
  call: Reservation,
): { model: RateModel; at: number; previousAt: number } {
  const now = Math.ceil(call.now);
  const guardMs = guardOf(model, call.jitter);
  // A little lateness is borne by the guard; taken in each time, it would add up.
  const leftAt = Math.ceil(call.lastLeftAt - guardMs / 2);
  const buckets = model.buckets
    .filter((bucket) => now - bucket.at < FORGET_MS)
    .map((bucket) => ({ ...bucket, at: Math.max(bucket.at, Math.min(leftAt, now)) }));
  const previousAt = Math.max(0, ...buckets.map((bucket) => bucket.at));
  const together = call.accompanied && guardMs >= PAIR_GUARD_MS ? 2 : 1;
  const at = buckets.reduce(
    (moment, bucket) => Math.max(moment, earliest(bucket, now, guardMs, together)),
    now,
  );
  const calm = model.calm + 1;
  const relaxed = calm >= CALM_CALLS && model.guardCapMs > GUARD_CAP_START_MS;
  return {
    at,
    previousAt,
    model: {
      ...model,
      buckets: buckets.map((bucket) => spend(bucket, at, guardMs)),
      guardCapMs: relaxed ? Math.max(GUARD_CAP_START_MS, model.guardCapMs * 0.9) : model.guardCapMs,
      calm: relaxed ? 0 : Math.min(calm, CALM_CALLS),
    },
  };
}

/**
 * Takes in a refusal that names `limit` and `windowMs`, for a call that left at `leftAt`. Only the first refusal of several calls
 * under way says something new. A bucket that we knew and still overdrew: the guard was too small, or somebody else spends.
 */
export function takeInRefusal(
  model: RateModel,
  refusal: {
    readonly limit: number;
    readonly windowMs: number;
    readonly leftAt: number;
    readonly previousAt: number;
    readonly now: number;
  },
): RateModel {
  const known = model.buckets.find((bucket) => bucket.windowMs === refusal.windowMs);
  if (known !== undefined && known.limit === refusal.limit && refusal.leftAt <= model.refusedAt) return model;
  const others = model.buckets.filter((bucket) => bucket !== known).slice(-(BUCKETS_MAX - 1));
  const cushion = known === undefined ? CUSHION_FIRST : CUSHION_LATER;
  const at = emptySince(model, known, refusal);
  return {
    buckets: [...others, emptied(refusal.limit, refusal.windowMs, at, cushion)],
    guardCapMs: known === undefined ? model.guardCapMs : Math.min(GUARD_CAP_MAX_MS, model.guardCapMs * 1.25),
    calm: 0,
    refusedAt: refusal.now,
  };
}

/**
 * Since when the server's clock runs on the emptied bucket. A refused call does not restart it, so it is the call before, unless
 * somebody else spends too, which a second refusal in a row tells. Calls that reserved a moment ahead go on: then the last of them.
 */
function emptySince(
  model: RateModel,
  known: Bucket | undefined,
  refusal: { readonly leftAt: number; readonly previousAt: number; readonly now: number },
): number {
  if (known === undefined) return Math.ceil(refusal.now);
  if (known.at > Math.ceil(refusal.leftAt)) return known.at;
  return model.refusedAt > refusal.previousAt ? Math.ceil(refusal.now) : refusal.previousAt;
}

/** The limit that governs: the one with the slowest refill. */
export function governing(model: RateModel): Bucket | undefined {
  return model.buckets.toSorted((a, b) => msPerToken(b) - msPerToken(a))[0];
}

function guardOf(model: RateModel, jitter: readonly number[]): number {
  const bucket = governing(model);
  const measured = bucket === undefined ? null : bestGuard(jitter, msPerToken(bucket));
  return Math.ceil(Math.max(GUARD_MIN_MS, Math.min(measured ?? GUARD_START_MS, model.guardCapMs)));
}
