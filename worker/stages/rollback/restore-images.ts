import { digestOf } from '../../domain/canonical.ts';
import { VpError } from '../../domain/errors.ts';
import { isEmptyValue, valueAt } from '../../engine/values.ts';
import type { Change, ChangeKind } from '../../ledger/ledger.ts';
import type { TargetObject, TargetRecord } from '../../twenty/target.ts';
import type { RestorePatch } from './restore-patch.ts';
import { restorePatch } from './restore-patch.ts';
import type { RollbackRun } from './run.ts';
import { betweenBatches, byId, byObject, fieldsOf, foldChanges, pagesOf } from './run.ts';

const PAGE = 1000;
const META = ['updatedAt', 'updatedBy', 'deletedAt'];

/**
 * `first`: before anything is destroyed, so that no reference is cleared under us. `last`: after, when the unique keys that our records held are free; what
 * is refused then stays as it is and is listed.
 */
export type RestorePass = 'first' | 'last';

const KINDS: Readonly<Record<RestorePass, readonly ChangeKind[]>> = {
  first: ['record-updated', 'record-restored'],
  last: ['record-updated', 'record-restored', 'trash-key-freed'],
};

interface Restore {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly changes: readonly Change[];
  readonly found: TargetRecord;
  readonly patch: RestorePatch;
}

/** Gives records that were there before us their before-image again. Returns how many by object. */
export async function restoreImages(run: RollbackRun, pass: RestorePass): Promise<Map<string, number>> {
  const restored = new Map<string, number>();
  for await (const page of pagesOf(run, KINDS[pass], PAGE)) {
    for (const [name, changes] of byObject(page)) {
      await betweenBatches(run);
      const object = run.schema.objects.get(name);
      if (object === undefined) continue;
      const done = await restoreObject(run, pass, object, changes);
      restored.set(name, (restored.get(name) ?? 0) + done);
    }
  }
  return restored;
}

async function restoreObject(
  run: RollbackRun,
  pass: RestorePass,
  object: TargetObject,
  page: readonly Change[],
): Promise<number> {
  const name = object.nameSingular;
  const ids = [...new Set(page.map(({ key }) => key))];
  const known = await run.context.ledger.changes.ofRecords(run.migration.id, name, ids);
  const created = new Set(known.filter(({ kind }) => kind === 'record-created').map(({ key }) => key));
  const trash = page.filter(({ kind }) => kind === 'trash-key-freed');
  const byKey = Map.groupBy(
    [...known.filter(({ kind }) => kind !== 'record-created'), ...trash],
    ({ key }) => key,
  );
  // A record that we created ourselves goes, or stays as it is.
  await settleCreated(
    run,
    page.filter(({ key }) => created.has(key)),
  );

  const images = new Map(
    [...byKey].filter(([id]) => !created.has(id)).map(([id, changes]) => [id, foldChanges(changes)]),
  );
  const fields = fieldsOf(
    object,
    [...images.values()].map(({ before }) => before),
    META,
  );
  const found = byId(
    await run.context.target.records.byIds(name, [...images.keys()], { fields, trash: true }),
  );
  const restores: Restore[] = [];
  for (const [id, image] of images) {
    const changes = byKey.get(id) ?? [];
    const kind =
      changes.find((change) => change.kind === 'record-restored')?.kind ??
      changes[0]?.kind ??
      'record-updated';
    const record = found.get(id);
    if (record === undefined) await settle(run, name, id, changes, 'gone');
    else
      restores.push({
        id,
        kind,
        changes,
        found: record,
        patch: restorePatch(object, image, record, kind, run.drifted),
      });
  }
  if (run.dryRun) {
    for (const restore of restores) noteKept(run, name, restore);
    return restores.length;
  }
  const refused = await write(run, pass, object, restores);
  let done = 0;
  for (const restore of restores) {
    if (refused.has(restore.id) && pass === 'first') continue;
    if (refused.has(restore.id)) {
      const why = 'Twenty refused the values it had: another record may hold its unique value now';
      run.keptElsewhere.push({ object: name, id: restore.id, why });
      await settle(run, name, restore.id, restore.changes, 'kept', why);
      continue;
    }
    const why = noteKept(run, name, restore);
    await settle(
      run,
      name,
      restore.id,
      restore.changes,
      why === null ? 'restored' : 'kept',
      why ?? undefined,
    );
    done += 1;
  }
  return done;
}

