import type { Change, RowOutcome } from '../../ledger/ledger.ts';
import type { TargetRecord } from '../../twenty/target.ts';
import type { BuiltRecord } from '../build-records.ts';
import { imageOf } from '../drift.ts';
import type { LoadTarget } from '../load-run.ts';
import { type MatchTreatment, patchFor } from '../match-records.ts';
import { isEmptyValue } from '../values.ts';

/** What a field must show. `wanted`: what the source says, but the policy for a matched record did not let us write. */
export type Expectation =
  | { readonly kind: 'written'; readonly value: unknown }
  | { readonly kind: 'wanted'; readonly value: unknown };

/** Times that Twenty sets itself when the source has none. */
const SERVER_TIMES = new Set(['createdAt', 'updatedAt']);

/** Expectations by key of the record (join columns for relations). Keys that nothing is expected of are absent. */
export type Expectations = ReadonlyMap<string, Expectation>;

/** A record that we created shows everything that the source row became, and nothing in the other fields. */
export function expectedOfCreated(
  keys: readonly string[],
  built: BuiltRecord,
  change: Change | null,
): Expectations {
  const base = imageOf(change?.base ?? null);
  return new Map(
    keys.map((key) => {
      const sent = built.record[key];
      const value = sent === undefined && SERVER_TIMES.has(key) ? base[key] : sent;
      return [key, { kind: 'written', value }];
    }),
  );
}

/**
 * A record that was there before shows what the policy wrote, worked out anew from its before-image; a part of a composite that was not sent stays what
 * it was. What the source says otherwise is `wanted`.
 */
export function expectedOfMatched(
  keys: readonly string[],
  target: LoadTarget,
  built: BuiltRecord,
  outcome: RowOutcome,
  change: Change | null,
): Expectations {
  const before: TargetRecord = { ...imageOf(change?.before ?? null), id: change?.key ?? '' };
  const patch = patchFor(
    target.mapping,
    joinColumns(target),
    { built, treatment: treatmentOf(built, outcome) },
    before,
  );
  const expected = new Map<string, Expectation>();
  for (const key of keys) {
    if (Object.hasOwn(patch, key))
      expected.set(key, { kind: 'written', value: overlay(before[key], patch[key]) });
    else if (!isEmptyValue(built.record[key]))
      expected.set(key, { kind: 'wanted', value: built.record[key] });
  }
  return expected;
}

/** What the load did with a matched row; one that it met only while writing is never overwritten (load-range.ts). */
function treatmentOf(built: BuiltRecord, outcome: RowOutcome): MatchTreatment {
  if (outcome.outcome === 'linked') return 'link-only';
  if (outcome.outcome === 'restored') return 'restore';
  const late = outcome.reason?.startsWith('LATE_') ?? false;
  return !late && built.note.match?.policy === 'update-all' ? 'update-all' : 'update-empty';
}

/** Relation field of each join column that the mapping writes. */
function joinColumns({ mapping, object }: LoadTarget): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  for (const { to } of mapping.references) {
    const column = object.fields.get(to)?.relation?.joinColumn;
    if (column) columns.set(column, to);
  }
  return columns;
}

function overlay(before: unknown, patch: unknown): unknown {
  if (typeof before !== 'object' || before === null || Array.isArray(before)) return patch;
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  return { ...before, ...patch };
}
