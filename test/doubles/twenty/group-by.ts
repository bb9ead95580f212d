import { aggregate } from './aggregates.ts';
import { compileFilter } from './filters.ts';
import { matchingRows } from './find-many.ts';
import { isObject, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import type { Selection } from './selection.ts';
import type { Workspace } from './workspace.ts';

/** `opportunitiesGroupBy(groupBy:[{stage:true}])`: by plain fields; one entry per combination that occurs. */
export function groupBy(
  workspace: Workspace,
  shape: ObjectShape,
  args: JsonObject,
  selection: Selection,
): JsonObject[] {
  const fields = (Array.isArray(args.groupBy) ? args.groupBy : []).filter(isObject).flatMap(Object.keys);
  const filter = compileFilter(workspace, shape, args.filter);
  const groups = new Map<string, { values: unknown[]; rows: Row[] }>();
  for (const row of matchingRows(workspace, shape, filter, [])) {
    const values = fields.map((field) => row[field] ?? null);
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { values, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ values, rows }) =>
    Object.fromEntries(
      Object.keys(selection).map((name) => [
        name,
        name === 'groupByDimensionValues' ? values : aggregate(shape, name, rows),
      ]),
    ),
  );
}
