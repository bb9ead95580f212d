import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface ThrowawayPostgres {
  /** A new, empty database; its connection string. */
  freshDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A Postgres for one test file: the server of `DATABASE_URL_TEST` when set (its role must be allowed to create databases), else
 * one started from local binaries on a Unix socket in a temporary folder. Null when there are none: skip the suite then.
 */
export async function startPostgres(): Promise<ThrowawayPostgres | null> {
  const given = process.env.DATABASE_URL_TEST;
  if (given !== undefined && given !== '')
    return { freshDatabase: databases(given), stop: async () => undefined };
  const binaries = binariesOf();
  return binaries === null ? null : startLocal(binaries);
}

/** True when `startPostgres` would find a server or binaries. */
export function hasPostgres(): boolean {
  return (process.env.DATABASE_URL_TEST ?? '') !== '' || binariesOf() !== null;
}

async function startLocal(binaries: string): Promise<ThrowawayPostgres> {
  // Short, because a socket's path may have 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'vp-pg-'));
  const user = unprivilegedUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const options = {
    ...(user ?? {}),
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'],
  };
  const data = join(folder, 'data');
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'vp', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=60'],
    options,
  );
  const said: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  await Promise.race([
    new Promise<void>((done) => {
      server.stderr.on('data', () => {
        if (said.join('').includes('ready to accept connections')) done();
      });
    }),
    ended.then(() => Promise.reject(new Error(`postgres ended: ${said.join('')}`))),
  ]);
  return {
    freshDatabase: databases(`postgres://vp@${encodeURIComponent(folder)}/postgres`),
    stop: async () => {
      server.kill('SIGQUIT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let made = 0;

function databases(adminUrl: string): () => Promise<string> {
  return async () => {
    made += 1;
    const name = `vp_test_${process.pid}_${Date.now()}_${made}`;
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    try {
      await client.query(`create database ${name}`);
    } finally {
      await client.end();
    }
    return adminUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  };
}

function binariesOf(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ??
    null
  );
}

/** Postgres refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].flatMap((name) => users.find(([found]) => found === name) ?? []);
  const [uid, gid] = [Number(user[2]), Number(user[3])];
  if (!Number.isInteger(uid) || !Number.isInteger(gid))
    throw new Error('no user postgres or nobody to run Postgres as');
  return { uid, gid };
}
