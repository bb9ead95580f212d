import type { Clock } from '../../../worker/domain/clock.ts';
import type { Counters } from './counters.ts';
import type { WorkspaceDump } from './dump.ts';
import type { FaultPlan } from './faults.ts';
import type { RawAnswer } from './file-endpoints.ts';
import type { LimiterSettings } from './limiter.ts';

export interface TwentyDoubleOptions {
  /** 0 or nothing: any free one. */
  readonly port?: number;
  /** `fresh`: demo records and workflows as in a new workspace (default); `empty`: workspace members only. */
  readonly seed?: 'fresh' | 'empty';
  /** Default: a new Twenty's, 100 per minute and 100 per second. */
  readonly limiter?: LimiterSettings | 'off';
  readonly clock?: Clock;
  /** Every answer takes this long, by the clock. */
  readonly latencyMs?: number;
  /** Between a write and what it sets off (timeline, workflow, webhooks). Default 20 of real time. */
  readonly queueDelayMs?: number;
  /** No port is opened; only `handle` works. */
  readonly listen?: boolean;
}

export interface TwentyDouble {
  /** Without a trailing slash; empty when no port is open. */
  readonly url: string;
  /** A key with the Admin role. */
  readonly apiKey: string;
  /** Keys that are refused or may do little. */
  readonly otherKeys: {
    readonly expired: string;
    readonly revoked: string;
    /** Reads, updates and soft-deletes; no destroy, no settings. */
    readonly limited: string;
    readonly powerless: string;
  };
  readonly workspaceId: string;
  readonly counters: Counters;
  readonly faults: {
    /** Asked for every request from now on; null for none. */
    plan: FaultPlan | null;
    /** Stops the queue: timeline rows, workflow and webhooks wait. */
    holdQueue(): void;
    releaseQueue(): void;
    /** Empties the rate limit as another client would. */
    drainLimiter(): void;
  };
  /** The request without a socket: for a `fetch` of one's own. Rejects when a fault cuts the connection. */
  handle(
    path: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    bodyText: string,
  ): Promise<{ status: number; body: string }>;
  /** The same for the bytes of files, with the address as the API gave it. */
  transfer(method: string, address: string, body: Uint8Array): Promise<RawAnswer>;
  /** Resolves when the queue has done all its work. */
  settled(): Promise<void>;
  /** All tables, the model, the webhooks, the files and the storage, in a stable order. */
  dump(): WorkspaceDump;
  close(): Promise<void>;
}
