import { editorOf } from '../../engine/drift.ts';
import type { TargetObject, TargetRecord, TargetSchema } from '../../twenty/target.ts';
import type { RollbackRun } from './run.ts';
import { betweenBatches, createdAmong, createdObjects, foldChanges, pagesOf } from './run.ts';

const CHUNK = 5000;

/**
 * Rows that Twenty itself makes about records, or attaches by e-mail address: nobody's use of a record. They go with it, or lose the
 * reference that they had not before.
 */
export const GENERATED: Readonly<Record<string, string>> = {
  timelineActivity: 'timeline rows, which Twenty writes about every record',
  favorite: 'favourites, which go with the record',
  messageParticipant: 'participants of messages, whom Twenty attaches by e-mail address',
  calendarEventParticipant: 'participants of calendar events, whom Twenty attaches by e-mail address',
};

/** Rows that the database deletes together with what they point at (twenty-facts 4): a person's row would be destroyed. */
const CASCADING = new Set(['noteTarget', 'taskTarget', 'attachment', 'messageListMember']);

interface Reference {
  readonly from: TargetObject;
  readonly field: string;
  readonly joinColumn: string;
  /** Object that it points at. */
  readonly to: string;
}

/**
 * Keeps the records of ours that a record outside the ledger references: it would lose the reference, or its own row. With `revert` only the latter keeps,
 * because a record that we did not create is never destroyed. One object is read once for all its references: every call costs a token of the rate limit.
 */
export async function findReferences(run: RollbackRun): Promise<void> {
  const created = await createdObjects(run);
  for (const from of run.schema.objects.values()) {
    if (GENERATED[from.nameSingular] !== undefined) continue;
    if (run.drifted === 'revert' && !CASCADING.has(from.nameSingular)) continue;
    const references = referencesFrom(from).filter(({ to }) => created.has(to));
    if (references.length === 0) continue;
    await findThrough(run, from, references, created);
    await betweenBatches(run);
  }
}

/** Every many-to-one relation of an object, morph ones included. */
function referencesFrom(from: TargetObject): Reference[] {
  return [...from.fields.values()].flatMap(({ name, relation }) =>
    relation !== null && relation.joinColumn !== null
      ? [{ from, field: name, joinColumn: relation.joinColumn, to: relation.targetObject }]
      : [],
  );
}

/** Every many-to-one relation of the workspace that points at the object, morph ones included. */
function referencesTo(schema: TargetSchema, object: string): Reference[] {
  return [...schema.objects.values()].flatMap(referencesFrom).filter(({ to }) => to === object);
}

/** Reads either the rows that reference anything or, where those are more, the rows that reference our records. */
async function findThrough(
  run: RollbackRun,
  from: TargetObject,
  references: readonly Reference[],
  created: ReadonlyMap<string, number>,
): Promise<void> {
  const { records } = run.context.target;
  const set = { or: references.map(({ joinColumn }) => ({ [joinColumn]: { is: 'NOT_NULL' } })) };
  const rows = await records.count(from.nameSingular, { filter: set, trash: 'with' });
  if (rows === 0) return;
  const actors = ['createdBy', 'updatedBy'].filter((name) => from.fields.has(name));
  const fields = [...new Set(references.map(({ field }) => field)), ...actors];
  const options = { fields, trash: 'with' as const, pageSize: CHUNK };
  const targets = new Set(references.map(({ to }) => to));
  const ours = [...targets].reduce((sum, to) => sum + (created.get(to) ?? 0), 0);
  if (rows <= ours) {
    for await (const page of records.scan(from.nameSingular, { ...options, filter: set }))
      for (const reference of references) await judge(run, reference, page);
    return;
  }
  for (const reference of references) {
    for await (const page of pagesOf(run, ['record-created'], CHUNK, reference.to)) {
      const filter = { [reference.joinColumn]: { in: page.map(({ key }) => key) } };
      for await (const found of records.scan(from.nameSingular, { ...options, filter }))
        await judge(run, reference, found);
    }
  }
}

