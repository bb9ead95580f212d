import { optionImageSchema } from '../../engine/base-schema.ts';
import { differingKeys, sameInstant } from '../../engine/drift.ts';
import type { Change, ChangeKind } from '../../ledger/ledger.ts';
import type { Difference } from './report.ts';
import type { RollbackRun } from './run.ts';
import { byId, byObject, fieldsOf, foldChanges } from './run.ts';

const CHUNK = 5000;
const IMAGES: readonly ChangeKind[] = ['record-updated', 'record-restored', 'trash-key-freed'];

export interface Verification {
  readonly differences: readonly Difference[];
  /** Records that somebody wrote after they had their before-image again. */
  readonly writtenSince: number;
}

/** Reads everything back that was reverted, by the ledger alone: what we created is gone, what we changed equals its before-image, the model too. */
export async function verify(run: RollbackRun): Promise<Verification> {
  const differences: Difference[] = [];
  let writtenSince = 0;
  for await (const page of reverted(run, ['record-created']))
    differences.push(...(await stillThere(run, page)));
  for await (const page of reverted(run, IMAGES)) {
    for (const [object, changes] of byObject(page)) {
      const result = await unlikeBefore(run, object, changes);
      differences.push(...result.differences);
      writtenSince += result.writtenSince;
    }
  }
  if (run.phase === null)
    for await (const page of reverted(run, ['object-created', 'field-created', 'options-added']))
      differences.push(...(await modelDiffers(run, page)));
  return { differences, writtenSince };
}

async function* reverted(run: RollbackRun, kinds: readonly ChangeKind[]): AsyncGenerator<Change[]> {
  let beforeSeq: number | undefined;
  for (;;) {
    const page = await run.context.ledger.changes.newest(run.migration.id, {
      kinds,
      states: ['reverted'],
      limit: CHUNK,
      ...(run.phase === null ? {} : { phase: run.phase }),
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    if (page.length > 0) yield page;
    if (page.length < CHUNK) return;
    beforeSeq = page.at(-1)?.seq;
  }
}

async function stillThere(run: RollbackRun, page: readonly Change[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  // As it is now: an object that we made is gone with all that was in it.
  const { objects } = await run.context.target.schema();
  for (const [object, changes] of byObject(page)) {
    if (!objects.has(object)) continue;
    // A record destroyed with a discarded sample and created again by the load has a newer change that stands.
    const standing = new Set(
      (
        await run.context.ledger.changes.ofRecords(
          run.migration.id,
          object,
          changes.map(({ key }) => key),
        )
      ).map(({ key }) => key),
    );
    const ids = changes.map(({ key }) => key).filter((id) => !standing.has(id));
    const found = await run.context.target.records.byIds(object, ids, { fields: [], trash: true });
    differences.push(...found.map(({ id }) => ({ object, id, what: 'still there' })));
  }
  return differences;
}

async function unlikeBefore(
  run: RollbackRun,
  name: string,
  page: readonly Change[],
): Promise<{ differences: Difference[]; writtenSince: number }> {
  const { objects } = await run.context.target.schema();
  const object = objects.get(name);
  if (object === undefined) return { differences: [], writtenSince: 0 };
  // The oldest change has the state before us; a refused or repeated one says nothing else.
  const byKey = Map.groupBy(
    page.filter(({ note }) => note === null || note === ''),
    ({ key }) => key,
  );
  const images = new Map([...byKey].map(([id, changes]) => [id, foldChanges(changes).before]));
  const fields = fieldsOf(object, [...images.values()], ['updatedAt', 'deletedAt']);
  const found = byId(
    await run.context.target.records.byIds(name, [...images.keys()], { fields, trash: true }),
  );
  const differences: Difference[] = [];
  let writtenSince = 0;
  for (const [id, before] of images) {
    const record = found.get(id);
    if (record === undefined) {
      differences.push({ object: name, id, what: 'missing' });
      continue;
    }
    const keys = differingKeys(object, before, record);
    if (!sameInstant(before.updatedAt, record.updatedAt)) writtenSince += 1;
    else if (keys.length > 0) differences.push({ object: name, id, what: `differs in ${keys.join(', ')}` });
    else if (!sameTime(before.deletedAt, record.deletedAt))
      differences.push({ object: name, id, what: 'differs in deletedAt' });
  }
  return { differences, writtenSince };
}

function sameTime(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null) || sameInstant(a, b);
}

async function modelDiffers(run: RollbackRun, page: readonly Change[]): Promise<Difference[]> {
  const { objects } = await run.context.target.schema({ fresh: true });
  return page.flatMap((change): Difference[] => {
    if (change.kind === 'object-created')
      return objects.has(change.key) ? [{ object: change.key, id: '', what: 'object still there' }] : [];
    const field = objects.get(change.object)?.fields.get(change.key);
    if (change.kind === 'field-created')
      return field === undefined
        ? []
        : [{ object: change.object, id: change.key, what: 'field still there' }];
    const before = new Map(optionImageSchema.parse(change.before).map(({ id, value }) => [id, value]));
    const after = new Set(
      change.base === null ? [] : optionImageSchema.parse(change.base).map(({ value }) => value),
    );
    const now = field?.options ?? [];
    const lost = [...before].filter(([id]) => !now.some((option) => option.id === id));
    const left = now.filter(({ id, value }) => after.has(value) && !before.has(id));
    return lost.length + left.length === 0
      ? []
      : [{ object: change.object, id: change.key, what: `${lost.length} options lost, ${left.length} left` }];
  });
}
