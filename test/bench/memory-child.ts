import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../worker/domain/canonical.ts';
import { systemClock } from '../../worker/domain/clock.ts';
import { loadTransformContext } from '../../worker/engine/run-data.ts';
import { eachRow } from '../../worker/engine/snapshot-pages.ts';
import { openLedger } from '../../worker/ledger/open-ledger.ts';
import { transformRow } from '../../worker/mapping/compile.ts';
import { loadMappings } from '../../worker/mapping/files.ts';
import { openSource } from '../../worker/sources/open-source.ts';
import { runExtract } from '../../worker/stages/extract.ts';
import { silentLogger } from '../support/silent-logger.ts';

/** Extracts and transforms one export and prints the peak of this process's memory. Arguments: export folder, data folder, database URL or `pglite`. */
const [exportDir = '', dataDir = '', databaseUrl = 'pglite'] = process.argv.slice(2);
const ledger = await openLedger({
  dataDir,
  command: 'bench',
  log: silentLogger,
  ...(databaseUrl === 'pglite' ? {} : { databaseUrl }),
});
const { profile, objects } = await loadMappings(join(import.meta.dirname, '../../mappings/visual-practice'));
const source = await openSource(`csv:${exportDir}`, profile);
const { snapshot } = await runExtract({
  ledger,
  source,
  profileDigest: digestOf(JSON.parse(JSON.stringify(profile))),
  sourceInstance: 'bench',
  allow: {},
  actor: 'bench',
  signal: new AbortController().signal,
  progress: () => {},
  log: silentLogger,
  clock: systemClock,
});
await source.close();
const context = await loadTransformContext(ledger, {
  profile,
  mapping: objects,
  valueMaps: {},
  snapshotId: snapshot.id,
});
const contacts = objects.find((mapping) => mapping.object === 'contacts');
let transformed = 0;
if (contacts?.kind === 'record') {
  for await (const row of eachRow(ledger, snapshot.id, 'contacts')) {
    if (transformRow(contacts, row, context).failure === null) transformed += 1;
  }
}
await ledger.close();
const status = await readFile('/proc/self/status', 'utf8');
const peakKiB = Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1] ?? 0);
process.stdout.write(`${JSON.stringify({ transformed, peakMB: (peakKiB * 1024) / 1e6 })}\n`);
