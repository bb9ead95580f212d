import type { Json } from '../domain/canonical.ts';
import type { Change } from '../ledger/ledger.ts';
import type { KeptText } from '../mapping/compile.ts';
import { keptText } from '../mapping/compile.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import type { TargetRecord, UpdateResult } from '../twenty/target.ts';
import type { BuiltRecord } from './build-records.ts';
import { compareField } from './compare.ts';
import { deadLetterFor } from './create-records.ts';
import { fieldOfKey } from './drift.ts';
import { besideMatched } from './files/without-file.ts';
import type { LoadRun, LoadTarget } from './load-run.ts';
import type { RangeResult } from './range-result.ts';
import { json } from './range-result.ts';
import { isEmptyValue } from './values.ts';

/** How an existing record is treated; `restore` brings it back from the trash and then fills its empty fields. */
export type MatchTreatment = 'update-empty' | 'update-all' | 'link-only' | 'restore';

export interface Match {
  readonly built: BuiltRecord;
  readonly twentyId: string;
  readonly treatment: MatchTreatment;
  /** Reason code of the outcome, e.g. `MATCH_EXACT`, `LATE_MATCH`. */
  readonly reason: string;
}

/** Fields of a record that is not ours which we never set: they are its own. */
const OWN_FIELDS = new Set(['id', 'createdAt', 'updatedAt', 'createdBy']);

/**
 * Treats records that were in Twenty before, by policy. Reads them fresh, stores the before-image, writes only what the policy allows, and reads
 * back: a person's edit since the plan is seen and respected (promise 4).
 */
export async function matchRecords(
  load: LoadRun,
  target: LoadTarget,
  matches: readonly Match[],
  result: RangeResult,
): Promise<void> {
  if (matches.length === 0) return;
  const { records } = load.target;
  const object = target.mapping.target;
  const ids = [...new Set(matches.map(({ twentyId }) => twentyId))];
  const readFields = [...target.fields, 'deletedAt'];
  const current = new Map(
    (await records.byIds(object, ids, { fields: readFields, trash: true })).map((record) => [
      record.id,
      record,
    ]),
  );
  const earlier = new Map(
    (await load.ledger.changes.ofRecords(load.run.migrationId, object, ids)).map((change) => [
      change.key,
      change,
    ]),
  );

  const pending: Pending[] = [];
  for (const match of matches) {
    const found = current.get(match.twentyId);
    if (found === undefined) {
      result.dead(match.built, {
        code: 'RECORD_GONE',
        todo: 'Someone destroyed the matched record since the plan; retry to create it.',
      });
      continue;
    }
    const change = earlier.get(match.twentyId) ?? null;
    const basis = change === null ? found : beforeUs(target, match.built.record, found, change.before);
    const patch = patchFor(target.mapping, joinColumnsOf(target), match, basis);
    pending.push({ match, found, patch, change });
  }
  const written = await storeIntents(load, target, pending);
  await restoreTrashed(load, object, written);
  for (const { refused, batch, records: after } of await updateBisecting(load, target, written)) {
    for (const item of batch) {
      const { built, reason, treatment } = item.match;
      if (refused !== null) {
        result.abandoned.push(item.seq);
        result.dead(built, refused);
        continue;
      }
      const base = json(after.get(item.match.twentyId));
      result.applied.push({ seq: item.seq, base });
      const outcome = treatment === 'restore' ? 'restored' : treatment === 'link-only' ? 'linked' : 'updated';
      result.matched(built, item.match.twentyId, outcome, reason, { before: item.before, after: base });
    }
  }
}

interface Pending {
  readonly match: Match;
  readonly found: TargetRecord;
  readonly patch: Readonly<Record<string, unknown>>;
  /** Change of an interrupted attempt: its before-image is the true one. */
  readonly change: Change | null;
}

interface Intended extends Pending {
  readonly seq: number;
  readonly before: Json;
}

/** Before-images go to the ledger before anything is written, in a transaction of their own. */
async function storeIntents(
  load: LoadRun,
  target: LoadTarget,
  pending: readonly Pending[],
): Promise<Intended[]> {
  const object = target.mapping.target;
  const fresh = pending.filter(({ change }) => change === null);
  const seen = new Set<string>();
  const once = fresh.filter(({ match }) => !seen.has(match.twentyId) && seen.add(match.twentyId));
  if (once.length > 0) {
    await load.ledger.changes.put(
      load.run.migrationId,
      once.map(({ match, found }) => ({
        kind: match.treatment === 'restore' ? 'record-restored' : 'record-updated',
        phase: load.phase,
        object,
        key: match.twentyId,
        before: json(found),
        base: null,
        state: 'intended',
      })),
    );
  }
  const ids = pending.map(({ match }) => match.twentyId);
  const changes = new Map(
    (await load.ledger.changes.ofRecords(load.run.migrationId, object, ids)).map((change) => [
      change.key,
      change,
    ]),
  );
  return pending.flatMap((item) => {
    const change = changes.get(item.match.twentyId);
    return change === undefined ? [] : [{ ...item, seq: change.seq, before: change.before }];
  });
}

