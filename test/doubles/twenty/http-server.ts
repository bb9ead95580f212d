import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './core-api.ts';
import { ConnectionDropped } from './faults.ts';
import type { RawAnswer } from './file-endpoints.ts';

/** The largest request body, and what is read of a larger one before it is refused. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What the double shows of itself, outside of Twenty's API: `GET /double/<name>`. Undefined: no such thing. */
export type Control = (name: string) => Promise<unknown>;

export type Handle = (path: string, headers: IncomingHttpHeaders, body: string | null) => Promise<Answer>;

/** What a server is made of: GraphQL, the bytes of files, and a look inside. */
export interface Handlers {
  readonly serve: Handle;
  readonly control: Control;
  readonly isFilePath: (path: string) => boolean;
  readonly transfer: (method: string, address: string, body: Uint8Array) => Promise<RawAnswer>;
}

/** Puts handlers on a loopback port. A GraphQL body that is too large comes as null; a file may have any size. */
export async function listen(handlers: Handlers, port: number): Promise<{ server: Server; url: string }> {
  const { serve: handle, control } = handlers;
  const server = createServer((request, response) => {
    const carriesFile = handlers.isFilePath(new URL(request.url ?? '/', 'http://double').pathname);
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (carriesFile || size <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      if (carriesFile) {
        handlers
          .transfer(request.method ?? 'GET', request.url ?? '/', Buffer.concat(chunks))
          .then((answer) => {
            if (answer.contentType !== '') response.setHeader('content-type', answer.contentType);
            response.writeHead(answer.status).end(answer.body);
          })
          .catch(() => request.socket.destroy());
        return;
      }
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
