import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const VARIABLE = 'VP_TEST_PGLITE_IMAGE';

/** Once before all tests (vitest globalSetup): the files of an empty PGlite, which take 3 s to make and 0.8 s to copy. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-image-'));
  const db = await PGlite.create('memory://');
  const path = join(folder, 'pglite.tar');
  await writeFile(path, Buffer.from(await (await db.dumpDataDir('none')).arrayBuffer()));
  await db.close();
  process.env[VARIABLE] = path;
  return () => rm(folder, { recursive: true, force: true });
}

/** The image for a store in memory, where there is one: benchmarks have none. */
export async function pgliteImage(): Promise<{ readonly image?: Blob }> {
  const path = process.env[VARIABLE];
  return path === undefined ? {} : { image: new Blob([await readFile(path)]) };
}
