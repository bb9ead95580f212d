import { digestOf, type Json } from '../domain/canonical.ts';
import type { DeadLetterReason } from '../domain/dead-letter.ts';
import type { Outcome } from '../domain/record.ts';
import type { Link, NewChange, RowOutcome, TrailEntry, WorkRange } from '../ledger/ledger.ts';
import type { TargetRecord } from '../twenty/target.ts';
import type { BuiltRecord } from './build-records.ts';
import { UPLOAD_LEFT, withoutAddresses } from './files/stored-files.ts';
import { FILE_ELSEWHERE, staysElsewhere } from './files/without-file.ts';
import type { LoadRun, LoadTarget } from './load-run.ts';

/** What became of the rows of a range, collected while it is worked on and stored in one transaction. */
export class RangeResult {
  readonly links: Link[] = [];
  readonly outcomes: RowOutcome[] = [];
  readonly changes: NewChange[] = [];
  /** Base images for changes that were stored as intended before the write. */
  readonly applied: { readonly seq: number; readonly base: Json }[] = [];
  /** Uploads stored as intended whose file a record of Twenty has now. */
  readonly attached: number[] = [];
  /** Uploads that no record took; their bytes are gone again. */
  readonly discarded: number[] = [];
  /** The same, but cut while their bytes moved: Twenty's own clean-up removes them. */
  readonly leftBehind: number[] = [];
  /** Changes stored as intended that Twenty refused: nothing happened. */
  readonly abandoned: number[] = [];
  readonly deadLetters: { object: string; row: number; sourceId: string; reason: DeadLetterReason }[] = [];
  readonly trail: TrailEntry[] = [];
  private readonly load: LoadRun;
  private readonly target: LoadTarget;

  constructor(load: LoadRun, target: LoadTarget) {
    this.load = load;
    this.target = target;
  }

  created(built: BuiltRecord, found: TargetRecord, recovered: boolean): void {
    const base = json(found);
    this.changes.push({
      kind: 'record-created',
      phase: this.load.phase,
      object: this.target.mapping.target,
      key: found.id,
      before: null,
      base,
    });
    const reason = staysElsewhere(built, found) ? FILE_ELSEWHERE : recovered ? 'RECOVERED' : null;
    this.settle(built, found.id, 'created', reason, { after: base });
  }

  /** A record that was there before. `base` null when nothing was written to it. */
  matched(
    built: BuiltRecord,
    twentyId: string,
    outcome: 'updated' | 'linked' | 'restored',
    reason: string | null,
    images: { readonly before?: Json; readonly after?: Json },
  ): void {
    this.settle(built, twentyId, outcome, reason, images);
  }

  skipped(built: BuiltRecord, reason: string): void {
    const { object, row, sourceId } = built.row;
    this.outcomes.push({ object, row, sourceId, outcome: 'skipped', reason });
    this.trail.push({
      actor: this.load.actor,
      operation: 'skip',
      object,
      sourceId,
      outcome: 'skipped',
      detail: { reason },
    });
  }

  dead(built: Pick<BuiltRecord, 'row'>, reason: DeadLetterReason): void {
    const { object, row, sourceId } = built.row;
    this.deadLetters.push({ object, row, sourceId, reason });
    this.trail.push({
      actor: this.load.actor,
      operation: 'refuse',
      object,
      sourceId,
      outcome: 'dead-letter',
      detail: { code: reason.code, ...(reason.field === undefined ? {} : { field: reason.field }) },
    });
  }

  /** One transaction: links, images, dead letters, outcomes, trail and the end of the range (promise 5). False: the claim was lost. */
  async store(range: WorkRange | null): Promise<boolean> {
    const { ledger, run, holder } = this.load;
    const id = run.migrationId;
    return ledger
      .transaction(async (tx) => {
        if (range !== null && !(await tx.work.finish(range.id, holder))) throw new ClaimLost();
        if (this.links.length > 0) await tx.records.putLinks(id, this.links);
        if (this.outcomes.length > 0) await tx.records.putOutcomes(id, this.outcomes);
        if (this.deadLetters.length > 0) await tx.records.putDeadLetters(id, this.deadLetters);
        if (this.changes.length > 0) await tx.changes.put(id, this.changes);
        if (this.applied.length > 0) {
          await tx.changes.setBase(id, this.applied);
          await tx.changes.setState(
            id,
            this.applied.map(({ seq }) => seq),
            'applied',
          );
        }
        await tx.changes.setState(id, this.attached, 'applied');
        await tx.changes.setState(id, this.discarded, 'reverted', 'no record took it');
        await tx.changes.setState(id, this.leftBehind, 'kept', UPLOAD_LEFT);
        if (this.abandoned.length > 0)
          await tx.changes.setState(id, this.abandoned, 'reverted', 'refused by Twenty');
        if (this.trail.length > 0) await tx.trail.append(id, this.trail);
        return true;
      })
      .catch((error: unknown) => {
        if (error instanceof ClaimLost) return false;
        throw error;
      });
  }

  private settle(
    built: BuiltRecord,
    twentyId: string,
    outcome: Outcome,
    reason: string | null,
    images: { readonly before?: Json; readonly after?: Json },
  ): void {
    const { object, row, sourceId } = built.row;
    const { mapping } = this.target;
    for (const id of [sourceId, ...built.mergedIds]) {
      this.links.push({ object, sourceId: id, targetObject: mapping.target, part: mapping.part, twentyId });
    }
    this.outcomes.push({ object, row, sourceId, outcome, reason });
    this.trail.push({
      actor: this.load.actor,
      operation:
        outcome === 'created'
          ? 'create'
          : outcome === 'linked'
            ? 'link'
            : outcome === 'restored'
              ? 'restore'
              : 'update',
      object,
      sourceId,
      twentyId,
      outcome,
      ...(images.before === undefined ? {} : { beforeDigest: digestOf(images.before) }),
      ...(images.after === undefined ? {} : { afterDigest: digestOf(images.after) }),
    });
  }
}

class ClaimLost extends Error {}

/** What Twenty returned, as JSON for the ledger: without the signed addresses of files. */
export function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null, withoutAddresses));
}