async function judge(
  run: RollbackRun,
  { from, joinColumn, to }: Reference,
  rows: readonly TargetRecord[],
): Promise<void> {
  const targets = rows.map((row) => row[joinColumn]).filter((id) => typeof id === 'string');
  if (targets.length === 0) return;
  const ours = await createdAmong(run, to, targets);
  const pointing = rows.filter((row) => ours.has(String(row[joinColumn])));
  if (pointing.length === 0) return;
  const changes = Map.groupBy(
    await run.context.ledger.changes.ofRecords(
      run.migration.id,
      from.nameSingular,
      pointing.map(({ id }) => id),
    ),
    ({ key }) => key,
  );
  for (const row of pointing) {
    const known = changes.get(row.id) ?? [];
    if (known.some(({ kind }) => kind === 'record-created')) continue;
    if (known.length > 0 && isOurWrite(foldChanges(known), joinColumn, row)) continue;
    if (editorOf(row.createdBy) === 'automation' && editorOf(row.updatedBy) === 'automation') {
      run.tally.automationReferences += 1;
      continue;
    }
    run.kept.keep(
      to,
      String(row[joinColumn]),
      `referenced by ${from.nameSingular} ${row.id}, which the migration did not create`,
    );
  }
}

/** We pointed this existing record at ours; its before-image takes that back. */
function isOurWrite(
  { before, base, unsure }: ReturnType<typeof foldChanges>,
  joinColumn: string,
  row: TargetRecord,
): boolean {
  const now = row[joinColumn];
  return before[joinColumn] !== now && (base[joinColumn] === now || unsure);
}

/**
 * What a kept record references stays too: destroying it would clear a field of a record that somebody works with. The links of a kept note or task stay
 * with it, because they are how it references. Follows references until nothing is added; `seeds` are the records kept since the last time.
 */
export async function keepReferenced(
  run: RollbackRun,
  seeds: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const created = await createdObjects(run);
  let frontier: ReadonlyMap<string, readonly string[]> = seeds;
  while (frontier.size > 0) {
    const next = new Map<string, string[]>();
    for (const [name, ids] of frontier) {
      for (const [link, links] of await keepLinks(run, created, name, ids))
        next.set(link, [...(next.get(link) ?? []), ...links]);
      const object = run.schema.objects.get(name);
      const relations = [...(object?.fields.values() ?? [])].flatMap(({ name: field, relation }) =>
        relation?.joinColumn && created.has(relation.targetObject)
          ? [{ field, joinColumn: relation.joinColumn, to: relation.targetObject }]
          : [],
      );
      if (relations.length === 0 || ids.length === 0) continue;
      const rows = await run.context.target.records.byIds(name, ids, {
        fields: relations.map(({ field }) => field),
        trash: true,
      });
      for (const { joinColumn, to } of relations) {
        const targets = rows.map((row) => row[joinColumn]).filter((id) => typeof id === 'string');
        for (const id of await createdAmong(run, to, targets)) {
          if (run.kept.keep(to, id, `referenced by a kept ${name}`))
            next.set(to, [...(next.get(to) ?? []), id]);
        }
      }
    }
    frontier = next;
  }
}

/** Keeps the rows of ours by which kept records point at others (the targets of a note), as opposed to those by which others are hung on them. */
async function keepLinks(
  run: RollbackRun,
  created: ReadonlyMap<string, number>,
  name: string,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const kept = new Map<string, string[]>();
  for (const { from, field, joinColumn } of referencesTo(run.schema, name)) {
    const link = from.nameSingular;
    // A morph relation says what the row hangs on; a plain one says whose row it is.
    const isOwner = CASCADING.has(link) && from.fields.get(field)?.type === 'RELATION';
    if (!isOwner || !created.has(link) || ids.length === 0) continue;
    for await (const page of run.context.target.records.scan(link, {
      fields: [field],
      filter: { [joinColumn]: { in: ids } },
      trash: 'with',
      pageSize: CHUNK,
    })) {
      const ours = await createdAmong(
        run,
        link,
        page.map(({ id }) => id),
      );
      for (const id of ours)
        if (run.kept.keep(link, id, `belongs to a kept ${name}`))
          kept.set(link, [...(kept.get(link) ?? []), id]);
    }
  }
  return kept;
}

/** The kept records of a run, as seeds. */
export function keptSeeds(run: RollbackRun): Map<string, string[]> {
  return new Map([...run.kept.all()].map(([object, records]) => [object, [...records.keys()]]));
}
