import { mappedPages, type RowSource } from '../../engine/mapped-rows.ts';
import { snapshotPages } from '../../engine/snapshot-pages.ts';
import type { MemberSurvey, OptionSurvey } from '../../engine/survey/types.ts';
import type { Ledger, Link, RepeatedId, RowOutcome } from '../../ledger/ledger.ts';
import { DEAD_LETTER_TODO } from './dead-letter-todo.ts';
import { type Dispositions, workItems } from './dispositions.ts';
import type { Surveyed } from './survey-all.ts';

const PAGE = 5000;

/** Everything that a plan decided about rows. */
export interface PlannedRows {
  readonly records: readonly Surveyed[];
  readonly members: readonly MemberSurvey[];
  readonly options: readonly OptionSurvey[];
  /** Objects left out whole. */
  readonly excluded: readonly { readonly object: string; readonly reason: string }[];
  /** Levels per object: index in the load order times the span. */
  readonly firstLevel: ReadonlyMap<string, number>;
  readonly memberTargets: ReadonlyMap<string, string>;
}

/** Replaces the migration's work, links and outcomes by what the plan says. Part of the plan's transaction; makes no call to Twenty. */
export async function storeWork(
  tx: Ledger,
  migrationId: string,
  { snapshotId, ...pieces }: Omit<RowSource, 'ledger'>,
  planned: PlannedRows,
): Promise<void> {
  await tx.records.clear(migrationId);
  await tx.work.begin(migrationId);
  for (const { object, reason } of planned.excluded) {
    for await (const page of snapshotPages(tx, snapshotId, object, PAGE))
      await tx.records.putOutcomes(
        migrationId,
        page.map(({ row, sourceId }) => ({ object, row, sourceId, outcome: 'excluded', reason })),
      );
  }
  for (const survey of planned.members)
    await storeMembers(tx, migrationId, snapshotId, survey, planned.memberTargets.get(survey.object) ?? '');
  for (const survey of planned.options) await storeOptions(tx, migrationId, snapshotId, survey);
  const source: RowSource = { ledger: tx, snapshotId, ...pieces };
  for (const surveyed of planned.records)
    await storeRecords(
      tx,
      migrationId,
      source,
      surveyed,
      planned.firstLevel.get(surveyed.mapping.object) ?? 0,
    );
}

async function storeRecords(
  tx: Ledger,
  migrationId: string,
  source: RowSource,
  { mapping, survey, dispositions }: Surveyed,
  firstLevel: number,
): Promise<void> {
  const rows: RowKey[] = [];
  for await (const page of mappedPages(source, mapping, PAGE)) {
    const keys = page.map(({ row, sourceId }) => ({ row, sourceId }));
    rows.push(...keys);
    await storeSettled(tx, migrationId, survey.object, keys, dispositions);
  }
  const items = workItems(survey, dispositions, rows, firstLevel);
  for (let at = 0; at < items.length; at += PAGE) await tx.work.add(migrationId, items.slice(at, at + PAGE));
}

interface RowKey {
  readonly row: number;
  readonly sourceId: string;
}

async function storeSettled(
  tx: Ledger,
  migrationId: string,
  object: string,
  page: readonly RowKey[],
  dispositions: Dispositions,
): Promise<void> {
  const outcomes = page.flatMap(({ row, sourceId }): RowOutcome[] => {
    const settled = dispositions.settled.get(row);
    return settled === undefined ? [] : [{ object, row, sourceId, ...settled }];
  });
  if (outcomes.length > 0) await tx.records.putOutcomes(migrationId, outcomes);
  const letters = page.flatMap(({ row, sourceId }) => {
    const letter = dispositions.deadLetters.get(row);
    return letter === undefined
      ? []
      : [{ object, row, sourceId, reason: { code: letter.code, todo: DEAD_LETTER_TODO[letter.code] } }];
  });
  if (letters.length > 0) await tx.records.putDeadLetters(migrationId, letters);
}

/** Owners: linked to their member, or skipped as orphans. Rows that repeat an id follow the first. */
async function storeMembers(
  tx: Ledger,
  migrationId: string,
  snapshotId: string,
  survey: MemberSurvey,
  targetObject: string,
): Promise<void> {
  const { object } = survey;
  const repeated = laterRows(await tx.snapshots.repeatedIds(snapshotId, object));
  const links: Link[] = [...survey.matched].map(([sourceId, twentyId]) => ({
    object,
    sourceId,
    targetObject,
    part: 'record',
    twentyId,
  }));
  if (links.length > 0) await tx.records.putLinks(migrationId, links);
  for await (const page of snapshotPages(tx, snapshotId, object, PAGE)) {
    const named = page.filter(({ sourceId }) => sourceId !== '');
    await tx.records.putOutcomes(
      migrationId,
      named.map(({ row, sourceId }): RowOutcome => {
        if (repeated.has(row)) return { object, row, sourceId, outcome: 'merged', reason: 'REPEATED_ID' };
        return survey.matched.has(sourceId)
          ? { object, row, sourceId, outcome: 'linked', reason: 'MEMBER' }
          : { object, row, sourceId, outcome: 'skipped', reason: 'ORPHAN_OWNER' };
      }),
    );
    await putNameless(tx, migrationId, object, page);
  }
}

/** Options: rows that repeat a defined option are merged; the others get their outcome from apply-schema, which makes the options. */
async function storeOptions(
  tx: Ledger,
  migrationId: string,
  snapshotId: string,
  survey: OptionSurvey,
): Promise<void> {
  const { object } = survey;
  const first = new Set(survey.options.map(({ row }) => row));
  for await (const page of snapshotPages(tx, snapshotId, object, PAGE)) {
    const later = page.filter(({ row, sourceId }) => !first.has(row) && sourceId !== '');
    if (later.length > 0) {
      await tx.records.putOutcomes(
        migrationId,
        later.map(({ row, sourceId }) => ({
          object,
          row,
          sourceId,
          outcome: 'merged',
          reason: 'REPEATED_OPTION',
        })),
      );
    }
    await putNameless(
      tx,
      migrationId,
      object,
      page.filter(({ row }) => !first.has(row)),
    );
  }
}

async function putNameless(
  tx: Ledger,
  migrationId: string,
  object: string,
  page: readonly RowKey[],
): Promise<void> {
  const nameless = page.filter(({ sourceId }) => sourceId === '');
  if (nameless.length === 0) return;
  await tx.records.putDeadLetters(
    migrationId,
    nameless.map(({ row, sourceId }) => ({
      object,
      row,
      sourceId,
      reason: { code: 'NO_ID', todo: DEAD_LETTER_TODO.NO_ID },
    })),
  );
}

function laterRows(repeats: readonly RepeatedId[]): Set<number> {
  return new Set(repeats.flatMap(({ rows }) => rows.slice(1)));
}
