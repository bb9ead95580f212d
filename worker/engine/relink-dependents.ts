import { digestOf, type Json } from '../domain/canonical.ts';
import type { DeadLetterReason } from '../domain/dead-letter.ts';
import type { Change, DeadLetter, TrailEntry, WorkItem } from '../ledger/ledger.ts';
import type { TargetRecord } from '../twenty/target.ts';
import { type BuiltRecord, buildRecords } from './build-records.ts';
import { deadLetterFor } from './create-records.ts';
import { gatherRows } from './load-range.ts';
import { type LoadRun, type LoadTarget, loadTarget } from './load-run.ts';
import { json } from './range-result.ts';
import { outcomesOfRows } from './read-back/outcomes-of-rows.ts';
import { findDependents, resolvedIds } from './relink/find-dependents.ts';
import { planRelink, type Relink } from './relink/plan-relink.ts';

/** A record that Twenty would not link. */
export interface NotLinked {
  readonly object: string;
  readonly row: number;
  readonly sourceId: string;
  readonly twentyId: string;
  readonly reason: DeadLetterReason;
}

export interface RelinkResult {
  /** Records whose relation was set. */
  readonly linked: number;
  readonly notLinked: readonly NotLinked[];
}

/**
 * Links records that were loaded while what they refer to was still a dead letter: their relation is empty and the id stands in the original text.
 * `letters`: all that are resolved by now. A relation that a person set meanwhile stays. Doing it again changes nothing, also after a
 * kill between a write and its base image. `onBatch` is called after every batch; the signal stops between two.
 */
export async function relinkDependents(
  load: LoadRun,
  letters: readonly DeadLetter[],
  onBatch: () => Promise<void>,
): Promise<RelinkResult> {
  let linked = 0;
  const notLinked: NotLinked[] = [];
  const resolved = await resolvedIds(load, letters);
  for await (const { mapping, items } of findDependents(load, resolved)) {
    const target = loadTarget(load, mapping.object);
    for (let at = 0; at < items.length; at += load.batchSize) {
      if (load.signal.aborted) return { linked, notLinked };
      const planned = await planBatch(load, target, items.slice(at, at + load.batchSize));
      if (planned.length === 0) continue;
      await adopt(load, planned);
      const { written, refused } = await writeBisecting(load, target, planned.filter(hasPatch));
      linked += written.filter(({ isLinked }) => isLinked).length;
      notLinked.push(...refused);
      await onBatch();
    }
  }
  return { linked, notLinked };
}

interface Planned extends Relink {
  readonly built: BuiltRecord;
  readonly change: Change;
}

type Patched = Planned & { readonly patch: TargetRecord };

function hasPatch(planned: Planned): planned is Patched {
  return planned.patch !== null;
}

async function planBatch(load: LoadRun, target: LoadTarget, items: readonly WorkItem[]): Promise<Planned[]> {
  const { ledger, run } = load;
  const { mapping } = target;
  const gathered = await gatherRows(load, { object: mapping.object, items });
  const built = await buildRecords(ledger, run, mapping, target.object, gathered);
  const sourceIds = built.map(({ row }) => row.sourceId);
  const key = { object: mapping.object, targetObject: mapping.target, part: mapping.part };
  const links = await ledger.records.resolve(run.migrationId, key, sourceIds);
  const numbers = built.map(({ row }) => row.row);
  const outcomes = await outcomesOfRows(ledger, run.migrationId, mapping.object, numbers);
  const changes = new Map<string, Change>();
  for (const change of await ledger.changes.ofRecords(run.migrationId, mapping.target, [...links.values()]))
    if (change.base !== null) changes.set(change.key, change);
  const also = ['updatedBy', 'deletedAt'].filter((name) => target.object.fields.has(name));
  const found = await load.target.records.byIds(mapping.target, [...changes.keys()], {
    fields: [...new Set([...target.fields, ...also])],
    trash: true,
  });
  const current = new Map(found.map((record) => [record.id, record]));
  // Two source records may have been matched to one: it is linked by the first.
  const planned = new Map<string, Planned>();
  for (const one of built) {
    const id = links.get(one.row.sourceId) ?? '';
    const [change, there, outcome] = [changes.get(id), current.get(id), outcomes.get(one.row.row)];
    if (change === undefined || there === undefined || outcome === undefined || planned.has(id)) continue;
    const relink = planRelink(target, { built: one, outcome, change, there });
    if (relink !== null) planned.set(id, { ...relink, built: one, change });
  }
  return [...planned.values()];
}

/** Base images of records that need no write. */
async function adopt(load: LoadRun, planned: readonly Planned[]): Promise<void> {
  const images = planned
    .filter((one) => !hasPatch(one))
    .map(({ change, base }) => ({ seq: change.seq, base: json(base) }));
  await load.ledger.changes.setBase(load.run.migrationId, images);
}

interface WriteResult {
  readonly written: readonly Patched[];
  readonly refused: readonly NotLinked[];
}

/** Updates are idempotent, so a refused batch is halved until the record that Twenty refuses stands alone (promise 6). */
async function writeBisecting(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly Patched[],
): Promise<WriteResult> {
  if (batch.length === 0) return { written: [], refused: [] };
  const patches = batch.map(({ patch }) => patch);
  const result = await load.target.records.update(target.mapping.target, patches, { fields: target.fields });
  if (result.kind === 'written') {
    await storeWritten(load, batch);
    return { written: batch, refused: [] };
  }
  const [only] = batch;
  if (batch.length === 1 && only !== undefined) {
    const refused = { ...refOf(only), reason: deadLetterFor(result.refusal) };
    const { code, field } = refused.reason;
    const detail = { code, ...(field === undefined ? {} : { field }) };
    await load.ledger.trail.append(load.run.migrationId, [
      { ...entryOf(load, only), outcome: 'refused', detail },
    ]);
    return { written: [], refused: [refused] };
  }
  const middle = Math.ceil(batch.length / 2);
  const first = await writeBisecting(load, target, batch.slice(0, middle));
  const second = await writeBisecting(load, target, batch.slice(middle));
  return {
    written: [...first.written, ...second.written],
    refused: [...first.refused, ...second.refused],
  };
}

async function storeWritten(load: LoadRun, batch: readonly Patched[]): Promise<void> {
  const id = load.run.migrationId;
  await load.ledger.transaction(async (tx) => {
    await tx.changes.setBase(
      id,
      batch.map(({ change, base }) => ({ seq: change.seq, base: json(base) })),
    );
    await tx.trail.append(
      id,
      batch.map((one) => {
        const after: Json = json(one.base);
        const digests = { beforeDigest: digestOf(one.change.base), afterDigest: digestOf(after) };
        return { ...entryOf(load, one), outcome: 'updated', ...digests };
      }),
    );
  });
}

function refOf({ built, change }: Planned) {
  const { object, row, sourceId } = built.row;
  return { object, row, sourceId, twentyId: change.key };
}

function entryOf(load: LoadRun, planned: Planned): Omit<TrailEntry, 'outcome'> {
  const { object, sourceId, twentyId } = refOf(planned);
  return { actor: load.actor, operation: 'relink', object, sourceId, twentyId };
}
