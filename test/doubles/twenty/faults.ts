/** What a test may make go wrong on the wire. */
export type Fault =
  /** Answers this instead of doing anything. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** The connection breaks before anything happened. */
  | { readonly kind: 'drop-before' }
  /** The connection breaks after the server did what was asked: the answer is lost. */
  | { readonly kind: 'drop-after' }
  /** The answer takes this much longer. */
  | { readonly kind: 'stall'; readonly ms: number };

export interface SeenRequest {
  readonly path: string;
  readonly bodyText: string;
  /** Counts from 1 over the life of the double. */
  readonly number: number;
}

/** Asked for every request; undefined lets it through. */
export type FaultPlan = (request: SeenRequest) => Fault | undefined;

/** The connection was cut: what `handle` rejects with, as a `fetch` would. */
export class ConnectionDropped extends TypeError {
  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) });
  }
}

/** The next `count` requests that match meet this fault. */
export function nextRequests(
  count: number,
  fault: Fault,
  matches: (request: SeenRequest) => boolean = () => true,
): FaultPlan {
  let left = count;
  return (request) => {
    if (left === 0 || !matches(request)) return undefined;
    left -= 1;
    return fault;
  };
}
