import type { Change, WorkItem } from '../ledger/ledger.ts';
import type { FieldReading, RecordReading } from '../mapping/documents/read-back.ts';
import { rowsOf } from '../mapping/expand-pieces.ts';
import type { TargetRecord } from '../twenty/target.ts';
import { type BuiltRecord, buildRecords, type RowToBuild } from './build-records.ts';
import { FILE_ELSEWHERE, withoutFile } from './files/without-file.ts';
import { gatherRows } from './load-range.ts';
import { type LoadRun, type LoadTarget, loadTarget } from './load-run.ts';
import { outcomesOfRows } from './read-back/outcomes-of-rows.ts';
import { readFields } from './read-back/read-fields.ts';
import { columnsByKey } from './read-back/source-cells.ts';

/** Ids per call to Twenty: large pages cost the server little, and every page costs a token (twenty-facts 3). */
const IDS_PER_CALL = 1000;

/** Outcomes that leave a record of Twenty behind the row. Merged rows have their keeper's. */
const WRITTEN: ReadonlySet<string> = new Set(['created', 'updated', 'linked', 'restored']);

/** A row of the work with what it had to become, and what Twenty shows. */
export interface ReadBack {
  readonly reading: RecordReading;
  readonly target: LoadTarget;
  readonly built: BuiltRecord;
  /** The source row, corrected where someone corrected it, and the rows merged into it. */
  readonly rows: RowToBuild;
  /** As Twenty has it, live or in the trash; null when it is gone or was never written. */
  readonly found: TargetRecord | null;
}

/**
 * Reads the records of work items of one object back from Twenty and compares every field that we write with what the source row must become: the
 * same transforms, merges, dropped keys and references as the load (buildRecords), the same patch for matched records (patchFor). Items whose row was not
 * written come back with an empty `fields`. Reads only; one call per 1,000 records. In the order of `items`. Files are for `readFiles`.
 */
export async function readBack(
  load: LoadRun,
  object: string,
  items: readonly WorkItem[],
): Promise<ReadBack[]> {
  const target = loadTarget(load, object);
  const gathered = await gatherRows(load, { object, items });
  const { migrationId } = load.run;
  const outcomes = await outcomesOfRows(
    load.ledger,
    migrationId,
    object,
    gathered.map(({ row }) => row.row),
  );
  const built = (await buildRecords(load.ledger, load.run, target.mapping, target.object, gathered)).map(
    (one) => (outcomes.get(one.row.row)?.reason === FILE_ELSEWHERE ? withoutFile(one) : one),
  );
  const written = built.filter(({ row }) => WRITTEN.has(outcomes.get(row.row)?.outcome ?? ''));
  const key = { object, targetObject: target.mapping.target, part: target.mapping.part };
  const links = await load.ledger.records.resolve(
    migrationId,
    key,
    written.map(({ row }) => row.sourceId),
  );
  const ids = [...new Set(links.values())];
  const found = await readRecords(load, target, ids);
  const changes = await lastChanges(load, target, ids);
  const columns = columnsByKey(target, load.run.decided.profile.objects[rowsOf(target.mapping)]?.id ?? []);
  return gathered.flatMap((rows, index) => {
    const record = built[index];
    if (record === undefined) return [];
    const outcome = outcomes.get(rows.row.row) ?? null;
    const isWritten = outcome !== null && WRITTEN.has(outcome.outcome);
    const twentyId = isWritten ? (links.get(rows.row.sourceId) ?? null) : null;
    const there = twentyId === null ? null : (found.get(twentyId) ?? null);
    const change = twentyId === null ? null : (changes.get(twentyId) ?? null);
    const fields = !isWritten
      ? []
      : there === null
        ? [missing(twentyId)]
        : readFields(target, columns, { rows, built: record, outcome, change, found: there });
    const { object: of, row, sourceId } = rows.row;
    const ref = { object: of, row, sourceId, targetObject: target.mapping.target, twentyId };
    return [
      {
        target,
        built: record,
        rows,
        found: there,
        reading: { ...ref, outcome: outcome?.outcome ?? null, reason: outcome?.reason ?? null, fields },
      },
    ];
  });
}

function missing(twentyId: string | null): FieldReading {
  return { field: 'id', source: {}, expected: twentyId, found: null, verdict: 'missing' };
}

async function readRecords(
  load: LoadRun,
  target: LoadTarget,
  ids: readonly string[],
): Promise<Map<string, TargetRecord>> {
  const fields = [...new Set([...target.fields, 'updatedAt', 'updatedBy', 'deletedAt'])];
  const found = new Map<string, TargetRecord>();
  for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
    const some = ids.slice(from, from + IDS_PER_CALL);
    const records = await load.target.records.byIds(target.mapping.target, some, {
      fields,
      trash: true,
      signal: load.signal,
    });
    for (const record of records) found.set(record.id, record);
  }
  return found;
}

/** The last change of each record that holds a base image: what we last wrote. */
async function lastChanges(
  load: LoadRun,
  target: LoadTarget,
  ids: readonly string[],
): Promise<Map<string, Change>> {
  const last = new Map<string, Change>();
  for (const change of await load.ledger.changes.ofRecords(
    load.run.migrationId,
    target.mapping.target,
    ids,
  )) {
    if (change.base !== null) last.set(change.key, change);
  }
  return last;
}
