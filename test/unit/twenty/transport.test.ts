import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport, MAX_BODY_BYTES } from '../../../worker/twenty/transport.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function transportTo(answer: RequestListener, timeoutMs = 5000) {
  server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return createTransport({ url: `http://127.0.0.1:${port}/`, apiKey: 'the-key', timeoutMs, fetch });
}

const query = 'query Q { x }';

describe('transport', () => {
  it('sends the key, and gives data, errors and status', async () => {
    let seen: unknown;
    const transport = await transportTo((request, response) => {
      seen = [request.method, request.url, request.headers.authorization];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          data: { x: null },
          errors: [{ message: 'm', extensions: { code: 'C', subCode: 'S' } }],
        }),
      );
    });
    expect(await transport.send('/graphql', query, {})).toMatchObject({
      kind: 'answer',
      status: 200,
      data: { x: null },
      faults: [{ message: 'm', code: 'C', subCode: 'S' }],
    });
    expect(seen).toEqual(['POST', '/graphql', 'Bearer the-key']);
  });

  it('gives the text of an answer that is not GraphQL', async () => {
    const transport = await transportTo((_, response) => {
      response.writeHead(500, { 'retry-after': '3' });
      response.end('request entity too large');
    });
    expect(await transport.send('/graphql', query, {})).toMatchObject({
      kind: 'answer',
      status: 500,
      text: 'request entity too large',
      retryAfter: '3',
    });
  });

  it('says of a reset, of silence and of nonsense that the request may have arrived', async () => {
    const reset = await transportTo((request) => request.socket.resetAndDestroy());
    expect(await reset.send('/graphql', query, {})).toMatchObject({ kind: 'failure', sent: 'maybe' });
    const silent = await transportTo(() => {}, 50);
    expect(await silent.send('/graphql', query, {})).toEqual({
      kind: 'failure',
      sent: 'maybe',
      code: 'TIMEOUT',
    });
    const nonsense = await transportTo((_, response) => response.end('<html>'));
    expect(await nonsense.send('/graphql', query, {})).toMatchObject({ kind: 'failure', sent: 'maybe' });
  });

  it('says of a closed port that it did not', async () => {
    const transport = createTransport({
      url: 'http://127.0.0.1:1',
      apiKey: 'k',
      timeoutMs: 1000,
      fetch: failing,
    });
    expect(await transport.send('/graphql', query, {})).toEqual({
      kind: 'failure',
      sent: 'no',
      code: 'ECONNREFUSED',
    });
  });

  it('does not send more than Twenty takes', async () => {
    let requests = 0;
    const transport = await transportTo(() => {
      requests += 1;
    });
    const reply = await transport.send('/graphql', query, { text: 'x'.repeat(MAX_BODY_BYTES) });
    expect(reply).toEqual({ kind: 'too-large' });
    expect(requests).toBe(0);
  });

  it('does not follow a redirect, which would turn the call into a GET', async () => {
    const transport = await transportTo((_, response) => {
      response.writeHead(301, { location: '/elsewhere' });
      response.end();
    });
    expect(await transport.send('/graphql', query, {})).toMatchObject({ kind: 'answer', status: 301 });
  });

  it('throws the reason of the caller, and never the key', async () => {
    const stop = new AbortController();
    const transport = await transportTo(() => stop.abort(new Error('stopped by the caller')));
    const sending = transport.send('/graphql', query, {}, stop.signal);
    await expect(sending).rejects.toThrow('stopped by the caller');
    await expect(sending).rejects.not.toThrow('the-key');
  });
});

const failing: typeof fetch = async () => {
  throw new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
  });
};
