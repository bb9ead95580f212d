import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { ERROR_CODES, VpError } from '../domain/errors.ts';

/** Longer socket paths are refused by some systems (104 bytes on macOS, 108 on Linux). */
const MAX_PATH = 100;

const failure = z.object({
  code: z.string().refine((code): code is keyof typeof ERROR_CODES => code in ERROR_CODES),
  what: z.string(),
  where: z.string().optional(),
  todo: z.string(),
});
const reply = z.union([z.object({ ok: z.json() }), z.object({ error: failure })]);

/**
 * Answers the reading commands of other processes while this one holds the data folder, over HTTP on a Unix domain socket
 * that only this user can open. Call it with the lock held: a socket that is there is a dead holder's. An error of `answer`
 * reaches the asker as the VpError it was; any other as INTERNAL without its text.
 */
export async function serveHolder(
  dataDir: string,
  answer: (request: Json) => Promise<Json>,
): Promise<{ close(): Promise<void> }> {
  const path = await socketPath(dataDir);
  await rm(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    replyTo(incoming, answer).then(
      (body) => outgoing.end(JSON.stringify(body)),
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(path, done);
  });
  await chmod(path, 0o600);
  return {
    close: async () => {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await rm(path, { force: true });
    },
  };
}

/** The holder's answer, or null when nobody serves the folder (also when the holder ends before it answered). */
export async function askHolder(dataDir: string, question: Json): Promise<Json | null> {
  const body = await post(await socketPath(dataDir), JSON.stringify(question));
  if (body === null) return null;
  const parsed = reply.parse(JSON.parse(body));
  if ('ok' in parsed) return parsed.ok;
  const { code, what, where, todo } = parsed.error;
  throw new VpError(code, { what, todo, ...(where === undefined ? {} : { where }) });
}

async function replyTo(incoming: IncomingMessage, answer: (request: Json) => Promise<Json>) {
  try {
    const question = z.json().parse(JSON.parse(await text(incoming)));
    return { ok: await answer(question) };
  } catch (error) {
    if (!(error instanceof VpError)) {
      return {
        error: {
          code: 'INTERNAL',
          what: 'The process that holds the data folder failed to answer.',
          todo: 'See its log.',
        },
      };
    }
    return { error: { code: error.code, what: error.message, where: error.where, todo: error.todo } };
  }
}

function post(socket: string, body: string): Promise<string | null> {
  return new Promise((done, failed) => {
    const request = httpRequest({ socketPath: socket, method: 'POST', path: '/' }, (incoming) => {
      text(incoming).then(done, () => done(null));
    });
    request.on('error', (error) => {
      const code: unknown = Reflect.get(error, 'code');
      const nobody =
        code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE';
      if (nobody) done(null);
      else failed(error);
    });
    request.end(body);
  });
}

/** In the data folder; when that path is too long, in a folder of the temporary one that only this user can enter. */
async function socketPath(dataDir: string): Promise<string> {
  const near = join(resolve(dataDir), 'holder.sock');
  if (Buffer.byteLength(near) <= MAX_PATH) return near;
  const { uid } = userInfo();
  const folder = join(tmpdir(), `vp-twenty-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || (uid >= 0 && (found.uid !== uid || (found.mode & 0o077) !== 0))) {
    throw new VpError('STORE_UNAVAILABLE', {
      what: 'The folder for sockets belongs to somebody else or is open to others.',
      where: folder,
      todo: 'Remove that folder, or use a --data-dir with a shorter path.',
    });
  }
  return join(folder, `${createHash('sha256').update(near).digest('hex').slice(0, 16)}.sock`);
}
