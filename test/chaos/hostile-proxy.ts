import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** How often a request meets each trouble, 0 to 1. */
export interface Hostility {
  readonly tooMany: number;
  readonly serverError: number;
  readonly reset: number;
  readonly stall: number;
  /** The server does what was asked; the answer never arrives. */
  readonly dropAfter: number;
}

export interface HostileProxy {
  readonly url: string;
  readonly counts: Record<keyof Hostility, number>;
  close(): Promise<void>;
}

const STALL_MS = 1500;

/** A proxy in front of Twenty that makes trouble as `random` (0 to 1) says. */
export async function startHostileProxy(
  upstream: string,
  hostility: Hostility,
  random: () => number,
): Promise<HostileProxy> {
  const counts = { tooMany: 0, serverError: 0, reset: 0, stall: 0, dropAfter: 0 };
  const draw = (): keyof Hostility | null => {
    let at = random();
    for (const kind of ['tooMany', 'serverError', 'reset', 'stall', 'dropAfter'] as const) {
      if (at < hostility[kind]) return kind;
      at -= hostility[kind];
    }
    return null;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const kind = draw();
    if (kind !== null) counts[kind] += 1;
    if (kind === 'tooMany') {
      response.writeHead(429, { 'retry-after': '1', 'content-type': 'text/plain' }).end('Too Many Requests');
      return;
    }
    if (kind === 'serverError') {
      response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
      return;
    }
    if (kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (kind === 'stall') await new Promise((resume) => setTimeout(resume, STALL_MS));
    const headers = { ...request.headers, host: new URL(upstream).host };
    const answer = await fetch(`${upstream}${request.url ?? '/'}`, {
      method: request.method ?? 'POST',
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' && !['connection', 'content-length', 'transfer-encoding'].includes(name)
          ? [[name, value]]
          : [],
      ),
      body: new Uint8Array(body),
    });
    const text = await answer.text();
    if (kind === 'dropAfter') {
      request.socket.resetAndDestroy();
      return;
    }
    response
      .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
      .end(text);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
