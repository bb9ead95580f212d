import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SourceRow } from '../../../../worker/domain/record.ts';
import type { SourceProfile } from '../../../../worker/domain/source-profile.ts';
import { openCsvSource } from '../../../../worker/sources/csv/csv-connector.ts';
import type { ReadOptions, SourceConnector } from '../../../../worker/sources/source-connector.ts';
import { referenceProfile } from '../../../fixtures/reference-profile.ts';

/** A fresh folder, gone when the test ends. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vp-csv-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files. */
export async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await tempFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** A connector on a folder or zip, closed when the test ends. */
export async function openAt(
  path: string,
  options: { readonly profile?: SourceProfile; readonly allow?: readonly string[] } = {},
): Promise<SourceConnector> {
  const source = await openCsvSource({
    location: `csv:${path}`,
    profile: options.profile ?? referenceProfile(),
    allow: new Set(options.allow),
  });
  onTestFinished(() => source.close());
  return source;
}

/** All rows of a stream. */
export async function readAll(
  source: SourceConnector,
  stream: string,
  options: Partial<ReadOptions> = {},
): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const batch of source.read(stream, { batchSize: 100, allow: new Set(), ...options }))
    rows.push(...batch.rows);
  return rows;
}
