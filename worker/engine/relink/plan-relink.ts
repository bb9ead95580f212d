import type { Json } from '../../domain/canonical.ts';
import type { Change, RowOutcome } from '../../ledger/ledger.ts';
import type { TargetRecord } from '../../twenty/target.ts';
import type { BuiltRecord } from '../build-records.ts';
import { imageOf, lastEditor, sameInstant } from '../drift.ts';
import type { LoadTarget } from '../load-run.ts';
import { json } from '../range-result.ts';
import { expectedOfCreated, expectedOfMatched } from '../read-back/expected-value.ts';
import { isEmptyValue } from '../values.ts';

type Image = Readonly<Record<string, Json | undefined>>;

/** What linking one record anew comes to. */
export interface Relink {
  /** Null: Twenty shows already what it must. */
  readonly patch: TargetRecord | null;
  /** False when the patch only takes away the text: somebody chose another relation. */
  readonly isLinked: boolean;
  /** The base image once the patch is written: only what it is about differs from the one before, so that a person's edits stay visible as drift. */
  readonly base: Image;
}

export interface Loaded {
  readonly built: BuiltRecord;
  readonly outcome: RowOutcome;
  /** Our last write to the record, with its base image. */
  readonly change: Change;
  /** As Twenty has it now, with `updatedBy` and `deletedAt`. */
  readonly there: TargetRecord;
}

/**
 * Relations that were empty because what they refer to was a dead letter, and the original text with its id. What the row must be in Twenty is worked out as
 * reconciliation does, so the policy for matched records holds. A relation that is still as we left it is set. One that shows what it must was set by
 * a retry that was killed before it could say so. Any other was set by somebody meanwhile, and stays; the base image says what ours would be, so that
 * theirs counts as an edit. In the trash nothing is written, because an update would bring the record back. Null: nothing is open.
 */
export function planRelink(target: LoadTarget, loaded: Loaded): Relink | null {
  const { change, there } = loaded;
  const base = imageOf(change.base);
  const wanted = wantedOf(target, loaded);
  const columns: Record<string, Json> = {};
  const patch: Record<string, unknown> = {};
  const settled = new Set<string>();
  for (const { from, to } of target.mapping.references) {
    const column = joinColumnOf(target, to);
    const value = wanted.get(column);
    if (isEmptyValue(value)) continue;
    settled.add(`${from}: ${(loaded.built.row.fields[from] ?? '').trim()}`);
    if (same(base[column], value)) continue;
    columns[column] = json(value);
    if (same(there[column], base[column])) patch[column] = value;
  }
  // Nothing has the empty name: a mapping without the field keeps no text.
  const keep = target.mapping.keep ?? '';
  const expected = new Set(linesOf(wanted.get(keep)));
  const without = (text: unknown) => {
    const lines = linesOf(text);
    const left = lines.filter((line) => !settled.has(line) || expected.has(line));
    return left.length === lines.length ? text : left.length === 0 ? null : left.join('\n');
  };
  const keptBase = without(base[keep]);
  const keptThere = without(there[keep]);
  if (keptThere !== there[keep]) patch[keep] = keptThere;
  const isOpen = Object.keys(columns).length > 0 || keptBase !== base[keep];
  if (!isOpen) return null;
  const next: Image = { ...base, ...columns, ...(keptBase === base[keep] ? {} : { [keep]: json(keptBase) }) };
  if (Object.keys(patch).length === 0 || !isEmptyValue(there['deletedAt']))
    return { patch: null, isLinked: false, base: next };
  // Our write would hide who edited the record since: Twenty names the last writer only.
  const isEdited = !sameInstant(base['updatedAt'], there['updatedAt']);
  return {
    isLinked: Object.keys(patch).some((key) => key !== keep),
    patch: { ...patch, updatedAt: there['updatedAt'], id: there.id },
    base: isEdited ? { ...next, updatedBy: json(lastEditor(base, there)) } : next,
  };
}

/** By key, what the record must show of its relations and its kept text, as far as we may write it. */
function wantedOf(target: LoadTarget, { built, outcome, change }: Loaded): Map<string, unknown> {
  const { references, keep } = target.mapping;
  const keys = references.map(({ to }) => joinColumnOf(target, to)).concat(keep === undefined ? [] : [keep]);
  const expectations =
    outcome.outcome === 'created'
      ? expectedOfCreated(keys, built, change)
      : expectedOfMatched(keys, target, built, outcome, change);
  return new Map(
    [...expectations].flatMap(([key, { kind, value }]) => (kind === 'written' ? [[key, value]] : [])),
  );
}

function joinColumnOf(target: LoadTarget, relation: string): string {
  return target.object.fields.get(relation)?.relation?.joinColumn ?? `${relation}Id`;
}

function linesOf(text: unknown): string[] {
  return typeof text === 'string' && text !== '' ? text.split('\n') : [];
}

function same(a: unknown, b: unknown): boolean {
  return (isEmptyValue(a) && isEmptyValue(b)) || a === b;
}
