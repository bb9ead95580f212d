import { digestOf } from '../../domain/canonical.ts';
import { imageOf, sameInstant } from '../../engine/drift.ts';
import { DESTROY_CHUNK, FILES_CHUNK } from '../../engine/rollback-calls.ts';
import type { Change } from '../../ledger/ledger.ts';
import { destroyWithFiles, objectsWithFiles } from './destroy-with-files.ts';
import { judgeCreated } from './find-drift.ts';
import { keepReferenced } from './find-references.ts';
import type { RollbackRun } from './run.ts';
import { betweenBatches, byId, byObject, keyOf, pagesOf } from './run.ts';

/** Their timeline rows go with them (CASCADE, twenty-facts 4); the rows of all others must be removed before. */
const TIMELINE_CASCADES = new Set(['company', 'person']);

/**
 * Destroys what we created, newest first, so that what references goes before what is referenced. Records with files go before all others: destroyed with
 * a parent they would leave their bytes behind. Returns how many by object.
 */
export async function destroyCreated(run: RollbackRun): Promise<Map<string, number>> {
  const destroyed = new Map<string, number>();
  const destroyPage = async (object: string, changes: readonly Change[], filesField?: string) => {
    await betweenBatches(run);
    if (!run.dryRun) await keepLate(run, object, changes);
    const dying = changes.filter(({ key }) => run.kept.why(object, key) === undefined);
    if (!run.dryRun) await destroyBatch(run, object, changes, dying, filesField);
    destroyed.set(object, (destroyed.get(object) ?? 0) + dying.length);
  };
  const withFiles = await objectsWithFiles(run);
  for (const [object, field] of withFiles)
    for await (const page of pagesOf(run, ['record-created'], FILES_CHUNK, object))
      await destroyPage(object, page, field);
  for await (const page of pagesOf(run, ['record-created'], DESTROY_CHUNK))
    for (const [object, changes] of byObject(page))
      if (!withFiles.has(object)) await destroyPage(object, changes);
  return destroyed;
}

/** Somebody may have edited a record since the survey: what was written since is judged again, right before it would go. */
async function keepLate(run: RollbackRun, object: string, changes: readonly Change[]): Promise<void> {
  if (run.drifted === 'revert' || !run.schema.objects.get(object)?.fields.has('updatedAt')) return;
  const candidates = changes.filter(({ key }) => run.kept.why(object, key) === undefined);
  const ids = candidates.map(({ key }) => key);
  const found = byId(
    await run.context.target.records.byIds(object, ids, { fields: ['updatedAt'], trash: true }),
  );
  const late = candidates.filter((change) => {
    const record = found.get(change.key);
    if (record === undefined) return false;
    const seen = run.cleared.get(keyOf(object, change.key)) ?? imageOf(change.base).updatedAt;
    return !sameInstant(seen, record.updatedAt);
  });
  if (late.length === 0) return;
  const kept = await judgeCreated(run, object, late);
  await keepReferenced(run, new Map([[object, kept]]));
}

async function destroyBatch(
  run: RollbackRun,
  object: string,
  changes: readonly Change[],
  dying: readonly Change[],
  filesField: string | undefined,
): Promise<void> {
  const { ledger, target, actor } = run.context;
  const id = run.migration.id;
  const ids = dying.map(({ key }) => key);
  const isThere = run.schema.objects.has(object);
  let uploads: readonly Change[] = [];
  if (isThere && ids.length > 0) {
    await destroyTimeline(run, object, ids);
    if (filesField === undefined) await target.records.destroy(object, ids);
    else uploads = await destroyWithFiles(run, object, filesField, dying);
  }
  const links = await ledger.records.linksOf(
    id,
    object,
    changes.map(({ key }) => key),
  );
  const sources = new Map(links.map((link) => [link.twentyId, link.sourceId]));
  const gone = new Set(dying);
  const trail = changes.map((change) => {
    const sourceId = sources.get(change.key);
    const why = run.kept.why(object, change.key);
    return {
      actor,
      operation: 'destroy',
      object,
      twentyId: change.key,
      outcome: gone.has(change) ? 'destroyed' : 'kept',
      ...(sourceId === undefined ? {} : { sourceId }),
      ...(change.base === null ? {} : { beforeDigest: digestOf(change.base) }),
      ...(why === undefined ? {} : { detail: { why } }),
    };
  });
  await ledger.transaction(async (tx) => {
    await tx.changes.setState(
      id,
      [...dying, ...uploads].map(({ seq }) => seq),
      'reverted',
      '',
    );
    const reasons = Map.groupBy(
      changes.filter((change) => !gone.has(change)),
      ({ key }) => run.kept.why(object, key) ?? '',
    );
    for (const [why, kept] of reasons)
      await tx.changes.setState(
        id,
        kept.map(({ seq }) => seq),
        'kept',
        why,
      );
    await tx.trail.append(id, trail);
  });
}

/** Rows of the timeline whose record goes without them would stay as orphans (twenty-facts 4). */
async function destroyTimeline(run: RollbackRun, object: string, ids: readonly string[]): Promise<void> {
  const timeline = run.schema.objects.get('timelineActivity');
  if (timeline === undefined || TIMELINE_CASCADES.has(object)) return;
  const joinColumn = [...timeline.fields.values()].find(({ relation }) => relation?.targetObject === object)
    ?.relation?.joinColumn;
  const columns = [joinColumn, timeline.fields.has('linkedRecordId') ? 'linkedRecordId' : null].filter(
    (column) => typeof column === 'string',
  );
  if (columns.length === 0) return;
  await run.context.target.records.destroyWhere('timelineActivity', {
    or: columns.map((column) => ({ [column]: { in: ids } })),
  });
}
