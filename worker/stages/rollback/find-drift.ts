import { driftOf, imageOf, sameInstant } from '../../engine/drift.ts';
import { isEmptyValue } from '../../engine/values.ts';
import type { Change } from '../../ledger/ledger.ts';
import type { TargetObject, TargetRecord } from '../../twenty/target.ts';
import type { RollbackRun } from './run.ts';
import { betweenBatches, byId, byObject, fieldsOf, foldChanges, keyOf, pagesOf } from './run.ts';

/** Large chunks, because a read of 5,000 costs one token like a read of one. */
const CHUNK = 5000;
const META = ['updatedAt', 'updatedBy', 'deletedAt'];

/** Finds the records of ours that somebody worked on since, and keeps them unless told otherwise. */
export async function findDrift(run: RollbackRun): Promise<void> {
  for await (const page of pagesOf(run, ['record-created'], CHUNK)) {
    for (const [object, changes] of byObject(page)) await judgeCreated(run, object, changes);
    await betweenBatches(run);
  }
}

/**
 * Judges records that we created: reads when each was written last, and of those written since us, what differs. Kept is what a person or another program
 * edited. Edits by automations do not keep a record; one that somebody put into the trash may go. Returns the ids that were kept now.
 */
export async function judgeCreated(
  run: RollbackRun,
  name: string,
  changes: readonly Change[],
): Promise<string[]> {
  const object = run.schema.objects.get(name);
  if (object === undefined) return [];
  const { records } = run.context.target;
  const ids = changes.map(({ key }) => key);
  const found = byId(
    await records.byIds(name, ids, { fields: META.filter((field) => object.fields.has(field)), trash: true }),
  );
  const written = changes.filter((change) => {
    const record = found.get(change.key);
    return record !== undefined && !sameInstant(imageOf(change.base).updatedAt, record.updatedAt);
  });
  return written.length === 0
    ? []
    : judgeWritten(
        run,
        object,
        written.map(({ key }) => key),
      );
}

async function judgeWritten(
  run: RollbackRun,
  object: TargetObject,
  ids: readonly string[],
): Promise<string[]> {
  const { ledger, target } = run.context;
  const name = object.nameSingular;
  const changes = Map.groupBy(await ledger.changes.ofRecords(run.migration.id, name, ids), ({ key }) => key);
  const bases = new Map([...changes].map(([id, ofOne]) => [id, foldChanges(ofOne).base]));
  const fields = fieldsOf(object, [...bases.values()], META);
  const found = await target.records.byIds(name, ids, { fields, trash: true });
  const kept: string[] = [];
  const byAutomation: TargetRecord[] = [];
  for (const record of found) {
    const drift = driftOf(object, imageOf(jsonOf(bases.get(record.id))), record);
    if (drift.kind === 'untouched') continue;
    const mayGo = run.drifted === 'revert' || !isEmptyValue(record.deletedAt);
    if (!mayGo && drift.kind === 'drifted' && drift.by !== 'automation') {
      run.kept.keep(name, record.id, `edited since by ${WHO[drift.by]}: ${drift.fields.join(', ')}`);
      kept.push(record.id);
    } else if (!mayGo && drift.kind === 'touched' && drift.by === 'person') {
      run.kept.keep(name, record.id, 'edited since by a person, in fields that the migration did not write');
      kept.push(record.id);
    } else {
      run.cleared.set(keyOf(name, record.id), record.updatedAt);
      if (drift.by === 'automation') byAutomation.push(record);
    }
  }
  if (run.drifted === 'keep') kept.push(...(await keepHidden(run, object, byAutomation)));
  run.tally.automationEdits += byAutomation.filter(({ id }) => run.kept.why(name, id) === undefined).length;
  return kept;
}

const WHO = { person: 'a person', api: 'another program', automation: 'an automation' } as const;

/** An automation that writes after a person hides the person's edit in `updatedBy`; the timeline still names the workspace member. */
async function keepHidden(
  run: RollbackRun,
  object: TargetObject,
  records: readonly TargetRecord[],
): Promise<string[]> {
  const timeline = run.schema.objects.get('timelineActivity');
  const relation = [...(timeline?.fields.values() ?? [])].find(
    ({ relation: to }) => to?.targetObject === object.nameSingular && to.joinColumn !== null,
  )?.relation;
  const member = timeline?.fields.get('workspaceMember')?.relation?.joinColumn;
  const ids = records.filter(({ deletedAt }) => isEmptyValue(deletedAt)).map(({ id }) => id);
  if (ids.length === 0 || !relation?.joinColumn || !member) return [];
  const filter = { and: [{ [relation.joinColumn]: { in: ids } }, { [member]: { is: 'NOT_NULL' } }] };
  const kept: string[] = [];
  for await (const rows of run.context.target.records.scan('timelineActivity', {
    fields: [relation.joinColumn],
    filter,
  })) {
    for (const row of rows) {
      const id = String(row[relation.joinColumn]);
      if (run.kept.keep(object.nameSingular, id, 'edited since by a person, and then by an automation'))
        kept.push(id);
    }
  }
  return kept;
}

function jsonOf(value: unknown) {
  return JSON.parse(JSON.stringify(value ?? null));
}