/** Live records in batches, each with its own values; trashed ones and those that go back there one by one, because a batch would bring them back. */
async function write(
  run: RollbackRun,
  pass: RestorePass,
  object: TargetObject,
  restores: readonly Restore[],
): Promise<Set<string>> {
  const name = object.nameSingular;
  const refused = new Set<string>();
  const needed = restores.filter(({ patch }) => Object.keys(patch.data).length > 0);
  const live = needed.filter(({ found, patch }) => isEmptyValue(found.deletedAt) && patch.trashAt === null);
  for (let at = 0; at < live.length; at += run.batchSize) {
    await betweenBatches(run);
    await updateBisecting(run, name, live.slice(at, at + run.batchSize), refused);
  }
  for (const restore of needed.filter((candidate) => !live.includes(candidate))) {
    await betweenBatches(run);
    if (pass === 'last' && (await isTaken(run, object, restore))) refused.add(restore.id);
    else await updateAlone(run, name, restore, refused);
  }
  return refused;
}

async function updateBisecting(
  run: RollbackRun,
  name: string,
  batch: readonly Restore[],
  refused: Set<string>,
): Promise<void> {
  if (batch.length === 0) return;
  const result = await run.context.target.records.update(
    name,
    batch.map(({ id, patch }) => ({ ...patch.data, id })),
    { fields: ['updatedAt'] },
  );
  if (result.kind === 'written') return;
  const [only] = batch;
  if (batch.length === 1 && only !== undefined) {
    refused.add(only.id);
    return;
  }
  const middle = Math.ceil(batch.length / 2);
  await updateBisecting(run, name, batch.slice(0, middle), refused);
  await updateBisecting(run, name, batch.slice(middle), refused);
}

async function updateAlone(
  run: RollbackRun,
  name: string,
  { id, patch }: Restore,
  refused: Set<string>,
): Promise<void> {
  const { records } = run.context.target;
  try {
    // A deletedAt of one's own puts a record into the trash at that time; softDelete would set the time of now.
    const data = patch.trashAt === null ? patch.data : { ...patch.data, deletedAt: patch.trashAt };
    await records.updateSame(name, [id], data, { fields: ['updatedAt'] });
  } catch (error) {
    // The port has no refusal for this call: an answer that it cannot use about one record is one.
    if (!(error instanceof VpError) || error.code !== 'TWENTY_PROTOCOL') throw error;
    refused.add(id);
  }
}

/** True when another record holds a unique value that this one is to get back. */
async function isTaken(run: RollbackRun, object: TargetObject, { id, patch }: Restore): Promise<boolean> {
  for (const path of uniquePaths(object)) {
    const value = valueAt(patch.data, path);
    if (typeof value !== 'string' || value === '') continue;
    const holders = await run.context.target.records.byValues(object.nameSingular, path, [value], {
      fields: [],
      trash: true,
    });
    if (holders.some((holder) => holder.id !== id)) return true;
  }
  return false;
}

/** Where the unique part of a composite is; of the others it is the field itself. */
const UNIQUE_PART: Readonly<Record<string, string>> = {
  EMAILS: 'primaryEmail',
  LINKS: 'primaryLinkUrl',
  PHONES: 'primaryPhoneNumber',
};

function uniquePaths(object: TargetObject): string[] {
  return [...object.fields.values()].flatMap(({ name, type, isUnique }) => {
    if (!isUnique || name === 'id') return [];
    const part = UNIQUE_PART[type];
    return [part === undefined ? name : `${name}.${part}`];
  });
}

function noteKept(run: RollbackRun, object: string, { id, patch }: Restore): string | null {
  if (patch.keptFields.length === 0) return null;
  const why = patch.keptFields.includes('deletedAt')
    ? 'worked on since it was restored from the trash, so it stays'
    : `edited since, so these fields stay: ${patch.keptFields.join(', ')}`;
  if (!run.keptElsewhere.some((item) => item.object === object && item.id === id))
    run.keptElsewhere.push({ object, id, why });
  return why;
}

async function settleCreated(run: RollbackRun, changes: readonly Change[]): Promise<void> {
  if (run.dryRun || changes.length === 0) return;
  await run.context.ledger.changes.setState(
    run.migration.id,
    changes.map(({ seq }) => seq),
    'reverted',
    'of a record that the migration created itself',
  );
}

async function settle(
  run: RollbackRun,
  object: string,
  id: string,
  changes: readonly Change[],
  outcome: 'restored' | 'kept' | 'gone',
  why?: string,
): Promise<void> {
  if (run.dryRun) return;
  const { ledger, actor } = run.context;
  const before = changes.toSorted((a, b) => a.seq - b.seq)[0]?.before ?? null;
  await ledger.transaction(async (tx) => {
    const seqs = changes.map(({ seq }) => seq);
    if (outcome === 'kept') await tx.changes.setState(run.migration.id, seqs, 'kept', why ?? 'kept');
    else
      await tx.changes.setState(
        run.migration.id,
        seqs,
        'reverted',
        outcome === 'gone' ? 'destroyed by someone since' : '',
      );
    await tx.trail.append(run.migration.id, [
      {
        actor,
        operation: 'restore-image',
        object,
        twentyId: id,
        outcome,
        ...(before === null ? {} : { afterDigest: digestOf(before) }),
        ...(why === undefined ? {} : { detail: { why } }),
      },
    ]);
  });
}
