import { objectNamed } from '../../domain/object-named.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';

/** Changes a row that hangs on an excluded object; any other comes back as it is. */
export type ParentGuard = (row: SourceRow) => SourceRow;

/**
 * Rows whose parent is of an object that is left where it is keep their id and their parent's name and id alone. A row whose cells do not stand under their headers
 * may be such a row without showing it: it keeps its id alone. Null for an object without `parent`, or when nothing is excluded.
 */
export function parentGuard(
  object: SourceObjectProfile,
  profile: SourceProfile,
  isAllowed: (object: string) => boolean,
): ParentGuard | null {
  const { parent } = object;
  const excluded = new Set(
    Object.entries(profile.objects).flatMap(([name, { sensitive }]) =>
      sensitive !== undefined && !isAllowed(name) ? [name] : [],
    ),
  );
  if (parent === undefined || excluded.size === 0) return null;
  const reduced = [...object.id, parent.object, parent.id];
  return (row) => {
    if (row.defects.some(({ code, blocking }) => blocking && code !== 'NO_ID')) {
      return { ...row, fields: only(row, object.id) };
    }
    const named = objectNamed(profile, row.fields[parent.object] ?? '');
    if (named === null || !excluded.has(named)) return row;
    // What is wrong with cells that are dropped says something about them.
    const defects = row.defects.filter(({ column }) => column === undefined || reduced.includes(column));
    return {
      ...row,
      fields: only(row, reduced),
      defects: [...defects, { code: 'EXCLUDED_PARENT', blocking: false, column: parent.object }],
    };
  };
}

function only({ fields }: SourceRow, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const cell = fields[name];
      return cell === undefined ? [] : [[name, cell]];
    }),
  );
}
