import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../worker/domain/clock.ts';
import type { Logger } from '../../worker/domain/logger.ts';
import type { Ledger, Snapshot } from '../../worker/ledger/ledger.ts';
import type { AuditReport, Finding, FindingCode } from '../../worker/mapping/documents/audit.ts';
import { loadMappings } from '../../worker/mapping/files.ts';
import { openSource } from '../../worker/sources/open-source.ts';
import { runAudit } from '../../worker/stages/audit.ts';
import { type ExtractOptions, type ExtractResult, runExtract } from '../../worker/stages/extract.ts';
import type { MappingSet, ProgressEvent } from '../../worker/stages/stage.ts';
import type { Target } from '../../worker/twenty/target.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { openMemoryLedger } from '../support/memory-ledger.ts';

/** An empty store, a fresh workspace and a folder for exports. */
export interface AuditScene {
  readonly dir: string;
  readonly ledger: Ledger;
  readonly double: TwentyDouble;
  readonly target: Target;
  readonly mappings: MappingSet;
  /** Log lines as JSON: no customer value may be in them. */
  readonly logged: string[];
  readonly progress: ProgressEvent[];
  extract(options?: Partial<ExtractOptions>): Promise<ExtractResult>;
  audit(snapshot: Snapshot, migration?: string): Promise<AuditReport>;
  close(): Promise<void>;
}

export const INSTANCE = 'main-clinic';

export async function openAuditScene(): Promise<AuditScene> {
  const dir = await mkdtemp(join(tmpdir(), 'vp-audit-'));
  const logged: string[] = [];
  const keep = (fields: object, message: string) => logged.push(JSON.stringify({ ...fields, message }));
  const log: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  const ledger = await openMemoryLedger(log);
  const double = await startTwentyDouble({ limiter: 'off' });
  const target = createTwentyTarget({
    url: double.url,
    apiKey: double.apiKey,
    budget: ledger.budget,
    clock: systemClock,
    log,
  });
  const mappings = await loadMappings(new URL('../../mappings/visual-practice', import.meta.url).pathname);
  const progress: ProgressEvent[] = [];
  const report = (event: ProgressEvent) => progress.push(event);
  const signal = new AbortController().signal;
  return {
    dir,
    ledger,
    double,
    target,
    mappings,
    logged,
    progress,
    async extract(options = {}) {
      const source = await openSource(`csv:${dir}`, mappings.profile);
      try {
        return await runExtract({
          ledger,
          source,
          profileDigest: 'of the test',
          sourceInstance: INSTANCE,
          allow: {},
          actor: 'test',
          signal,
          progress: report,
          log,
          clock: systemClock,
          ...options,
        });
      } finally {
        await source.close();
      }
    },
    async audit(snapshot, migration = 'first') {
      const stage = {
        ledger,
        target,
        mappings,
        clock: systemClock,
        log,
        actor: 'test',
        holder: 'test',
        signal,
        progress: report,
      };
      return runAudit(stage, await ledger.migrations.open(migration), { snapshotId: snapshot.id });
    },
    async close() {
      await target.close();
      await double.close();
      await ledger.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The one finding of a code at a place; fails the test when there is none or several. */
export function only(
  report: AuditReport,
  code: FindingCode,
  object: string,
  column?: string,
  word = '',
): Finding {
  const found = report.findings.filter(
    (one) =>
      one.code === code &&
      one.object === object &&
      (column === undefined || one.column === column) &&
      one.detail.includes(word),
  );
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`${found.length} findings ${code} of ${object}.${column ?? ''}`);
  return first;
}
