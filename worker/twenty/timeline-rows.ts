import type { TargetRecord, TargetRecords, TargetSchema } from './target.ts';
import { LINKING, onTimeline } from './timeline.ts';

/** What the timeline will tell once the server's queue has digested the creation of some records. */
export interface ExpectedRows {
  there(): Promise<boolean>;
}

type Reads = Pick<TargetRecords, 'byIds' | 'count' | 'scan'>;

/** What to look for on the timeline; null when it tells nothing of such records. */
export async function timelineRowsOf(
  schema: TargetSchema,
  records: Reads,
  object: string,
  ids: readonly string[],
): Promise<ExpectedRows | null> {
  const link = LINKING[object];
  if (link !== undefined) return linkedRows(schema, records, object, link, ids);
  const column = onTimeline(schema, object);
  if (column === null) return null;
  const filter = { and: [{ name: { eq: `${object}.created` } }, { [column]: { in: [...ids] } }] };
  return { there: async () => (await records.count('timelineActivity', { filter })) >= ids.length };
}

/**
 * A target has no row of its own: the timeline of what it points at tells that a note was linked. Several targets between the same two make
 * one row (the server merges those of ten minutes), and a target that points nowhere makes none.
 */
async function linkedRows(
  schema: TargetSchema,
  records: Reads,
  object: string,
  link: { readonly linked: string; readonly column: string },
  ids: readonly string[],
): Promise<ExpectedRows | null> {
  const columns = pointersOf(schema, object).filter((column) =>
    pointersOf(schema, 'timelineActivity').includes(column),
  );
  const targets = await records.byIds(object, ids, { fields: [link.column, ...columns], trash: true });
  const expected = targets.flatMap((target) => {
    const linked = target[link.column];
    const pairs = columns.flatMap((column) => pairOf(target, column, linked));
    return pairs.length === 0 ? [] : [pairs];
  });
  if (expected.length === 0) return null;
  const linkedIds = [...new Set(targets.flatMap((target) => textOf(target[link.column])))];
  const filter = {
    and: [{ name: { eq: `linked-${link.linked}.created` } }, { linkedRecordId: { in: linkedIds } }],
  };
  return {
    async there() {
      const seen = new Set<string>();
      const fields = ['linkedRecordId', ...columns];
      for await (const rows of records.scan('timelineActivity', { fields, filter, trash: 'with' })) {
        for (const row of rows)
          for (const pair of columns.flatMap((column) => pairOf(row, column, row.linkedRecordId)))
            seen.add(pair);
      }
      // Of a target that points at several records, the server tells one of them.
      return expected.every((pairs) => pairs.some((pair) => seen.has(pair)));
    },
  };
}

/** The columns of the morph relation `target`. */
function pointersOf(schema: TargetSchema, object: string): string[] {
  const fields = [...(schema.objects.get(object)?.fields.values() ?? [])];
  return fields.flatMap(({ type, relation }) =>
    type === 'MORPH_RELATION' && relation?.joinColumn ? [relation.joinColumn] : [],
  );
}

function pairOf(row: TargetRecord, column: string, linked: unknown): string[] {
  const at = row[column];
  return typeof at === 'string' && typeof linked === 'string' ? [`${linked} ${column} ${at}`] : [];
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' ? [value] : [];
}
