import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of Twenty and, on demand, lets a request through but never its answer. */
export interface DroppingProxy {
  readonly url: string;
  /** The next `times` requests whose path or body contains `text` are carried out, and the connection is reset instead of answered. */
  dropAnswers(text: string, times: number): void;
  /** How many answers were dropped so far. */
  dropped(): number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

export async function startDroppingProxy(upstream: string): Promise<DroppingProxy> {
  let plan = { text: '', times: 0 };
  let dropped = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const answer = await fetch(new URL(request.url ?? '/', upstream), {
      method: request.method ?? 'POST',
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      ...(request.method === 'GET' ? {} : { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (plan.times > 0 && (request.url?.includes(plan.text) || body.includes(plan.text))) {
      plan = { ...plan, times: plan.times - 1 };
      dropped += 1;
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    dropAnswers(text, times) {
      plan = { text, times };
    },
    dropped: () => dropped,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
