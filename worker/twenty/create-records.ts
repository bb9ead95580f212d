import type { Outcome } from './api.ts';
import { type Prepared, prepare, type Room, withKnownField } from './room.ts';
import { chunks, rowsOf } from './rows.ts';
import { missing, objectOf, unknownField } from './selection.ts';
import type { CreateResult, Refusal, TargetRecord, TargetRecords } from './target.ts';

/** What is known of a batch while it is being inserted. */
interface Progress {
  readonly written: TargetRecord[];
  readonly recovered: Set<string>;
  /** Not known to be in Twenty. */
  missing: readonly TargetRecord[];
}

type CreateOptions = Parameters<TargetRecords['create']>[2];

/**
 * `createXs` without upsert: an id or unique value that exists already is refused, never overwritten. What may have got through
 * unseen (a lost answer, a crash of the server, an earlier attempt) is looked up by id, in the trash too, before anything is
 * sent again or called refused.
 */
export function createCreate(room: Room, byIds: TargetRecords['byIds']): TargetRecords['create'] {
  return async (name, records, options) => {
    const prepared = await prepare(room, name, options.fields);
    await refuseUnknownFields(room, prepared, records);
    const progress: Progress = { written: [], recovered: new Set(), missing: records };

    /** Moves what is in Twenty already from `missing` to `recovered`; says whether there was any. */
    const recover = async (): Promise<boolean> => {
      const ids = progress.missing.map((record) => record.id);
      const found = await byIds(name, ids, { fields: options.fields, trash: true, ...signalOf(options) });
      const there = new Set(found.map((record) => record.id));
      progress.written.push(...found);
      for (const id of there) progress.recovered.add(id);
      progress.missing = progress.missing.filter((record) => !there.has(record.id));
      return there.size > 0;
    };

    if (options.mayBeThere === true) await recover();
    for (let attempt = 1; progress.missing.length > 0; attempt += 1) {
      const outcome = await sendAll(room, prepared, progress, options);
      if (outcome === null) break;
      const refusal = await settle(outcome, recover);
      if (refusal !== null) return { kind: 'refused', refusal: withKnownField(prepared.object, refusal) };
      if (outcome.kind === 'lost') await room.api.backOff(attempt, outcome.code, options.signal);
    }
    return {
      kind: 'written',
      records: progress.written,
      recovered: progress.recovered,
    } satisfies CreateResult;
  };
}

/** After a call that wrote nothing for sure, or nobody knows: `null` to send what is missing (again), or the refusal. */
async function settle(outcome: Outcome, recover: () => Promise<boolean>): Promise<Refusal | null> {
  if (outcome.kind !== 'refused') {
    if (outcome.kind === 'lost') await recover();
    return null;
  }
  const { refusal, certain } = outcome;
  // A duplicate may be our own earlier attempt; a crash may have come after the write.
  const mayBeOurs = refusal.reason === 'duplicate' || !certain;
  return mayBeOurs && (await recover()) ? null : refusal;
}

/** Sends what is missing, in as many calls as the server's batch size asks for: one, as a rule. `null` when all is written. */
async function sendAll(
  room: Room,
  prepared: Prepared,
  progress: Progress,
  options: CreateOptions,
): Promise<Outcome | null> {
  for (const batch of chunks(progress.missing, room.learned.batchSize)) {
    const outcome = await sendTwiceIfAlone(room, prepared, batch, options.signal);
    if (outcome.kind === 'too-many')
      room.learned.batchSize = Math.max(1, Math.min(outcome.max, batch.length - 1));
    if (outcome.kind !== 'ok') return outcome;
    const rows = rowsOf(outcome.data, prepared.operations.roots.create, prepared.files);
    if (rows === null || !sameIds(rows, batch)) return { kind: 'lost', code: 'UNREADABLE_ANSWER' };
    const done = new Set(batch.map((record) => record.id));
    progress.written.push(...rows);
    progress.missing = progress.missing.filter((record) => !done.has(record.id));
  }
  return null;
}

/**
 * A refusal without a reason (a failed statement) is mostly the record's own, sometimes a deadlock: a single record is sent a second
 * time. For a batch, the caller's bisection is the second time.
 */
async function sendTwiceIfAlone(
  room: Room,
  { operations, selection }: Prepared,
  data: readonly TargetRecord[],
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const send = () => {
    room.api.counters.createCalls += 1;
    return room.api.records({
      query: operations.create(selection),
      variables: { data },
      signal,
      whenLost: 'report',
    });
  };
  const first = await send();
  const again =
    data.length === 1 && first.kind === 'refused' && first.certain && first.refusal.reason === 'unclassified';
  return again ? send() : first;
}

/** Stops when the model lacks a field of the records: it would refuse every record one by one. */
export async function refuseUnknownFields(
  room: Room,
  prepared: Prepared,
  records: readonly TargetRecord[],
): Promise<void> {
  if (unknownField(prepared.object, records) === undefined) return;
  const name = prepared.object.nameSingular;
  const unknown = unknownField(objectOf(await room.schema.get({ fresh: true }), name), records);
  if (unknown !== undefined) throw missing(`field "${unknown}" of ${name}`);
}

export function sameIds(rows: readonly TargetRecord[], sent: readonly TargetRecord[]): boolean {
  const ids = new Set(rows.map((row) => row.id));
  return ids.size === sent.length && sent.every((record) => ids.has(record.id));
}

function signalOf(options: CreateOptions): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}
