import type { SourceRow } from '../domain/record.ts';
import type { WorkRange } from '../ledger/ledger.ts';
import { isPieces, rowsOf, sourceRowNumber } from '../mapping/expand-pieces.ts';
import { type BuiltRecord, buildRecords, type RowToBuild } from './build-records.ts';
import { createRecords, type Written } from './create-records.ts';
import { attachFiles, settleUploads } from './files/attach-files.ts';
import { freeTrash, type TrashHold } from './free-trash.ts';
import { itemNoteOf } from './item-note.ts';
import { type LoadRun, type LoadTarget, loadTarget } from './load-run.ts';
import { mappedRowsAt } from './mapped-rows.ts';
import { type Match, type MatchTreatment, matchRecords } from './match-records.ts';
import { RangeResult } from './range-result.ts';
import { recordMappingOf, rowSourceOf } from './run-data.ts';
import { isEmptyValue } from './values.ts';

/**
 * Loads one claimed range and stores what became of it in one transaction. False when the claim was lost to another process meanwhile: its results
 * count then, and ours are the same records with the same ids.
 */
export async function loadRange(load: LoadRun, range: WorkRange): Promise<boolean> {
  const result = await writeItems(load, range);
  return result.store(range);
}

/** Builds the records of some items of one object and writes them; the caller stores the result. */
export async function writeItems(
  load: LoadRun,
  range: Pick<WorkRange, 'object' | 'items' | 'attempt'>,
): Promise<RangeResult> {
  const target = loadTarget(load, range.object);
  const result = new RangeResult(load, target);
  const built = await buildRecords(
    load.ledger,
    load.run,
    target.mapping,
    target.object,
    await gatherRows(load, range),
  );
  const good: BuiltRecord[] = [];
  for (const record of built) {
    if (record.failure === null) good.push(record);
    else result.dead(record, record.failure);
  }
  // In a pass over matched records the trash is freed first; what it blocked is created like any other.
  const matches = good.filter(
    ({ note }) => note.match !== undefined && treatmentOf(note.match.policy) !== null,
  );
  const creates = good.filter((record) => !matches.includes(record));
  await freeTrash(load, target, creates.flatMap(holdOf), result);
  const mayBeThere = range.attempt > 0;
  const ready = await attachFiles(load, target, creates, mayBeThere, result);
  const late: Match[] = [];
  for (const written of await createRecords(load, target, ready, mayBeThere)) {
    await settle(load, target, written, late, result);
  }
  await settleUploads(load, target, creates, result);
  await matchRecords(load, target, [...matches.flatMap(plannedMatch), ...late], result);
  return result;
}

/** Rows of a range with corrected values applied and the rows that are merged into them. */
export async function gatherRows(
  load: Pick<LoadRun, 'ledger' | 'run'>,
  range: Pick<WorkRange, 'object' | 'items'>,
): Promise<RowToBuild[]> {
  const { ledger, run } = load;
  const mapping = recordMappingOf(run, range.object);
  const items = range.items.map((item) => ({ item, note: itemNoteOf(item.note) }));
  const wanted = items.flatMap(({ item, note }) => [item.row, ...(note.merged ?? [])]);
  const rows = new Map<number, SourceRow>();
  for (const row of await mappedRowsAt(rowSourceOf(ledger, run), mapping, wanted)) rows.set(row.row, row);
  const fixes = await ledger.records.fixes(run.migrationId, range.object, wanted);
  // A correction of the row that a piece is made of holds for the piece too.
  const sourceRows = isPieces(mapping)
    ? [...new Set(wanted.map((row) => sourceRowNumber(mapping, row)))]
    : [];
  const sourceFixes =
    sourceRows.length === 0 ? null : await ledger.records.fixes(run.migrationId, rowsOf(mapping), sourceRows);
  const fixed = (number: number): SourceRow[] => {
    const row = rows.get(number);
    if (row === undefined) return [];
    const values = { ...sourceFixes?.get(sourceRowNumber(mapping, number)), ...fixes.get(number) };
    return [Object.keys(values).length === 0 ? row : { ...row, fields: { ...row.fields, ...values } }];
  };
  return items.flatMap(({ item, note }) =>
    fixed(item.row).map((row) => ({ row, note, merged: (note.merged ?? []).flatMap(fixed) })),
  );
}

function treatmentOf(policy: string): MatchTreatment | null {
  return policy === 'update-empty' ||
    policy === 'update-all' ||
    policy === 'link-only' ||
    policy === 'restore'
    ? policy
    : null;
}

function plannedMatch(built: BuiltRecord): Match[] {
  const match = built.note.match;
  const treatment = match === undefined ? null : treatmentOf(match.policy);
  return match === undefined || treatment === null
    ? []
    : [{ built, twentyId: match.twentyId, treatment, reason: `MATCH_${match.by}` }];
}

function holdOf(built: BuiltRecord): TrashHold[] {
  const match = built.note.match;
  if (match === undefined || (match.policy !== 'free-key' && match.policy !== 'destroy')) return [];
  return [{ built, twentyId: match.twentyId, path: match.by, treatment: match.policy }];
}

async function settle(
  load: LoadRun,
  target: LoadTarget,
  written: Written,
  late: Match[],
  result: RangeResult,
): Promise<void> {
  if (written.kind === 'created') {
    result.created(written.built, written.found, written.recovered);
    return;
  }
  if (written.kind === 'dead') {
    result.dead(written.built, written.reason);
    return;
  }
  await settleConflict(load, target, written, late, result);
}

/**
 * A record that someone made (or trashed) between plan and load. The approved policy applies, but never `update-all`: nobody saw this match in the plan,
 * so what is there is not overwritten.
 */
async function settleConflict(
  load: LoadRun,
  target: LoadTarget,
  conflict: Extract<Written, { kind: 'conflict' }>,
  late: Match[],
  result: RangeResult,
): Promise<void> {
  const { built, existing, path } = conflict;
  const { policy, mapping } = target;
  const linked = await load.ledger.records.linksOf(load.run.migrationId, mapping.target, [existing.id]);
  if (linked.length > 0 || late.some(({ twentyId }) => twentyId === existing.id)) {
    result.dead(built, {
      code: 'DUPLICATE_KEY',
      field: path,
      todo: 'Another record of this migration holds the same unique value; correct one and retry.',
    });
    return;
  }
  if (isEmptyValue(existing['deletedAt'])) {
    if (policy.match === 'skip') result.skipped(built, 'LATE_MATCH_SKIP');
    else
      late.push({
        built,
        twentyId: existing.id,
        treatment: policy.match === 'link-only' ? 'link-only' : 'update-empty',
        reason: 'LATE_MATCH',
      });
    return;
  }
  if (policy.trash === 'skip') {
    result.skipped(built, 'LATE_TRASH_SKIP');
    return;
  }
  if (policy.trash === 'restore') {
    late.push({ built, twentyId: existing.id, treatment: 'restore', reason: 'LATE_TRASH' });
    return;
  }
  await freeTrash(load, target, [{ built, twentyId: existing.id, path, treatment: policy.trash }], result);
  for (const again of await createRecords(load, target, [built], false)) {
    if (again.kind === 'created') result.created(again.built, again.found, again.recovered);
    else if (again.kind === 'dead') result.dead(again.built, again.reason);
    else
      result.dead(built, {
        code: 'DUPLICATE_KEY',
        field: again.path,
        todo: 'Several records in Twenty hold its unique values; merge those there, then retry.',
      });
  }
}
