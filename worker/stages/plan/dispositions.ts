import { type ItemNote, itemNoteJson } from '../../engine/item-note.ts';
import type { KeyMatch, ObjectSurvey, SettledRow } from '../../engine/survey/types.ts';
import type { RowOutcome, WorkItem } from '../../ledger/ledger.ts';
import type { ObjectPolicy, PlannedMatch } from '../../mapping/documents/plan.ts';

/** What a plan does with the rows of one object. Rows that are in none of the lists are created as they are. */
export interface Dispositions {
  /** Rows that end without being written. */
  readonly settled: ReadonlyMap<number, Pick<RowOutcome, 'outcome' | 'reason'>>;
  readonly deadLetters: ReadonlyMap<number, { readonly code: 'DUPLICATE_ID' | 'NO_ID' | 'ROW_BROKEN' }>;
  readonly notes: ReadonlyMap<number, ItemNote>;
  /** Rows merged into another of a different id: child id follows the keeper's link. */
  readonly mergedInto: ReadonlyMap<string, string>;
  readonly matches: readonly PlannedMatch[];
}

/** Applies the policies of an object to what its survey found. Pure. */
export function dispose(survey: ObjectSurvey, policy: ObjectPolicy): Dispositions {
  const settled = new Map<number, Pick<RowOutcome, 'outcome' | 'reason'>>();
  const deadLetters = new Map<number, { code: 'DUPLICATE_ID' | 'NO_ID' | 'ROW_BROKEN' }>();
  const notes = new Map<number, ItemNote>();
  const mergedInto = new Map<string, string>();
  const note = (row: number, more: ItemNote) => notes.set(row, { ...notes.get(row), ...more });
  const gone = (row: number) => settled.has(row) || deadLetters.has(row);

  for (const { row, outcome, reason } of survey.settled) settled.set(row, { outcome, reason });
  for (const failure of survey.failures) {
    const { code } = failure.reason;
    if (code === 'NO_ID' || code === 'ROW_BROKEN') deadLetters.set(failure.row, { code });
  }
  for (const repeat of survey.repeats)
    decideRepeat(
      repeat.rows.filter((row) => !gone(row)),
      repeat.identical,
      policy,
      settled,
      deadLetters,
    );

  for (const group of survey.keyGroups) {
    if (!group.unique) continue;
    const members = group.rows
      .map((row, at) => ({ row, sourceId: group.sourceIds[at] ?? '' }))
      .filter(({ row }) => !gone(row));
    const [keeper, ...later] = members;
    if (keeper === undefined) continue;
    for (const member of later) {
      if (policy.uniqueKeys === 'merge') {
        settled.set(member.row, { outcome: 'merged', reason: 'UNIQUE_KEY' });
        mergedInto.set(member.sourceId, keeper.sourceId);
        note(keeper.row, { merged: [...(notes.get(keeper.row)?.merged ?? []), member.row] });
      } else {
        note(member.row, { losesKeys: [...(notes.get(member.row)?.losesKeys ?? []), group.path] });
      }
    }
  }
  const matches = decideMatches(survey, policy, { gone, notes, note, settled });
  return { settled, deadLetters, notes, mergedInto, matches };
}

function decideRepeat(
  rows: readonly number[],
  identical: boolean,
  policy: ObjectPolicy,
  settled: Map<number, Pick<RowOutcome, 'outcome' | 'reason'>>,
  deadLetters: Map<number, { code: 'DUPLICATE_ID' | 'NO_ID' | 'ROW_BROKEN' }>,
): void {
  const losers = !identical && policy.duplicateIds === 'last-wins' ? rows.slice(0, -1) : rows.slice(1);
  for (const row of losers) {
    if (identical) settled.set(row, { outcome: 'merged', reason: 'IDENTICAL_ROW' });
    else if (policy.duplicateIds === 'last-wins')
      settled.set(row, { outcome: 'merged', reason: 'LAST_WINS' });
    else deadLetters.set(row, { code: 'DUPLICATE_ID' });
  }
}