async function restoreTrashed(load: LoadRun, object: string, items: readonly Intended[]): Promise<void> {
  const trashed = items.filter(
    ({ match, found }) => match.treatment === 'restore' && !isEmptyValue(found['deletedAt']),
  );
  if (trashed.length > 0)
    await load.target.records.restore(
      object,
      trashed.map(({ match }) => match.twentyId),
    );
}

interface UpdateGroup {
  readonly batch: readonly Intended[];
  readonly records: ReadonlyMap<string, TargetRecord>;
  readonly refused: ReturnType<typeof deadLetterFor> | null;
}

/** Updates are idempotent, so a refused batch is simply halved until the poison record stands alone. */
async function updateBisecting(
  load: LoadRun,
  target: LoadTarget,
  batch: readonly Intended[],
): Promise<UpdateGroup[]> {
  if (batch.length === 0) return [];
  const updates = batch.map(({ match, patch }) => ({ ...patch, id: match.twentyId }));
  const result: UpdateResult = await load.target.records.update(target.mapping.target, updates, {
    fields: target.fields,
  });
  if (result.kind === 'written') {
    return [{ batch, records: new Map(result.records.map((record) => [record.id, record])), refused: null }];
  }
  if (batch.length === 1) return [{ batch, records: new Map(), refused: deadLetterFor(result.refusal) }];
  const middle = Math.ceil(batch.length / 2);
  return [
    ...(await updateBisecting(load, target, batch.slice(0, middle))),
    ...(await updateBisecting(load, target, batch.slice(middle))),
  ];
}

/**
 * The record as it was before an interrupted attempt of ours: fields that still hold what we would write count as they were in the before-image; what
 * somebody else wrote since stays as it is now.
 */
function beforeUs(target: LoadTarget, ours: TargetRecord, found: TargetRecord, before: Json): TargetRecord {
  const image = new Map(Object.entries(Object(before)));
  const basis: Record<string, unknown> = {};
  for (const [name, now] of Object.entries(found)) {
    const field = fieldOfKey(target.object, name);
    const isOurs =
      image.has(name) &&
      name !== target.mapping.keep &&
      field !== undefined &&
      compareField(field, ours[name], now).verdict !== 'different';
    basis[name] = isOurs ? image.get(name) : now;
  }
  return { ...basis, id: found.id };
}

/** Relation field of each join column that we write (`companyId` -> `company`). */
function joinColumnsOf(target: LoadTarget): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  for (const reference of target.mapping.references) {
    const column = target.object.fields.get(reference.to)?.relation?.joinColumn;
    if (column !== undefined && column !== null) columns.set(column, reference.to);
  }
  return columns;
}

/**
 * What the policy writes to a matched record. Always: our identity field, and `updatedAt` as it is, because a matched record's own times are left
 * alone. `update-empty`: fields that are empty there; what the source says otherwise is kept as text. `update-all`: every field that the source
 * fills. `link-only`: nothing else. A file is never written to it (files/without-file.ts).
 */
export function patchFor(
  mapping: RecordMapping,
  joinColumns: ReadonlyMap<string, string>,
  match: Pick<Match, 'built' | 'treatment'>,
  found: TargetRecord,
): Record<string, unknown> {
  const record = besideMatched(match.built, found);
  const patch: Record<string, unknown> = { updatedAt: found['updatedAt'] };
  if (isEmptyValue(found[mapping.identity])) patch[mapping.identity] = record[mapping.identity];
  if (match.treatment === 'link-only') return patch;
  const kept: KeptText[] = [...match.built.kept];
  for (const [name, value] of Object.entries(record)) {
    if (OWN_FIELDS.has(name) || name === mapping.identity || name === mapping.keep || isEmptyValue(value))
      continue;
    const there = found[name];
    if (match.treatment === 'update-all' || isEmptyValue(there)) {
      patch[name] = value;
      continue;
    }
    if (sameText(there, value)) continue;
    kept.push(...originalsOf(mapping, joinColumns.get(name) ?? name, match.built));
  }
  const text = keptText(kept);
  if (text === null || mapping.keep === undefined) return patch;
  const before = found[mapping.keep];
  if (match.treatment === 'update-all' || isEmptyValue(before)) patch[mapping.keep] = text;
  else if (typeof before === 'string' && !before.includes(text)) patch[mapping.keep] = `${before}\n${text}`;
  return patch;
}

function sameText(a: unknown, b: unknown): boolean {
  return (
    JSON.stringify(a) === JSON.stringify(b) ||
    (typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase())
  );
}

function originalsOf(mapping: RecordMapping, field: string, built: BuiltRecord): KeptText[] {
  const columns = [
    ...mapping.fields
      .filter((candidate) => candidate.to === field)
      .flatMap((candidate) => Object.values(candidate.from)),
    ...mapping.references.filter((candidate) => candidate.to === field).map((candidate) => candidate.from),
  ];
  return columns
    .map((column) => ({
      column,
      text: (built.row.fields[column] ?? '').trim(),
      why: 'MERGED_VALUE' as const,
    }))
    .filter((part) => part.text !== '' && !built.kept.some((other) => other.column === part.column));
}
