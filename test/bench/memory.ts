import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startPostgres } from '../doubles/postgres.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import { type Figure, measured, unmeasured } from './figure.ts';
import { PRODUCT_FLAGS } from './product-flags.ts';

/** Peaks are in MB, as the goals are: 10^6 bytes. */
const LIMITS = { pglite: 800, postgres: 300 } as const;
const GROWTH = 1.1;
const SMALL = 100_000;
const LARGE = 1_000_000;
type Store = keyof typeof LIMITS;

const answer = z.object({ transformed: z.number(), peakMB: z.number() });

/**
 * Peak memory (VmHWM) of a process that extracts and transforms 100,000 and 1,000,000 people, on both stores, with the flags of
 * worker/vp-twenty.mjs. Takes about half an hour on two cores.
 */
export async function benchMemory(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-bench-memory-'));
  const postgres = await startPostgres();
  try {
    const exports = new Map<number, string>();
    for (const contacts of [SMALL, LARGE]) {
      const dir = join(folder, `export-${contacts}`);
      const rest = { seed: 4, owners: 3, companies: 100, deals: 10, troubles: 'none' as const };
      await generateExport(dir, { ...rest, contacts });
      exports.set(contacts, dir);
    }
    const figures = await benchStore('pglite', exports, folder, async () => 'pglite');
    if (postgres === null) {
      const why = 'no Postgres binaries here, and DATABASE_URL_TEST is not set';
      return [...figures, unmeasured('peak memory, postgres', `< ${LIMITS.postgres} MB`, why)];
    }
    return [...figures, ...(await benchStore('postgres', exports, folder, () => postgres.freshDatabase()))];
  } finally {
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchStore(
  store: Store,
  exports: ReadonlyMap<number, string>,
  folder: string,
  database: () => Promise<string>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const peaks: number[] = [];
  for (const [contacts, exportDir] of exports) {
    const dataDir = join(folder, `${store}-${contacts}`);
    const peak = await measure(exportDir, dataDir, await database(), contacts);
    await rm(dataDir, { recursive: true, force: true });
    peaks.push(peak);
    const name = `peak memory, ${contacts} records, ${store}`;
    figures.push(measured(name, `${Math.round(peak)} MB`, `< ${LIMITS[store]} MB`, peak < LIMITS[store]));
  }
  const growth = (peaks[1] ?? Number.NaN) / (peaks[0] ?? Number.NaN);
  const name = `peak at ${LARGE} over peak at ${SMALL}, ${store}`;
  return [...figures, measured(name, growth.toFixed(3), `<= ${GROWTH}`, growth <= GROWTH)];
}

async function measure(exportDir: string, dataDir: string, url: string, contacts: number): Promise<number> {
  const child = join(import.meta.dirname, 'memory-child.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...PRODUCT_FLAGS, child, exportDir, dataDir, url],
    {
      maxBuffer: 1 << 20,
    },
  );
  const { transformed, peakMB } = answer.parse(JSON.parse(stdout));
  if (transformed < contacts * 0.99)
    throw new Error(`only ${transformed} of ${contacts} records were transformed`);
  return peakMB;
}
