import type { Ledger } from '../ledger/ledger.ts';
import { lookupTables, transformContext } from '../mapping/compile.ts';
import type { DecidedPlan } from '../mapping/documents/plan.ts';
import type { ObjectMapping, RecordMapping } from '../mapping/mapping-schema.ts';
import type { TransformContext } from '../mapping/transforms/transform.ts';
import { valueMapKey } from '../mapping/value-map.ts';
import type { RowSource } from './mapped-rows.ts';
import { eachRow } from './snapshot-pages.ts';

/** What every stage that transforms rows needs of a plan, loaded once. */
export interface RunData {
  readonly migrationId: string;
  readonly decided: DecidedPlan;
  readonly context: TransformContext;
  readonly byObject: ReadonlyMap<string, ObjectMapping>;
  /** Child ids by object whose parent reference closes a loop. */
  readonly brokenEdges: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The parts of a plan that transforming needs; `audit` and `plan` make one before there is a plan. */
export type Transforming = Pick<DecidedPlan, 'profile' | 'mapping' | 'valueMaps' | 'snapshotId'>;

/** Loads the small source objects that transforms look into and makes the transform context. */
export async function loadTransformContext(ledger: Ledger, plan: Transforming): Promise<TransformContext> {
  const tables = new Map<string, ReadonlyMap<string, Readonly<Record<string, string>>>>();
  for (const object of lookupTables(plan.mapping)) {
    const idColumns = plan.profile.objects[object]?.id ?? [];
    const table = new Map<string, Readonly<Record<string, string>>>();
    for await (const row of eachRow(ledger, plan.snapshotId, object)) {
      const key = valueMapKey(idColumns.map((column) => row.fields[column] ?? ''));
      if (!table.has(key)) table.set(key, row.fields);
    }
    tables.set(object, table);
  }
  return transformContext({ profile: plan.profile, valueMaps: plan.valueMaps, tables });
}

/** Where the rows of a plan's mappings come from. */
export function rowSourceOf(
  ledger: Ledger,
  { decided, context }: Pick<RunData, 'decided' | 'context'>,
): RowSource {
  return { ledger, snapshotId: decided.snapshotId, profile: decided.profile, transformContext: context };
}

export async function loadRunData(
  ledger: Ledger,
  migrationId: string,
  decided: DecidedPlan,
): Promise<RunData> {
  const brokenEdges = new Map<string, Set<string>>();
  for (const edge of decided.brokenEdges) {
    const children = brokenEdges.get(edge.object) ?? new Set<string>();
    brokenEdges.set(edge.object, children.add(edge.child));
  }
  return {
    migrationId,
    decided,
    context: await loadTransformContext(ledger, decided),
    byObject: new Map(decided.mapping.map((mapping) => [mapping.object, mapping])),
    brokenEdges,
  };
}

/** The mapping of a source object that becomes records; throws on a programming error. */
export function recordMappingOf(run: Pick<RunData, 'byObject'>, object: string): RecordMapping {
  const mapping = run.byObject.get(object);
  if (mapping?.kind !== 'record') throw new Error(`"${object}" is not an object that becomes records`);
  return mapping;
}
