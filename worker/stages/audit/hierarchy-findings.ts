import type { Hierarchy } from '../../engine/survey/types.ts';
import type { Finding } from '../../mapping/documents/audit.ts';
import { count, finding } from './finding-list.ts';

/** Loops of the hierarchy: every example lists the ids of one loop from the child whose parent is left out, upwards. */
export function cycleFindings(
  object: string,
  column: string,
  { cycles }: Hierarchy,
  rowOf: ReadonlyMap<string, number>,
): Finding[] {
  if (cycles.length === 0) return [];
  const own = cycles.filter(({ length }) => length === 1).length;
  const rows = cycles.reduce((sum, { length }) => sum + length, 0);
  const detail = `Loops: ${count(cycles.length)}, of which records that are their own parent: ${count(own)}. Each is broken at the record with the smallest id, whose parent is kept as text.`;
  const examples = cycles.map((cycle) => {
    const [child = ''] = cycle;
    return { row: rowOf.get(child) ?? 0, sourceId: child, with: cycle };
  });
  return [finding({ code: 'PARENT_CYCLE', severity: 'warning', object, column, rows, detail, examples })];
}
