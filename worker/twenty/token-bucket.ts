/**
 * Twenty's token bucket as its client sees it (twenty-facts 2). The server adds `floor(elapsed * limit / window)` tokens on
 * each call it grants and restarts the clock there, so the fraction is lost: a call that comes a millisecond too early
 * gets nothing for the whole wait. Pure; times are milliseconds since the epoch.
 */
export interface Bucket {
  readonly limit: number;
  readonly windowMs: number;
  /** Tokens left after the last call we let go. Below zero: what we want to leave in the server's bucket as a cushion. */
  readonly tokens: number;
  /** When the last call we let go leaves; may lie ahead, because calls reserve their moment. */
  readonly at: number;
}

/** Calls that could leave at once are this far apart, so that the server's read-then-write counts each (twenty-facts 2). */
const SPACING_MS = 10;

/** Against `0.1 + 0.2`: a gain that is a whole number but for rounding is whole. */
const ROUNDING = 1e-9;

/** Milliseconds in which the bucket gains one token. */
export function msPerToken(bucket: Bucket): number {
  return bucket.windowMs / bucket.limit;
}

/** Tokens that are surely there at `now`, if nobody else spent any. */
export function tokensAt(bucket: Bucket, now: number, guardMs: number): number {
  const elapsed = Math.max(0, now - bucket.at - guardMs);
  return Math.min(
    bucket.limit,
    bucket.tokens + Math.floor((elapsed * bucket.limit) / bucket.windowMs + ROUNDING),
  );
}

/**
 * The earliest moment from `now` on at which a call may leave. `guardMs`: by so much two calls may reach the server closer
 * together than they left. `together`: an empty bucket is waited for until so many calls may leave one right after the other;
 * they share one guard.
 */
export function earliest(bucket: Bucket, now: number, guardMs: number, together = 1): number {
  const soon = Math.max(now, bucket.at + SPACING_MS);
  if (tokensAt(bucket, soon, guardMs) >= 1) return soon;
  const needed = Math.min(together, bucket.limit) - bucket.tokens;
  return Math.max(soon, bucket.at + Math.ceil(needed * msPerToken(bucket) - ROUNDING) + guardMs);
}

/** The bucket after a call left at `at`. */
export function spend(bucket: Bucket, at: number, guardMs: number): Bucket {
  return { ...bucket, tokens: tokensAt(bucket, at, guardMs) - 1, at };
}

/** The bucket after the server refused a call at `now`: empty, and `cushion` tokens are to be left in it from now on. */
export function emptied(limit: number, windowMs: number, at: number, cushion: number): Bucket {
  return { limit, windowMs, tokens: -Math.min(cushion, limit - 1), at };
}
