import type { LoadRun } from '../../engine/load-run.ts';
import { outcomesOfRows } from '../../engine/read-back/outcomes-of-rows.ts';
import type { MemberMapping, ObjectMapping, OptionMapping } from '../../mapping/mapping-schema.ts';
import { CoverageCounter } from './coverage.ts';
import type { Findings } from './findings.ts';
import type { ObjectPass } from './object-pass.ts';

const PAGE = 1000;

/** Rows that are resolved instead of written (owners, pipelines): counts their cells; there is nothing to read back row by row. */
export async function passResolved(
  load: LoadRun,
  mapping: MemberMapping | OptionMapping,
  columns: readonly { readonly column: string; readonly reason: string | null }[],
  findings: Findings,
  onPage: (rows: number) => void,
): Promise<ObjectPass> {
  const { object } = mapping;
  const { decided, migrationId } = load.run;
  const readers = readersOf(mapping, decided.mapping, decided.profile.objects[object]?.id ?? []);
  const coverage = new CoverageCounter(
    object,
    columns.map(({ column, reason }) => {
      const to = readers.get(column) ?? [];
      return { column, to, hints: [], pieces: [], reason: to.length > 0 ? null : reason };
    }),
  );
  let read = 0;
  for (let afterRow = 0; ; ) {
    const page = await load.ledger.snapshots.rows(decided.snapshotId, object, { afterRow, limit: PAGE });
    const outcomes = await outcomesOfRows(
      load.ledger,
      migrationId,
      object,
      page.map(({ row }) => row),
    );
    for (const row of page) {
      const outcome = outcomes.get(row.row)?.outcome;
      if (outcome === undefined)
        findings.look({ object, row: row.row, sourceId: row.sourceId, twentyId: null }, 'NO_OUTCOME', '');
      coverage.whole(
        row,
        outcome === 'merged'
          ? 'merged'
          : outcome === 'created' || outcome === 'linked'
            ? 'value'
            : 'notLoaded',
      );
    }
    read += page.length;
    onPage(page.length);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE)
      return { read, coverage: coverage.report(), sums: [], identified: 0 };
    afterRow = last.row;
  }
}

/** What the columns of a resolved object serve: the key it is found by, the option it makes, the fields that look into it. */
function readersOf(
  mapping: MemberMapping | OptionMapping,
  all: readonly ObjectMapping[],
  idColumns: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  const add = (column: string, to: string) => readers.set(column, [...(readers.get(column) ?? []), to]);
  for (const column of idColumns) add(column, 'reference');
  if (mapping.kind === 'member') {
    add(mapping.email, `${mapping.target}.${mapping.path}`);
    for (const column of mapping.name) add(column, 'author');
  } else {
    for (const column of [mapping.name, mapping.group, mapping.order])
      add(column, `${mapping.target}.${mapping.field}`);
  }
  for (const other of all) {
    if (other.kind !== 'record') continue;
    for (const { to, options } of other.fields) {
      const { table, column } = options;
      if (table === mapping.object && typeof column === 'string') add(column, `${other.target}.${to}`);
    }
  }
  return new Map([...readers].map(([column, to]) => [column, [...new Set(to)]]));
}
