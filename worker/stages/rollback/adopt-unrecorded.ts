import { twentyIdOf } from '../../domain/ids.ts';
import type { SourceRow } from '../../domain/record.ts';
import { editorOf } from '../../engine/drift.ts';
import { identityKeyOf } from '../../engine/identity.ts';
import { mappedRowsAt } from '../../engine/mapped-rows.ts';
import { storedPlan } from '../../engine/plan-guard.ts';
import { loadRunData, type RunData, rowSourceOf } from '../../engine/run-data.ts';
import type { NewChange, WorkItem } from '../../ledger/ledger.ts';
import { writtenFields } from '../../mapping/compile.ts';
import { isPieces } from '../../mapping/expand-pieces.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import type { RollbackRun } from './run.ts';
import { fieldsOf } from './run.ts';

const PAGE = 5000;

/**
 * A batch may have reached Twenty without reaching the ledger (a kill in between). Its records have ids that are a function of the work items, so they are
 * looked for and entered as created. Not entered: what another migration of the same instance created.
 */
export async function adoptUnrecorded(run: RollbackRun): Promise<number> {
  const { ledger } = run.context;
  const plan = await storedPlan(ledger, run.migration);
  if (plan === null) return 0;
  const data = await loadRunData(ledger, run.migration.id, plan.plan.decided);
  const { decided } = data;
  const mappings = new Map(
    decided.mapping.flatMap((mapping) =>
      mapping.kind === 'record' ? [[mapping.object, mapping] as const] : [],
    ),
  );
  let adopted = 0;
  for (let after = 0; ; ) {
    const items = await ledger.work.items(run.migration.id, { after, limit: PAGE });
    const wanted = run.phase === 'sample' ? items.filter(({ sample }) => sample) : items;
    for (const [object, ofObject] of Map.groupBy(wanted, (item) => item.object)) {
      const mapping = mappings.get(object);
      if (mapping !== undefined) adopted += await adoptObject(run, data, mapping, ofObject);
    }
    const last = items.at(-1);
    if (last === undefined || items.length < PAGE) return adopted;
    after = last.seq;
  }
}

async function adoptObject(
  run: RollbackRun,
  data: RunData,
  mapping: RecordMapping,
  items: readonly WorkItem[],
): Promise<number> {
  const { ledger, target, actor } = run.context;
  const object = run.schema.objects.get(mapping.target);
  if (object === undefined) return 0;
  const { part, target: targetObject } = mapping;
  const linked = await ledger.records.resolve(
    run.migration.id,
    { object: mapping.object, targetObject, part },
    items.map(({ sourceId }) => sourceId),
  );
  const unlinked = items.filter(({ sourceId }) => !linked.has(sourceId));
  const pieces = await piecesOf(run, data, mapping, unlinked);
  const byTwentyId = new Map(
    unlinked.map((item) => [
      twentyIdOf(identityKeyOf(mapping, data.decided.sourceInstance, pieces.get(item.row) ?? item)),
      item,
    ]),
  );
  if (byTwentyId.size === 0) return 0;
  const fields = fieldsOf(object, [], [...writtenFields(mapping), 'updatedBy']);
  const found = await target.records.byIds(targetObject, [...byTwentyId.keys()], { fields, trash: true });
  const known = await recordedAnywhere(
    run,
    targetObject,
    found.map(({ id }) => id),
  );
  const unrecorded = found.filter(({ id }) => !known.has(id));
  if (unrecorded.length === 0 || run.dryRun) return unrecorded.length;
  const changes = unrecorded.map((record): NewChange => {
    const { updatedBy, ...image } = record;
    // No base image was stored: where a person wrote last, the record must count as edited, so its time is left out.
    const base = JSON.parse(
      JSON.stringify(editorOf(updatedBy) === 'person' ? { ...image, updatedAt: null } : image),
    );
    const phase = byTwentyId.get(record.id)?.sample === true ? 'sample' : 'load';
    return { kind: 'record-created', phase, object: targetObject, key: record.id, before: null, base };
  });
  await ledger.transaction(async (tx) => {
    await tx.changes.put(run.migration.id, changes);
    await tx.trail.append(
      run.migration.id,
      unrecorded.map(({ id }) => ({
        actor,
        operation: 'adopt',
        object: targetObject,
        twentyId: id,
        sourceId: byTwentyId.get(id)?.sourceId ?? '',
        outcome: 'found in Twenty, not in the ledger',
      })),
    );
  });
  return unrecorded.length;
}

/** The id of a piece is a function of the row that it is made of: those rows are read again. */
async function piecesOf(
  { context: { ledger } }: RollbackRun,
  data: RunData,
  mapping: RecordMapping,
  items: readonly WorkItem[],
): Promise<Map<number, SourceRow>> {
  if (!isPieces(mapping) || items.length === 0) return new Map();
  const rows = await mappedRowsAt(
    rowSourceOf(ledger, data),
    mapping,
    items.map(({ row }) => row),
  );
  return new Map(rows.map((row) => [row.row, row]));
}

/** Of these records, the ones that this or another migration entered as its own. */
async function recordedAnywhere(
  run: RollbackRun,
  object: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { ledger } = run.context;
  const known = new Set<string>();
  if (ids.length === 0) return known;
  for (const migration of await ledger.migrations.list()) {
    if (migration.workspaceId !== run.migration.workspaceId) continue;
    for (const { key } of await ledger.changes.ofRecords(migration.id, object, ids)) known.add(key);
  }
  return known;
}
