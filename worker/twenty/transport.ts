import { ClientError, GraphQLClient } from 'graphql-request';
import { z } from 'zod';
import { networkCode } from './network-code.ts';

/** The two GraphQL endpoints: records (rate limited) and the data model (not). */
export type Endpoint = '/graphql' | '/metadata';

/** One GraphQL error, reduced to what is read of it. `message` may hold customer values: it is classified, never passed on. */
export interface GraphqlFault {
  readonly message: string;
  readonly code: string;
  readonly subCode: string | undefined;
  readonly conflictingRecordId: string | undefined;
  /** `extensions.errors` of the metadata API, as it came. */
  readonly details: unknown;
}

/** What came of one request. Nothing in it is retried or judged yet. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly data: Readonly<Record<string, unknown>> | null;
      readonly faults: readonly GraphqlFault[];
      /** The body, for answers that are not GraphQL. */
      readonly text: string;
      readonly retryAfter: string | null;
    }
  /** No answer. `sent: 'no'` when the request surely never reached the server. */
  | { readonly kind: 'failure'; readonly sent: 'no' | 'maybe'; readonly code: string }
  /** Not sent: the body is larger than Twenty takes. */
  | { readonly kind: 'too-large' };

export interface Transport {
  send(
    endpoint: Endpoint,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Reply>;
  /** A plain GET of the server, e.g. `/client-config`; `null` when it has none. */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
}

/** Twenty takes 10 MiB and answers more with HTTP 500 (twenty-facts 1.3). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Faults of the network after which the server cannot have seen the request. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

class BodyTooLarge extends Error {}

const faultSchema = z.object({
  message: z.string().catch(''),
  extensions: z
    .object({
      code: z.string().catch(''),
      subCode: z.string().optional().catch(undefined),
      conflictingRecordId: z.string().optional().catch(undefined),
      errors: z.unknown().optional(),
    })
    .optional()
    .catch(undefined),
});

export function createTransport(options: {
  readonly url: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}): Transport {
  const origin = options.url.replace(/\/+$/, '');

  const guardedFetch: typeof fetch = (input, init) => {
    const body = init?.body;
    if (typeof body === 'string' && Buffer.byteLength(body) > MAX_BODY_BYTES) throw new BodyTooLarge();
    // A redirected POST becomes a GET: better to see the redirect. Connections are kept alive by fetch itself.
    return options.fetch(input, { ...init, redirect: 'manual' });
  };

  const clientFor = (endpoint: Endpoint) =>
    new GraphQLClient(`${origin}${endpoint}`, {
      fetch: guardedFetch,
      errorPolicy: 'all',
      headers: { authorization: `Bearer ${options.apiKey}` },
    });
  const clients = { '/graphql': clientFor('/graphql'), '/metadata': clientFor('/metadata') };

  const timed = (signal?: AbortSignal) => {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  };

  return {
    async send(endpoint, query, variables, signal) {
      signal?.throwIfAborted();
      try {
        const answer = await clients[endpoint].rawRequest({ query, variables, signal: timed(signal) });
        return toAnswer(answer);
      } catch (error) {
        // The caller's own abort is not a failure of the server. A ClientError holds the variables: it goes no further.
        signal?.throwIfAborted();
        if (error instanceof BodyTooLarge) return { kind: 'too-large' };
        if (error instanceof ClientError) return toAnswer(error.response);
        const code = networkCode(error);
        return { kind: 'failure', sent: NEVER_SENT.has(code) ? 'no' : 'maybe', code };
      }
    },
    async get(path, signal) {
      try {
        const response = await options.fetch(`${origin}${path}`, { signal: timed(signal) });
        return response.ok ? await response.json() : null;
      } catch {
        signal?.throwIfAborted();
        return null;
      }
    },
  };
}

function toAnswer(response: {
  readonly status: number;
  readonly headers: unknown;
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly body?: unknown;
}): Reply {
  const data = z.record(z.string(), z.unknown()).safeParse(response.data);
  const faults = z.array(faultSchema).safeParse(response.errors);
  return {
    kind: 'answer',
    status: response.status,
    data: data.success ? data.data : null,
    faults: faults.success
      ? faults.data.map(({ message, extensions }) => ({
          message,
          code: extensions?.code ?? '',
          subCode: extensions?.subCode,
          conflictingRecordId: extensions?.conflictingRecordId,
          details: extensions?.errors,
        }))
      : [],
    text: typeof response.body === 'string' ? response.body : '',
    retryAfter: response.headers instanceof Headers ? response.headers.get('retry-after') : null,
  };
}
