import { VpError } from '../../domain/errors.ts';
import { renewHold } from '../../engine/automation-hold.ts';
import { fieldOfKey, imageOf } from '../../engine/drift.ts';
import type { Change, ChangeKind, ChangeState, Migration, Phase } from '../../ledger/ledger.ts';
import type { TargetObject, TargetRecord, TargetSchema } from '../../twenty/target.ts';
import type { StageContext } from '../stage.ts';
import type { BlobCheck } from './blob-check.ts';
import type { DriftPolicy, KeptItem } from './report.ts';

/** Changes that stand: `kept` ones are judged anew on every run, so that a second one may do more. */
export const STANDING: readonly ChangeState[] = ['intended', 'applied', 'kept'];

/** One rollback under way. What it decides in memory it decides again, equally, after a kill. */
export interface RollbackRun {
  readonly context: StageContext;
  readonly migration: Migration;
  readonly schema: TargetSchema;
  readonly batchSize: number;
  /** `sample`: only what the sample did, and nothing of the data model. */
  readonly phase: Phase | null;
  readonly drifted: DriftPolicy;
  readonly dryRun: boolean;
  /** Records that we created and leave. */
  readonly kept: KeptRecords;
  /** `updatedAt` of records that were written since, but may go all the same. */
  readonly cleared: Map<string, unknown>;
  /** Fields of records that we changed and leave as a person made them; fields and options in use. */
  readonly keptElsewhere: KeptItem[];
  /** That the bytes of destroyed records are gone. */
  readonly blobs: BlobCheck;
  /** Counted for what remains. */
  readonly tally: { automationEdits: number; automationReferences: number };
}

/** Records that stay, with the reason; the first reason wins. */
export class KeptRecords {
  private readonly byObject = new Map<string, Map<string, string>>();

  /** True when the record was not kept before. */
  keep(object: string, id: string, why: string): boolean {
    const records = this.byObject.get(object) ?? new Map<string, string>();
    this.byObject.set(object, records);
    if (records.has(id)) return false;
    records.set(id, why);
    return true;
  }

  why(object: string, id: string): string | undefined {
    return this.byObject.get(object)?.get(id);
  }

  all(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.byObject;
  }
}

export function keyOf(object: string, id: string): string {
  return `${object} ${id}`;
}

/** Standing changes of these kinds, newest first, page by page. */
export async function* pagesOf(
  run: RollbackRun,
  kinds: readonly ChangeKind[],
  limit: number,
  object?: string,
): AsyncGenerator<Change[]> {
  let beforeSeq: number | undefined;
  for (;;) {
    const page = await run.context.ledger.changes.newest(run.migration.id, {
      kinds,
      states: STANDING,
      limit,
      ...(run.phase === null ? {} : { phase: run.phase }),
      ...(object === undefined ? {} : { object }),
      ...(beforeSeq === undefined ? {} : { beforeSeq }),
    });
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    beforeSeq = page.at(-1)?.seq;
  }
}

/** The changes of a page by object, in the order in which the objects appear: newest level first. */
export function byObject(changes: readonly Change[]): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const group = groups.get(change.object);
    if (group === undefined) groups.set(change.object, [change]);
    else group.push(change);
  }
  return groups;
}

/** Objects that this migration created records of and has not destroyed yet. */
export async function createdObjects(run: RollbackRun): Promise<Map<string, number>> {
  const counts = await run.context.ledger.changes.count(run.migration.id);
  const objects = new Map<string, number>();
  for (const { kind, object, state, n } of counts) {
    if (kind !== 'record-created' || state === 'reverted' || !run.schema.objects.has(object)) continue;
    objects.set(object, (objects.get(object) ?? 0) + n);
  }
  return objects;
}

/** Of these records, the ones that this migration created and has not destroyed. */
export async function createdAmong(
  run: RollbackRun,
  object: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const changes = await run.context.ledger.changes.ofRecords(run.migration.id, object, [...new Set(ids)]);
  return new Set(changes.filter(({ kind }) => kind === 'record-created').map(({ key }) => key));
}

/** What all changes of one record come to: what it was before the first, and what Twenty returned after the last. */
export interface Images {
  readonly before: Readonly<Record<string, unknown>>;
  readonly base: Readonly<Record<string, unknown>>;
  /** The last write may or may not have reached Twenty. */
  readonly unsure: boolean;
}

/** Folds the changes of one record. */
export function foldChanges(changes: readonly Change[]): Images {
  const inOrder = changes.toSorted((a, b) => a.seq - b.seq);
  let before: Record<string, unknown> = {};
  let base: Record<string, unknown> = {};
  for (const change of inOrder) {
    before = { ...imageOf(change.before), ...before };
    base = { ...base, ...imageOf(change.base) };
  }
  return { before, base, unsure: inOrder.at(-1)?.base === null };
}

/** Names to select for the keys of images, without those that the object no longer has. */
export function fieldsOf(
  object: TargetObject,
  images: readonly Readonly<Record<string, unknown>>[],
  also: readonly string[] = [],
): string[] {
  const keys = new Set([...also, ...images.flatMap((image) => Object.keys(image))]);
  keys.delete('id');
  return [...keys].filter((key) => fieldOfKey(object, key) !== undefined);
}

export function byId(records: readonly TargetRecord[]): Map<string, TargetRecord> {
  return new Map(records.map((record) => [record.id, record]));
}

/** Between two batches: says that this run is alive; Ctrl-C ends it here, and running it again goes on. */
export async function betweenBatches(run: RollbackRun): Promise<void> {
  const { context, migration } = run;
  if (context.signal.aborted) {
    throw new VpError('INTERRUPTED', {
      what: 'The rollback was stopped between two batches.',
      where: migration.name,
      todo: 'Run it again; it goes on where it was.',
    });
  }
  if (!run.dryRun && migration.workspaceId !== null)
    await renewHold(context, migration.workspaceId, migration.id);
}