interface Deciding {
  readonly gone: (row: number) => boolean;
  readonly notes: ReadonlyMap<number, ItemNote>;
  readonly note: (row: number, more: ItemNote) => void;
  readonly settled: Map<number, Pick<RowOutcome, 'outcome' | 'reason'>>;
}

/** What becomes of the pieces of a source row that is not written as a record of its own; null when it is. */
export function fateOfPieces(
  { settled, deadLetters }: Pick<Dispositions, 'settled' | 'deadLetters'>,
  row: number,
): Pick<SettledRow, 'outcome' | 'reason'> | null {
  const ended = settled.get(row);
  // A row that another of its kind took in has a record all the same: its pieces hang on that.
  if (ended?.reason === 'UNIQUE_KEY') return null;
  if (ended !== undefined) {
    const { outcome, reason } = ended;
    return {
      outcome: outcome === 'merged' || outcome === 'excluded' ? outcome : 'skipped',
      reason: reason ?? '',
    };
  }
  return deadLetters.has(row) ? { outcome: 'skipped', reason: 'ROW_NOT_LOADED' } : null;
}

/** Each record of Twenty is matched by one row at most: the first. Later rows lose the key like within the source. */
function decideMatches(survey: ObjectSurvey, policy: ObjectPolicy, deciding: Deciding): PlannedMatch[] {
  const planned: PlannedMatch[] = [];
  const takenRecords = new Set<string>();
  const decidedRows = new Set<number>();
  for (const match of survey.matches) {
    if (deciding.gone(match.row)) continue;
    const losing = (deciding.notes.get(match.row)?.losesKeys ?? []).includes(match.by);
    if (losing && match.kind !== 'own-id') continue;
    if (match.kind === 'bare-host' && (match.where === 'trash' || policy.sameHost === 'create')) continue;
    if (decidedRows.has(match.row) || takenRecords.has(match.twentyId)) {
      loseKey(match, deciding);
      continue;
    }
    const decision = match.where === 'live' ? policy.match : policy.trash;
    // A record that an earlier migration of ours left in the trash holds the very id: it can only be brought back.
    const treatment =
      match.kind === 'own-id' && match.where === 'trash' && decision !== 'skip' ? 'restore' : decision;
    decidedRows.add(match.row);
    takenRecords.add(match.twentyId);
    planned.push({
      object: survey.object,
      row: match.row,
      sourceId: match.sourceId,
      twentyId: match.twentyId,
      where: match.where,
      by: match.by,
      policy: treatment,
    });
    if (treatment === 'skip') {
      deciding.settled.set(match.row, {
        outcome: 'skipped',
        reason: match.where === 'live' ? 'MATCH_SKIP' : 'TRASH_SKIP',
      });
    } else {
      deciding.note(match.row, {
        match: { twentyId: match.twentyId, where: match.where, by: match.by, policy: treatment },
      });
    }
  }
  return planned;
}

function loseKey(match: KeyMatch, { notes, note }: Deciding): void {
  if (!match.unique) return;
  const losesKeys = notes.get(match.row)?.losesKeys ?? [];
  if (!losesKeys.includes(match.by)) note(match.row, { losesKeys: [...losesKeys, match.by] });
}

/** The work items of an object, in load order: parent depth, then id. */
export function workItems(
  survey: ObjectSurvey,
  dispositions: Dispositions,
  rows: readonly { readonly row: number; readonly sourceId: string }[],
  firstLevel: number,
): WorkItem[] {
  const items = rows
    .filter(({ row }) => !dispositions.settled.has(row) && !dispositions.deadLetters.has(row))
    .map(({ row, sourceId }): WorkItem => {
      const note = dispositions.notes.get(row) ?? {};
      return {
        level: firstLevel + (survey.hierarchy.depth.get(sourceId) ?? 0),
        object: survey.object,
        row,
        sourceId,
        action: note.match === undefined ? 'create' : 'match',
        sample: false,
        note: itemNoteJson(note),
      };
    });
  return items.sort(
    (a, b) =>
      a.level - b.level || (a.sourceId < b.sourceId ? -1 : a.sourceId > b.sourceId ? 1 : a.row - b.row),
  );
}
