import { refusedWith } from './api-error.ts';

/** Tokens per window; the short bucket is asked first, both must grant. */
export interface LimiterSettings {
  readonly limit: number;
  readonly windowMs: number;
  readonly short?: { readonly limit: number; readonly windowMs: number };
}

/** What a new Twenty has: API_RATE_LIMITING_* (twenty-facts 2). */
export const DEFAULT_LIMITER: LimiterSettings = {
  limit: 100,
  windowMs: 60_000,
  short: { limit: 100, windowMs: 1_000 },
};

/**
 * The server's token bucket with its flaw: a granted call refills `floor(elapsed x limit / window)` and restarts the
 * clock, so the fraction is lost; a refused call changes nothing. Its other flaw, that simultaneous calls are
 * under-counted, is left out on purpose: every root costs one token here.
 */
class Bucket {
  readonly #limit: number;
  readonly #windowMs: number;
  #tokens: number;
  #refilledAt: number | null = null;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#tokens = limit;
  }

  take(now: number): void {
    const since = this.#refilledAt === null ? 0 : now - this.#refilledAt;
    const available = Math.min(
      this.#limit,
      this.#tokens + Math.floor((since * this.#limit) / this.#windowMs),
    );
    if (available < 1)
      throw refusedWith(
        'LIMIT_REACHED',
        `Limit reached (${this.#limit} tokens per ${this.#windowMs} ms)`,
        'Rate limit reached. Please try again later.',
      );
    this.#tokens = available - 1;
    this.#refilledAt = now;
  }

  drain(now: number): void {
    this.#tokens = 0;
    this.#refilledAt = now;
  }
}

export class Limiter {
  readonly #short: Bucket | null;
  readonly #long: Bucket | null;

  constructor(settings: LimiterSettings | 'off') {
    this.#long = settings === 'off' ? null : new Bucket(settings.limit, settings.windowMs);
    const short = settings === 'off' ? undefined : settings.short;
    this.#short = short === undefined ? null : new Bucket(short.limit, short.windowMs);
  }

  /** Takes one token of each bucket or throws the refusal. */
  take(now: number): void {
    this.#short?.take(now);
    this.#long?.take(now);
  }

  /** Empties the long bucket, as a foreign client would. */
  drain(now: number): void {
    this.#long?.drain(now);
  }
}
