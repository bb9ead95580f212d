import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './core-api.ts';
import { ConnectionDropped } from './faults.ts';

/** The largest request body, and what is read of a larger one before it is refused. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What the double shows of itself, outside of Twenty's API: `GET /double/<name>`. Undefined: no such thing. */
export type Control = (name: string) => Promise<unknown>;

export type Handle = (path: string, headers: IncomingHttpHeaders, body: string | null) => Promise<Answer>;

/** Puts a handler on a loopback port. A body that is too large comes as null. */
export async function listen(
  handle: Handle,
  control: Control,
  port: number,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      const body = size > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8');
      const path = new URL(request.url ?? '/', 'http://double').pathname;
      const answer = request.method === 'POST' ? handle(path, request.headers, body) : look(path, control);
      answer.then(
        ({ status, body: content }) => {
          const text = typeof content === 'string' ? content : JSON.stringify(content);
          response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
          response.end(text);
        },
        (error: unknown) => {
          if (!(error instanceof ConnectionDropped))
            process.emitWarning(error instanceof Error ? error : String(error));
          request.socket.destroy();
        },
      );
    });
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { server, url: `http://127.0.0.1:${isAddress(address) ? address.port : port}` };
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function look(path: string, control: Control): Promise<Answer> {
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } };
  const seen = path.startsWith('/double/') ? await control(path.slice('/double/'.length)) : undefined;
  return seen === undefined ? { status: 404, body: { statusCode: 404 } } : { status: 200, body: seen };
}
