import { fieldOfKey, sameInstant, sameValue } from '../../engine/drift.ts';
import { isEmptyValue } from '../../engine/values.ts';
import type { TargetObject, TargetRecord } from '../../twenty/target.ts';
import type { DriftPolicy } from './report.ts';
import type { Images } from './run.ts';

/** What gives a record its before-image, and what of it stays as somebody made it since. */
export interface RestorePatch {
  readonly data: Readonly<Record<string, unknown>>;
  readonly keptFields: readonly string[];
  /** `deletedAt` to put it back into the trash with; null when it belongs among the live ones, or is there already. */
  readonly trashAt: string | null;
}

const OWN = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'createdBy',
  'updatedBy',
  'deletedAt',
  'position',
  'searchVector',
]);

/**
 * Field by field, only where our write changed something. A field that has neither the value we wrote nor the one before was edited since: kept, unless
 * told otherwise. `updatedAt` becomes the old one when nobody wrote the record since us, which makes the row equal to what it was.
 */
export function restorePatch(
  object: TargetObject,
  images: Images,
  found: TargetRecord,
  kind: string,
  drifted: DriftPolicy,
): RestorePatch {
  const { before, base, unsure } = images;
  const isTrash = kind === 'trash-key-freed';
  // Nobody edits a record in the trash: what differs there is ours. An update of ours sends the old `updatedAt`.
  const inTrash = !isEmptyValue(found.deletedAt);
  const untouched = isTrash ? inTrash : sameInstant((unsure ? before : base).updatedAt, found.updatedAt);
  const data: Record<string, unknown> = {};
  const keptFields: string[] = [];
  for (const [key, old] of Object.entries(before)) {
    const field = OWN.has(key) ? undefined : fieldOfKey(object, key);
    if (field === undefined || sameValue(field, old, found[key])) continue;
    const oursIsThere =
      key in base ? sameValue(field, base[key], found[key]) : isTrash && isEmptyValue(found[key]);
    const weWrote = key in base ? !sameValue(field, old, base[key]) : unsure || isTrash;
    if (!weWrote) continue;
    if (untouched || oursIsThere || drifted === 'revert') data[key] = inputOf(old, found[key]);
    else keptFields.push(key);
  }
  const wasTrashed = !isEmptyValue(before.deletedAt);
  // One that is back in the trash already is on its way to where it was: by us before a kill, or by a person.
  const mayTrash = wasTrashed && (untouched || drifted === 'revert' || inTrash);
  const trashAt =
    mayTrash && !sameInstant(before.deletedAt, found.deletedAt) ? String(before.deletedAt) : null;
  if (kind === 'record-restored' && wasTrashed && !mayTrash) keptFields.push('deletedAt');
  const isAsBefore = (untouched || (wasTrashed && inTrash)) && keptFields.length === 0;
  const updatedAt = isAsBefore ? before.updatedAt : found.updatedAt;
  const isNeeded =
    Object.keys(data).length > 0 || trashAt !== null || !sameInstant(updatedAt, found.updatedAt);
  return { data: isNeeded ? { ...data, updatedAt } : {}, keptFields, trashAt };
}

/** A read value as Twenty takes it. It ignores null for a whole composite (twenty-facts 1.2): its parts are cleared instead. */
function inputOf(old: unknown, now: unknown): unknown {
  if (isComposite(now) && (old === null || old === undefined))
    return Object.fromEntries(Object.keys(now).map((part) => [part, null]));
  // A part that is empty now may not have been when it was read, and the other way round: every part is sent.
  if (isComposite(now) && isComposite(old))
    return { ...Object.fromEntries(Object.keys(now).map((part) => [part, null])), ...old };
  return old === undefined || old === '' ? null : old;
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
