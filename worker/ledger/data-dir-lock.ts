import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { VpError } from '../domain/errors.ts';
import { processStart } from './process-identity.ts';

const lockFile = z.object({
  released: z.boolean(),
  pid: z.int(),
  host: z.string(),
  /** See process-identity.ts: tells a reused pid apart. */
  start: z.string(),
  command: z.string(),
  since: z.string(),
});

export type LockHolder = z.infer<typeof lockFile>;

export interface DataDirLock {
  readonly holder: LockHolder;
  release(): Promise<void>;
}

const NAME = /^lock\.(\d+)\.json$/;
const nameOf = (generation: number) => `lock.${generation}.json`;

/**
 * Takes the data folder for this process, or throws DATA_DIR_LOCKED naming who has it.
 *
 * Each holder has a generation of its own: `lock.<n>.json`, linked into place complete, which only one process can do per
 * number. The highest number counts; its holder may be gone (killed, released), then the next number is free. A released
 * lock stays as a file that says so, and a lower one is removed only when a higher one stands, so numbers never fall back
 * and a process that looked before and acts late finds a higher number and withdraws.
 */
export async function lockDataDir(dataDir: string, command: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true });
  const holder = {
    released: false,
    pid: process.pid,
    host: hostname(),
    start: processStart(process.pid) ?? '',
    command,
    since: new Date().toISOString(),
  };
  const draft = join(dataDir, `lock.${randomUUID()}.tmp`);
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    for (;;) {
      const newest = await newestLock(dataDir);
      if (newest !== null && isHeld(newest.holder)) throw locked(dataDir, newest);
      const generation = (newest?.generation ?? 0) + 1;
      if (!(await linked(draft, join(dataDir, nameOf(generation))))) continue;
      const generations = await generationsIn(dataDir);
      if (generations.some((other) => other > generation)) {
        await rm(join(dataDir, nameOf(generation)), { force: true });
        continue;
      }
      for (const old of generations.filter((other) => other < generation))
        await rm(join(dataDir, nameOf(old)), { force: true });
      return {
        holder,
        release: () => replace(join(dataDir, nameOf(generation)), { ...holder, released: true }),
      };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Who holds the data folder now; null when nobody does. */
export async function dataDirHolder(dataDir: string): Promise<LockHolder | null> {
  const newest = await newestLock(dataDir);
  return newest !== null && isHeld(newest.holder) ? newest.holder : null;
}

/** On another host nobody can be seen dead, so its lock holds until a person removes the file. */
function isHeld(holder: LockHolder): boolean {
  if (holder.released) return false;
  return holder.host !== hostname() || processStart(holder.pid) === holder.start;
}

async function generationsIn(dataDir: string): Promise<number[]> {
  const names = await readdir(dataDir).catch(() => []);
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function newestLock(dataDir: string): Promise<{ generation: number; holder: LockHolder } | null> {
  for (;;) {
    const generation = (await generationsIn(dataDir)).at(-1);
    if (generation === undefined) return null;
    const text = await readFile(join(dataDir, nameOf(generation)), 'utf8').catch(() => null);
    // Gone between the two: a higher one has come.
    if (text !== null) return { generation, holder: lockFile.parse(JSON.parse(text)) };
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'EEXIST') return false;
    throw error;
  }
}

async function replace(path: string, holder: LockHolder): Promise<void> {
  const draft = `${path}.tmp`;
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  await rename(draft, path);
}

function locked(
  dataDir: string,
  { generation, holder }: { generation: number; holder: LockHolder },
): VpError {
  const here = holder.host === hostname();
  return new VpError('DATA_DIR_LOCKED', {
    what: `The data folder is held by process ${holder.pid} on ${holder.host} (${holder.command}, since ${holder.since}).`,
    where: dataDir,
    todo: here
      ? 'Wait until it ends, or stop it with Ctrl-C there: it ends cleanly. Or use another --data-dir, or DATABASE_URL for several processes.'
      : `Wait until it ends. If that host is gone for good, remove ${join(dataDir, nameOf(generation))}.`,
  });
}
