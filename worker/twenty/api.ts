import type { Clock } from '../domain/clock.ts';
import { VpError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import { classify, type UploadFault, unreachable, type Verdict } from './classify.ts';
import type { Pacer } from './pacer.ts';
import { type Backoff, BRISK, delayOf, PATIENT, retryAfterMs } from './retry.ts';
import type { Refusal } from './target.ts';
import type { Endpoint, Transport } from './transport.ts';

/** One call: a document with exactly one root resolver, so that it takes exactly one token. */
export interface Call {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
  /**
   * What to do when the server may have done it although no good answer came: `repeat` what is idempotent, `report` what the caller
   * must look up first.
   */
  readonly whenLost: 'repeat' | 'report';
  /** A person waits in front of it. */
  readonly brisk?: boolean;
}

export type Outcome =
  | { readonly kind: 'ok'; readonly data: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly certain: boolean;
      readonly upload?: UploadFault;
      readonly details?: unknown;
    }
  | { readonly kind: 'too-many'; readonly max: number }
  /** Only with `whenLost: 'report'`. */
  | { readonly kind: 'lost'; readonly code: string };

export interface Counters {
  calls: number;
  createCalls: number;
  retries: number;
}

/** Twenty's API with pacing and retries, and no knowledge of objects. */
export interface Api {
  /** A call on records: takes a token of the rate limit. */
  records(call: Call): Promise<Outcome>;
  /** A call on the data model: not rate limited. */
  metadata(call: Call): Promise<Outcome>;
  /** Waits as before the retry number `attempt`; throws TWENTY_UNREACHABLE with `code` when that was the last. */
  backOff(attempt: number, code: string, signal?: AbortSignal): Promise<void>;
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  readonly counters: Counters;
}

/** So many refusals in a row mean that others use the limit up. */
const LIMITED_IN_A_ROW_MAX = 200;

export function createApi(options: {
  readonly transport: Transport;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}): Api {
  const { transport, pacer, clock, log, random } = options;
  const counters: Counters = { calls: 0, createCalls: 0, retries: 0 };

  const pause = async (
    backoff: Backoff,
    attempt: number,
    code: string,
    signal?: AbortSignal,
    asked?: number,
  ) => {
    if (attempt >= backoff.attempts) throw unreachable(code);
    counters.retries += 1;
    const ms = delayOf(backoff, attempt, random, asked);
    log.warn({ code, attempt, waitMs: Math.round(ms) }, 'Twenty did not answer well; trying again');
    await clock.sleep(ms, signal);
  };

  /** One request; those that the limiter refuses are made again until it does not. */
  const attemptOnce = async (
    endpoint: Endpoint,
    call: Call,
  ): Promise<{ verdict: Verdict; askedMs?: number; details?: unknown }> => {
    for (let limited = 0; ; limited += 1) {
      const turn = endpoint === '/graphql' ? await pacer.turn(call.signal) : null;
      if (turn !== null) counters.calls += 1;
      const reply = await transport
        .send(endpoint, call.query, call.variables ?? {}, call.signal)
        .catch((error) => {
          turn?.done();
          throw error;
        });
      const verdict = classify(reply);
      if (verdict.kind !== 'limited') {
        turn?.done();
        const askedMs = reply.kind === 'answer' ? retryAfterMs(reply.retryAfter, clock) : undefined;
        const details = reply.kind === 'answer' ? reply.faults[0]?.details : undefined;
        return { verdict, details, ...(askedMs === undefined ? {} : { askedMs }) };
      }
      if (turn === null || limited >= LIMITED_IN_A_ROW_MAX) throw usedUp();
      await turn.refused(verdict.limit, verdict.windowMs);
      // Others spend too: do not march in step with them.
      if (limited > 0) await clock.sleep(random() * (verdict.windowMs / verdict.limit), call.signal);
    }
  };

  const run = async (endpoint: Endpoint, call: Call): Promise<Outcome> => {
    const backoff = call.brisk === true ? BRISK : PATIENT;
    for (let attempt = 1; ; attempt += 1) {
      const { verdict, askedMs, details } = await attemptOnce(endpoint, call);
      if (verdict.kind === 'fatal') throw verdict.error;
      if (verdict.kind === 'refused') return { ...verdict, details };
      if (verdict.kind === 'limited') throw usedUp();
      if (verdict.kind !== 'transient') return verdict;
      if (verdict.written === 'maybe' && call.whenLost === 'report')
        return { kind: 'lost', code: verdict.code };
      await pause(backoff, attempt, verdict.code, call.signal, askedMs);
    }
  };

  return {
    records: (call) => run('/graphql', call),
    metadata: (call) => run('/metadata', call),
    backOff: (attempt, code, signal) => pause(PATIENT, attempt, code, signal),
    get: (path, signal) => transport.get(path, signal),
    counters,
  };
}

function usedUp(): VpError {
  return new VpError('TWENTY_UNREACHABLE', {
    what: 'The rate limit of the workspace is used up by others.',
    todo: 'Stop other integrations for the time of the migration, or raise API_RATE_LIMITING_LONG_LIMIT, and run the command again.',
  });
}
