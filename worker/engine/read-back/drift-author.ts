import type { Change } from '../../ledger/ledger.ts';
import type { DriftAuthor } from '../../mapping/documents/read-back.ts';
import type { TargetObject, TargetRecord } from '../../twenty/target.ts';
import { driftOf, imageOf, lastEditor } from '../drift.ts';
import { valueAt } from '../values.ts';

/** Who wrote a record since we did, and what of it differs. Null: nobody, or Twenty does not say who. */
export interface DriftSince {
  readonly author: DriftAuthor;
  /** Keys of the base image that differ; empty when only fields that we do not write were touched. */
  readonly fields: ReadonlySet<string>;
}

/**
 * Drift explains a difference only when the record was written after us (`updatedAt` moved from what our write returned) and Twenty names the writer
 * (`updatedBy`). An automation's edit is drift like a person's: it is in the ledger's terms a write that was not ours; the report names it as automation, so
 * that one can ask why it ran. A record in the trash was put there by someone, though Twenty does not say by whom: we never do it.
 */
export function driftSince(
  object: TargetObject,
  change: Change | null,
  found: TargetRecord,
): DriftSince | null {
  if (change === null || change.base === null) return null;
  const trashedAt = text(found['deletedAt']);
  const base = imageOf(change.base);
  const drift = driftOf(object, base, found);
  if (drift.kind === 'untouched') return null;
  const at = text(found['updatedAt']);
  const fields = new Set(drift.kind === 'drifted' ? drift.fields : []);
  if (trashedAt !== '' && trashedAt === at)
    return { author: { by: 'person', who: '', at: trashedAt }, fields };
  if (text(valueAt(found, 'updatedBy.source')) === '') return null;
  const updatedBy = lastEditor(base, found);
  return { author: { by: drift.by, who: text(valueAt({ updatedBy }, 'updatedBy.name')), at }, fields };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
