import type { TargetFilter } from './target.ts';

const LIVE_AND_TRASH: TargetFilter = {
  or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }],
};
const ONLY_TRASH: TargetFilter = { deletedAt: { is: 'NOT_NULL' } };

/** Soft-deleted records are hidden unless the filter speaks of `deletedAt` (twenty-facts 3). */
export function visible(filter: TargetFilter | undefined, trash: 'only' | 'with' | undefined): TargetFilter {
  const of = trash === undefined ? [] : [trash === 'only' ? ONLY_TRASH : LIVE_AND_TRASH];
  const all = [...(filter === undefined ? [] : [filter]), ...of];
  return all.length === 1 && all[0] !== undefined ? all[0] : all.length === 0 ? {} : { and: all };
}

/** `emails.primaryEmail` is one of the values: `{ emails: { primaryEmail: { in } } }`. */
export function isOneOf(path: string, values: readonly string[]): TargetFilter {
  return path.split('.').reduceRight<TargetFilter>((inner, name) => ({ [name]: inner }), { in: values });
}
