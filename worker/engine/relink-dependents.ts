import type { WorkItem } from '../ledger/ledger.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import type { TargetRecord } from '../twenty/target.ts';
import { type BuiltRecord, buildRecords } from './build-records.ts';
import { gatherRows } from './load-range.ts';
import { type LoadRun, type LoadTarget, loadTarget } from './load-run.ts';
import { json } from './range-result.ts';
import { eachRow } from './run-data.ts';
import { isEmptyValue } from './values.ts';

/**
 * Links records that were loaded while what they refer to was still a dead letter: their relation is empty and the id stands in the original text. Only what
 * is still as we left it is changed; a relation that a person set meanwhile stays. Returns how many records were linked.
 */
export async function relinkDependents(
  load: LoadRun,
  resolved: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<number> {
  if (resolved.size === 0) return 0;
  let linked = 0;
  for (const mapping of load.run.decided.mapping) {
    if (mapping.kind !== 'record') continue;
    const rows = await dependentRows(load, mapping, resolved);
    const items = await load.ledger.work.itemsOf(load.run.migrationId, mapping.object, rows);
    for (let at = 0; at < items.length; at += load.batchSize) {
      linked += await relink(load, loadTarget(load, mapping.object), items.slice(at, at + load.batchSize));
    }
  }
  return linked;
}

async function dependentRows(
  load: LoadRun,
  mapping: RecordMapping,
  resolved: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<number[]> {
  const references = mapping.references.filter(({ object }) => resolved.has(object));
  const rows: number[] = [];
  if (references.length === 0) return rows;
  for await (const row of eachRow(load.ledger, load.run.decided.snapshotId, mapping.object)) {
    const isDependent = references.some(({ from, object }) =>
      resolved.get(object)?.has((row.fields[from] ?? '').trim()),
    );
    if (isDependent) rows.push(row.row);
  }
  return rows;
}

async function relink(load: LoadRun, target: LoadTarget, items: readonly WorkItem[]): Promise<number> {
  const { ledger, run } = load;
  const { mapping } = target;
  const gathered = await gatherRows(load, { object: mapping.object, items });
  const built = await buildRecords(ledger, run, mapping, target.object, gathered);
  const key = { object: mapping.object, targetObject: mapping.target, part: mapping.part };
  const links = await ledger.records.resolve(
    run.migrationId,
    key,
    built.map(({ row }) => row.sourceId),
  );
  const ids = [...new Set(links.values())];
  const changes = new Map(
    (await ledger.changes.ofRecords(run.migrationId, mapping.target, ids)).map((change) => [
      change.key,
      change,
    ]),
  );
  const found = await load.target.records.byIds(mapping.target, [...changes.keys()], {
    fields: target.fields,
  });
  const current = new Map(found.map((record) => [record.id, record]));
  const patches = built.flatMap((record) => {
    const there = current.get(links.get(record.row.sourceId) ?? '');
    const patch = there === undefined ? null : patchOf(target, record, there);
    return patch === null ? [] : [patch];
  });
  if (patches.length === 0) return 0;
  const result = await load.target.records.update(mapping.target, patches, { fields: target.fields });
  if (result.kind === 'refused') return 0;
  const images = result.records.flatMap((record) => {
    const change = changes.get(record.id);
    return change === undefined ? [] : [{ seq: change.seq, base: json(record) }];
  });
  await ledger.transaction(async (tx) => {
    await tx.changes.setBase(run.migrationId, images);
    await tx.trail.append(
      run.migrationId,
      result.records.map(({ id }) => ({
        actor: load.actor,
        operation: 'relink',
        object: mapping.object,
        twentyId: id,
        outcome: 'updated',
      })),
    );
  });
  return patches.length;
}

/** Empty relations that now lead somewhere, and the original text without their ids; null when there is nothing to do. */
function patchOf(target: LoadTarget, built: BuiltRecord, there: TargetRecord): TargetRecord | null {
  const patch: Record<string, unknown> = {};
  for (const reference of target.mapping.references) {
    const column = target.object.fields.get(reference.to)?.relation?.joinColumn ?? `${reference.to}Id`;
    const wanted = built.record[column];
    if (isEmptyValue(there[column]) && !isEmptyValue(wanted)) patch[column] = wanted;
  }
  if (Object.keys(patch).length === 0) return null;
  const { keep } = target.mapping;
  if (keep === undefined) return { ...patch, updatedAt: there['updatedAt'], id: there.id };
  const text = there[keep];
  const lines = typeof text === 'string' ? text.split('\n') : [];
  const relinked = new Set(
    target.mapping.references.map(({ from }) => `${from}: ${(built.row.fields[from] ?? '').trim()}`),
  );
  const stillKept = new Set(built.kept.map((part) => `${part.column}: ${part.text}`));
  const left = lines.filter((line) => !relinked.has(line) || stillKept.has(line));
  if (left.length < lines.length) patch[keep] = left.length === 0 ? null : left.join('\n');
  return { ...patch, updatedAt: there['updatedAt'], id: there.id };
}
