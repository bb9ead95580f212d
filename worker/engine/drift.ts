import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import type { TargetField, TargetObject, TargetRecord } from '../twenty/target.ts';
import { compareField, instantOf } from './compare.ts';

/** Who wrote a record last: someone in the app or importing a file, another program, or an automation of the workspace. */
export type Editor = 'person' | 'api' | 'automation';

/**
 * What happened to a record since we wrote it.
 * `untouched`: nobody wrote it since. `touched`: written, but every field that we wrote still has our value. `drifted`: those fields differ.
 */
export type Drift =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'touched'; readonly by: Editor }
  | { readonly kind: 'drifted'; readonly by: Editor; readonly fields: readonly string[] };

const UNTOUCHED: Drift = { kind: 'untouched' };
const EDITORS: Readonly<Record<string, Editor>> = {
  MANUAL: 'person',
  IMPORT: 'person',
  API: 'api',
  WEBHOOK: 'api',
  WORKFLOW: 'automation',
  APPLICATION: 'automation',
  SYSTEM: 'automation',
  AGENT: 'automation',
  EMAIL: 'automation',
  CALENDAR: 'automation',
};

const actorSchema = z.object({ source: z.string().nullish(), workspaceMemberId: z.string().nullish() });

/** Who an ACTOR field names. What cannot be told is a person: a person's work is what must not be lost. */
export function editorOf(actor: unknown): Editor {
  const parsed = actorSchema.safeParse(actor);
  if (!parsed.success) return 'person';
  return EDITORS[parsed.data.source ?? ''] ?? 'person';
}

const RANK: Readonly<Record<Editor, number>> = { automation: 0, api: 1, person: 2 };

/**
 * The actor who counts as the writer of a record since the base image. A write of ours that came after somebody's (relink-dependents.ts) leaves our own
 * key in `updatedBy`; the base image then remembers whom it hid.
 */
export function lastEditor(
  base: Readonly<Record<string, Json | undefined>>,
  found: Readonly<Record<string, unknown>>,
): unknown {
  const hidden = base.updatedBy ?? null;
  const isHidden = hidden !== null && RANK[editorOf(hidden)] >= RANK[editorOf(found.updatedBy)];
  return isHidden ? hidden : found.updatedBy;
}

/** Fields that say when and by whom a record was written, not what is in it. */
const BOOKKEEPING = new Set(['id', 'updatedAt', 'updatedBy', 'deletedAt', 'searchVector', 'position']);

/**
 * Compares a record as read now with its base image. Every write of ours sends `updatedAt`, so an equal one means that nobody wrote since, and
 * what a foreign key's SET NULL cleared is no drift. Needs `updatedAt`, `updatedBy` and the fields of the base image in `found`.
 */
export function driftOf(
  object: TargetObject,
  base: Readonly<Record<string, Json | undefined>>,
  found: TargetRecord,
): Drift {
  if (sameInstant(base.updatedAt, found.updatedAt)) return UNTOUCHED;
  const by = editorOf(lastEditor(base, found));
  const fields = differingKeys(object, base, found);
  return fields.length === 0 ? { kind: 'touched', by } : { kind: 'drifted', by, fields };
}

/** Keys of the image (field names or join columns) whose value in `found` is another one. Fields that are gone from the model do not count. */
export function differingKeys(
  object: TargetObject,
  image: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(image).filter((key) => {
    const field = BOOKKEEPING.has(key) ? undefined : fieldOfKey(object, key);
    return field !== undefined && !sameValue(field, image[key], found[key]);
  });
}

/** True when two values that Twenty returned are the same one. */
export function sameValue(field: TargetField, a: unknown, b: unknown): boolean {
  return compareField(field, a ?? null, b ?? null).verdict === 'equal';
}

export function sameInstant(a: unknown, b: unknown): boolean {
  return instantOf(a)?.ms !== undefined && instantOf(a)?.ms === instantOf(b)?.ms;
}

/** The field behind a key of an image: its name, or its join column. */
export function fieldOfKey(object: TargetObject, key: string): TargetField | undefined {
  const field = object.fields.get(key);
  if (field !== undefined) return field;
  for (const candidate of object.fields.values())
    if (candidate.relation?.joinColumn === key) return candidate;
  return undefined;
}

const imageSchema = z.record(z.string(), z.json());

/** An image of the ledger as an object; one that was purged or never stored is empty. */
export function imageOf(image: Json): Readonly<Record<string, Json | undefined>> {
  const parsed = imageSchema.safeParse(image);
  return parsed.success ? parsed.data : {};
}
