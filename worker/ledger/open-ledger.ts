import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../domain/logger.ts';
import { createStore } from './create-store.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { createDatabase } from './database.ts';
import type { Engine } from './engine.ts';
import type { Ledger } from './ledger.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite-database.ts';
import { openPostgres } from './postgres-database.ts';
import { sqlLedger } from './sql-ledger.ts';
import { releaseAll } from './work-ranges.ts';

export interface LedgerSettings {
  /** Postgres, shared by any number of processes. Without it: PGlite in `dataDir`, one process at a time. */
  readonly databaseUrl?: string;
  /** Folder of the store and its lock. `memory://`: PGlite without files or lock, for tests and benchmarks. */
  readonly dataDir: string;
  /** With `memory://`: a dump of PGlite's files to begin with. */
  readonly image?: Blob;
  /** What this process does, as the lock names it to others. */
  readonly command: string;
  readonly log: Logger;
}

/**
 * Opens the store and brings its schema up to date. Throws DATA_DIR_LOCKED, STORE_UNAVAILABLE, STORE_NEWER. The caller closes
 * the ledger; a process that is killed leaves nothing that needs repair.
 */
export async function openLedger(settings: LedgerSettings): Promise<Ledger> {
  const { databaseUrl, dataDir, command, log, image } = settings;
  if (databaseUrl !== undefined) return ready(openPostgres(databaseUrl, log), false, async () => undefined);
  if (dataDir.startsWith('memory://'))
    return ready(await openPglite(dataDir, image), true, async () => undefined);
  const lock = await lockDataDir(dataDir, command);
  try {
    return await ready(await openStore(dataDir, log), true, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function ready(engine: Engine, alone: boolean, closed: () => Promise<void>): Promise<Ledger> {
  const database = createDatabase(engine);
  try {
    await migrate(database);
    // Whoever claimed a range before is gone: waiting for its lease would only cost time.
    if (alone) await releaseAll(database);
    return sqlLedger(database, closed);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openStore(dataDir: string, log: Logger): Promise<Engine> {
  const store = join(dataDir, 'store');
  if (!(await exists(store))) {
    await createStore(dataDir);
    log.info({ store }, 'store created');
  }
  return openPglite(store);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
