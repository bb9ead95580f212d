import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startPostgres } from '../doubles/postgres.ts';
import { generateExport } from '../fixtures/generate-export.ts';
import type { Figure } from './figure.ts';

const SMALL = 100_000;
const LARGE = 1_000_000;
const answer = z.object({ transformed: z.number(), peakMiB: z.number() });

/** Peak memory (VmHWM) of a process that extracts and transforms 100,000 and 1,000,000 people, on both stores, with the flag of worker/vp-twenty.mjs. */
export async function benchMemory(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-bench-memory-'));
  const figures: Figure[] = [];
  try {
    for (const [store, limit] of [
      ['pglite', 800],
      ['postgres', 300],
    ] as const) {
      const postgres = store === 'postgres' ? await startPostgres() : null;
      if (store === 'postgres' && postgres === null) {
        figures.push({
          name: 'peak memory on Postgres',
          value: 'not measured: no Postgres binaries here',
          goal: null,
          met: true,
        });
        continue;
      }
      const peaks: number[] = [];
      for (const contacts of [SMALL, LARGE]) {
        const exportDir = join(folder, `export-${contacts}`);
        await generateExport(exportDir, {
          seed: 4,
          owners: 3,
          companies: 100,
          contacts,
          deals: 10,
          troubles: 'none',
        });
        const url = postgres === null ? 'pglite' : await postgres.freshDatabase();
        const peak = await measure(exportDir, join(folder, `${store}-${contacts}`), url, contacts);
        peaks.push(peak);
        figures.push({
          name: `peak memory, ${contacts} records, ${store}`,
          value: `${Math.round(peak)} MiB`,
          goal: `< ${limit}`,
          met: peak < limit,
        });
        await rm(join(folder, `${store}-${contacts}`), { recursive: true, force: true });
      }
      const growth = (peaks[1] ?? 0) / (peaks[0] ?? 1);
      figures.push({
        name: `peak at 1 M over peak at 100 k, ${store}`,
        value: growth.toFixed(3),
        goal: '<= 1.10',
        met: growth <= 1.1,
      });
      await postgres?.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}

async function measure(exportDir: string, dataDir: string, url: string, contacts: number): Promise<number> {
  const child = join(import.meta.dirname, 'memory-child.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-semi-space-size=4', child, exportDir, dataDir, url],
    {
      maxBuffer: 1 << 20,
    },
  );
  const { transformed, peakMiB } = answer.parse(JSON.parse(stdout));
  if (transformed < contacts * 0.99)
    throw new Error(`only ${transformed} of ${contacts} records were transformed`);
  return peakMiB;
}
