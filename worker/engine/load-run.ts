import { VpError } from '../domain/errors.ts';
import type { Ledger, Migration, Phase } from '../ledger/ledger.ts';
import { writtenFields } from '../mapping/compile.ts';
import type { DecidedPlan, ObjectPolicy } from '../mapping/documents/plan.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import type { Target, TargetObject, TargetSchema } from '../twenty/target.ts';
import { type OpenFiles, type SourceFiles, sourceFiles } from './files/source-files.ts';
import type { RunData } from './run-data.ts';
import { loadRunData, recordMappingOf } from './run-data.ts';

/** One run of `sample` or `load` over a migration. */
export interface LoadRun {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly run: RunData;
  readonly schema: TargetSchema;
  readonly phase: Phase;
  readonly actor: string;
  readonly holder: string;
  readonly batchSize: number;
  /** Bytes of attached files. Whoever opened the run closes it. */
  readonly files: SourceFiles;
  /** False while a batch is to be finished and no other begun. */
  readonly signal: AbortSignal;
}

export async function openLoadRun(
  context: {
    readonly ledger: Ledger;
    readonly target: Target;
    readonly actor: string;
    readonly holder: string;
    readonly signal: AbortSignal;
    readonly openFiles?: OpenFiles;
  },
  migration: Migration,
  decided: DecidedPlan,
  phase: Phase,
): Promise<LoadRun> {
  const { ledger, target, actor, holder, signal } = context;
  const description = await target.describe();
  const schema = await target.schema({ fresh: true });
  const run = await loadRunData(ledger, migration.id, decided);
  const opened: LoadRun = {
    ledger,
    target,
    run,
    schema,
    files: sourceFiles(decided, context.openFiles),
    phase,
    actor,
    holder,
    signal,
    batchSize: description.batchSize,
  };
  for (const mapping of decided.mapping) {
    if (mapping.kind === 'record' && !decided.exclusions.includes(mapping.object))
      loadTarget(opened, mapping.object);
  }
  return opened;
}

export interface LoadTarget {
  readonly mapping: RecordMapping;
  readonly object: TargetObject;
  readonly policy: ObjectPolicy;
  /** Fields to read back: all that we write. */
  readonly fields: readonly string[];
}

/** Mapping, Twenty object and policy of a source object. Throws TWENTY_INCOMPATIBLE when the workspace lacks what the plan made. */
export function loadTarget(load: LoadRun, object: string): LoadTarget {
  const mapping = recordMappingOf(load.run, object);
  const target = load.schema.objects.get(mapping.target);
  const policy = load.run.decided.policies[object];
  const fields = writtenFields(mapping);
  const missing =
    target === undefined ? [mapping.target] : fields.filter((field) => !target.fields.has(field));
  if (target === undefined || policy === undefined || missing.length > 0) {
    throw new VpError('TWENTY_INCOMPATIBLE', {
      what: `The workspace lacks ${missing.join(', ')}.`,
      where: mapping.target,
      todo: 'Run apply-schema (again): someone may have deleted a field since.',
    });
  }
  return { mapping, object: target, policy, fields };
}
