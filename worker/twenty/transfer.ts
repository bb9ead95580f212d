import { networkCode } from './network-code.ts';

/** What came of sending bytes. */
export type PutReply =
  | { readonly kind: 'stored' }
  | { readonly kind: 'status'; readonly status: number }
  /** No answer, or the connection broke. */
  | { readonly kind: 'lost'; readonly code: string }
  /** The content was longer or shorter than announced. */
  | { readonly kind: 'size-mismatch' };

export type GetReply =
  | { readonly kind: 'bytes'; readonly bytes: AsyncIterable<Uint8Array> }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'lost'; readonly code: string };

/** Bytes to and from the addresses that Twenty hands out. The address is the credential: no key is sent, nothing is logged. */
export interface Transfer {
  put(
    to: { readonly address: string; readonly contentType: string; readonly size: number },
    content: () => AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<PutReply>;
  /** The bytes end in an error of the network (see `networkCode`) when the connection breaks. */
  get(address: string, signal?: AbortSignal): Promise<GetReply>;
}

/** The server's own endpoints; anything else is a storage of its own (presigned S3). */
const OWN_PATH = /^\/(?:file-upload|file)\//;

export function createTransfer(options: {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** The longest that nothing may move. */
  readonly stallMs: number;
}): Transfer {
  /** Twenty names itself as SERVER_URL says, which the worker may not reach; it reaches the address it was given. */
  const reachable = (address: string): string => {
    const own = new URL(options.url);
    const url = new URL(address, own);
    if (OWN_PATH.test(url.pathname)) [url.protocol, url.host] = [own.protocol, own.host];
    return url.href;
  };

  return {
    async put({ address, contentType, size }, content, signal) {
      const watch = watchdog(options.stallMs, signal);
      const counted = countedTo(size, content, watch.alive);
      const init: RequestInit & { duplex: 'half' } = {
        method: 'PUT',
        // With the length, because storages take no chunked uploads.
        headers: { 'content-type': contentType, 'content-length': String(size) },
        body: ReadableStream.from(counted.bytes()),
        duplex: 'half',
        redirect: 'manual',
        signal: watch.signal,
      };
      try {
        const response = await options.fetch(reachable(address), init);
        await response.arrayBuffer();
        if (counted.state.wrongSize) return { kind: 'size-mismatch' };
        if (response.status >= 200 && response.status < 300) return { kind: 'stored' };
        return { kind: 'status', status: response.status };
      } catch (error) {
        signal?.throwIfAborted();
        if (counted.state.failure !== undefined) throw counted.state.failure.error;
        if (counted.state.wrongSize) return { kind: 'size-mismatch' };
        return { kind: 'lost', code: networkCode(error) };
      } finally {
        watch.stop();
      }
    },
    async get(address, signal) {
      const watch = watchdog(options.stallMs, signal);
      try {
        const response = await options.fetch(reachable(address), { signal: watch.signal });
        if (response.status === 200 && response.body !== null) {
          return { kind: 'bytes', bytes: watched(response.body, watch) };
        }
        await response.arrayBuffer();
        watch.stop();
        return { kind: 'status', status: response.status };
      } catch (error) {
        watch.stop();
        signal?.throwIfAborted();
        return { kind: 'lost', code: networkCode(error) };
      }
    },
  };
}

/** Aborts when nothing moved for so long; `alive` says that something did. */
function watchdog(stallMs: number, outer?: AbortSignal) {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new DOMException('stalled', 'TimeoutError')), stallMs);
  timer.unref();
  return {
    signal: outer === undefined ? stalled.signal : AbortSignal.any([outer, stalled.signal]),
    alive: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

/** The content, measured against the announced size, with errors of its own kept apart from those of the network. */
function countedTo(size: number, content: () => AsyncIterable<Uint8Array>, alive: () => void) {
  const state: { failure?: { readonly error: unknown }; wrongSize: boolean } = { wrongSize: false };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let sent = 0;
    try {
      for await (const chunk of content()) {
        alive();
        sent += chunk.byteLength;
        if (sent > size) break;
        yield chunk;
      }
    } catch (error) {
      state.failure = { error };
      throw error;
    }
    if (sent === size) return;
    state.wrongSize = true;
    throw new Error('the content has another size than announced');
  }
  return { state, bytes };
}

async function* watched(
  body: ReadableStream<Uint8Array>,
  watch: { readonly alive: () => void; readonly stop: () => void },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      watch.alive();
      yield chunk;
    }
  } finally {
    watch.stop();
  }
}
