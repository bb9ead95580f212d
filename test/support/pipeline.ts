import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { digestOf, type Json } from '../../worker/domain/canonical.ts';
import { type Clock, systemClock } from '../../worker/domain/clock.ts';
import type { Ledger, Migration } from '../../worker/ledger/ledger.ts';
import { openLedger } from '../../worker/ledger/open-ledger.ts';
import type { Answer } from '../../worker/mapping/documents/decisions.ts';
import { loadMappings } from '../../worker/mapping/files.ts';
import { openSource } from '../../worker/sources/open-source.ts';
import { runApplySchema } from '../../worker/stages/apply-schema.ts';
import { runApprove } from '../../worker/stages/approve.ts';
import { runAudit } from '../../worker/stages/audit.ts';
import { runExtract } from '../../worker/stages/extract.ts';
import { runLoad } from '../../worker/stages/load.ts';
import { runPlan } from '../../worker/stages/plan.ts';
import { runReconcile } from '../../worker/stages/reconcile.ts';
import { runRollback } from '../../worker/stages/rollback.ts';
import { runSample } from '../../worker/stages/sample.ts';
import type { MappingSet, StageContext } from '../../worker/stages/stage.ts';
import type { Target } from '../../worker/twenty/target.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { openMemoryLedger } from './memory-ledger.ts';
import { silentLogger } from './silent-logger.ts';
import { skippingClock } from './skipping-clock.ts';

const REFERENCE = fileURLToPath(new URL('../../mappings/visual-practice', import.meta.url));
const BY = 'admin@practice.example';

const STAGES = ['audit', 'plan', 'schema', 'sample', 'load', 'reconcile', 'rollback'] as const;
export type PipelineStage = (typeof STAGES)[number];

export interface PipelineOptions {
  readonly exportDir: string;
  readonly url: string;
  readonly apiKey: string;
  /** Folder of the store; without it, in memory. */
  readonly dataDir?: string;
  readonly instance: string;
  readonly migration?: string;
  /** Sensitive objects and fields that are taken all the same, with the reason. */
  readonly allow?: Readonly<Record<string, string>>;
  /** Answers by question id; the other questions take their default. */
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly upTo: PipelineStage;
  readonly sampleSize?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Stands between the pipeline and Twenty, e.g. to die at a chosen call. */
  readonly target?: (inner: Target) => Target;
  /** Changes the reference mappings, e.g. the time zone of the profile. */
  readonly mappings?: (reference: MappingSet) => MappingSet;
}

/** What each stage answered, of those that ran. */
export interface PipelineResults {
  audit?: Awaited<ReturnType<typeof runAudit>>;
  plan?: Awaited<ReturnType<typeof runPlan>>;
  schema?: Awaited<ReturnType<typeof runApplySchema>>;
  sample?: Awaited<ReturnType<typeof runSample>>;
  load?: Awaited<ReturnType<typeof runLoad>>;
  reconcile?: Awaited<ReturnType<typeof runReconcile>>;
  rollback?: Awaited<ReturnType<typeof runRollback>>;
}

export interface Pipeline {
  readonly results: PipelineResults;
  readonly ledger: Ledger;
  /** For calling a stage by itself. */
  readonly context: StageContext;
  migration(): Promise<Migration>;
  /** Goes on to a later stage, approving on the way. */
  to(stage: PipelineStage): Promise<PipelineResults>;
  /** Takes back whatever was done, from any stage; for a run that failed on the way. */
  takeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Runs a migration as `runPipeline` does, on the double, whose queue needs none of the waits. */
export function runOnDouble(
  { url, apiKey }: Pick<TwentyDouble, 'url' | 'apiKey'>,
  options: Omit<PipelineOptions, 'url' | 'apiKey' | 'clock'>,
): Promise<Pipeline> {
  return runPipeline({ ...options, url, apiKey, clock: skippingClock() });
}

/** Runs a migration in this process, stage by stage as the CLI calls them, and stops after `upTo`. The caller closes it. */
export async function runPipeline(options: PipelineOptions): Promise<Pipeline> {
  const clock = options.clock ?? systemClock;
  const { dataDir } = options;
  const ledger =
    dataDir === undefined
      ? await openMemoryLedger()
      : await openLedger({ dataDir, command: 'test', log: silentLogger });
  const inner = createTwentyTarget({
    url: options.url,
    apiKey: options.apiKey,
    budget: ledger.budget,
    clock,
    log: silentLogger,
  });
  const target = options.target?.(inner) ?? inner;
  const reference = await loadMappings(REFERENCE);
  const mappings = options.mappings?.(reference) ?? reference;
  const name = options.migration ?? 'golden';
  const context: StageContext = {
    ledger,
    target,
    mappings,
    clock,
    log: silentLogger,
    actor: 'test',
    holder: `${hostname()}:${process.pid}`,
    signal: new AbortController().signal,
    progress: () => {},
    openFiles: (location, profile) => openSource(location, profile),
  };
  const migration = () => ledger.migrations.open(name);
  const results: PipelineResults = {};
  let done = 0;

  const run: Readonly<Record<PipelineStage, () => Promise<void>>> = {
    audit: async () => {
      results.audit = await runAudit(context, await migration(), {
        snapshotId: await extract(context, options),
      });
    },
    plan: async () => {
      const decisions = Object.entries(options.answers ?? {}).map(([id, answer]) => ({
        id,
        question: '',
        default: null,
        answer,
      }));
      const file = { version: 1 as const, migration: name, decisions };
      results.plan = await runPlan(context, await migration(), {
        decisions: file,
        acceptDefaults: true,
        keepAutomations: false,
        irreversible: false,
      });
      await runApprove(context, await migration(), { kind: 'plan', digest: results.plan.digest, by: BY });
    },
    schema: async () => {
      results.schema = await runApplySchema(context, await migration());
    },
    sample: async () => {
      results.sample = await runSample(context, await migration(), { size: options.sampleSize ?? 20 });
      await runApprove(context, await migration(), { kind: 'sample', digest: results.sample.digest, by: BY });
    },
    load: async () => {
      results.load = await runLoad(context, await migration());
    },
    reconcile: async () => {
      results.reconcile = await runReconcile(context, await migration());
    },
    rollback: async () => {
      results.rollback = await runRollback(context, await migration(), { dryRun: false, drifted: 'keep' });
    },
  };

  const pipeline: Pipeline = {
    results,
    ledger,
    context,
    migration,
    to: async (stage) => {
      for (; done <= STAGES.indexOf(stage); done += 1) await run[STAGES[done] ?? stage]();
      return results;
    },
    takeBack: run.rollback,
    close: async () => {
      await target.close();
      await ledger.close();
    },
  };
  try {
    await pipeline.to(options.upTo);
  } catch (error) {
    await pipeline.close();
    throw error;
  }
  return pipeline;
}

async function extract(context: StageContext, options: PipelineOptions): Promise<string> {
  const { ledger, mappings, clock, log, actor, signal, progress } = context;
  const allowed = new Set(Object.keys(options.allow ?? {}));
  const source = await openSource(`csv:${options.exportDir}`, mappings.profile, allowed);
  const profile: Json = JSON.parse(JSON.stringify(mappings.profile));
  try {
    const { snapshot } = await runExtract({
      ledger,
      source,
      profileDigest: digestOf(profile),
      sourceInstance: options.instance,
      allow: options.allow ?? {},
      actor,
      signal,
      progress,
      log,
      clock,
    });
    return snapshot.id;
  } finally {
    await source.close();
  }
}
