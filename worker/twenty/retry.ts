import type { Clock } from '../domain/clock.ts';

/** Exponential backoff with full jitter: between nothing and twice as much as the time before, up to a ceiling. */
export interface Backoff {
  readonly baseMs: number;
  readonly ceilingMs: number;
  readonly attempts: number;
}

/** About two minutes of trying: a restart of Twenty takes less. */
export const PATIENT: Backoff = { baseMs: 500, ceilingMs: 30_000, attempts: 10 };
/** For a person who waits in front of it. */
export const BRISK: Backoff = { baseMs: 200, ceilingMs: 1000, attempts: 3 };

/** How long to wait before attempt `attempt` (the first retry is 1). A server that says how long is believed. */
export function delayOf(backoff: Backoff, attempt: number, random: () => number, askedMs?: number): number {
  const jittered = random() * Math.min(backoff.ceilingMs, backoff.baseMs * 2 ** (attempt - 1));
  return askedMs === undefined ? jittered : askedMs + Math.min(jittered, 1000);
}

/** Milliseconds of a Retry-After header: seconds or an HTTP date. */
export function retryAfterMs(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 600_000) : undefined;
}
