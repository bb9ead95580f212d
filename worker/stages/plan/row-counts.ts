import type { MemberSurvey, OptionSurvey } from '../../engine/survey/types.ts';
import type { AuditReport } from '../../mapping/documents/audit.ts';
import type { ForeseenPlan } from '../../mapping/documents/plan.ts';
import { isPieces, rowsOf } from '../../mapping/expand-pieces.ts';
import type { Surveyed } from './survey-all.ts';

/** What will become of the rows of each object: of the export, and of the pieces made of its rows (after the object that they are made of). */
export function rowCounts(
  audit: AuditReport,
  exclusions: readonly string[],
  surveys: readonly Surveyed[],
  members: readonly MemberSurvey[],
  options: readonly OptionSurvey[],
): ForeseenPlan['rows'] {
  const pieces = surveys.filter(({ mapping }) => isPieces(mapping));
  return audit.objects.flatMap(({ object, rows }) => [
    ofExport(object, rows),
    ...pieces.filter(({ mapping }) => rowsOf(mapping) === object).map(ofSurvey),
  ]);

  function ofExport(object: string, rows: number): RowCount {
    if (exclusions.includes(object)) return { object, rows, ...NONE, excluded: rows };
    const surveyed = surveys.find(({ survey }) => survey.object === object);
    const member = members.find((survey) => survey.object === object);
    const option = options.find((survey) => survey.object === object);
    if (member !== undefined)
      return { object, rows, ...NONE, match: member.matched.size, skipped: rows - member.matched.size };
    if (option !== undefined)
      return { object, rows, ...NONE, create: option.options.length, merged: rows - option.options.length };
    // No mapping carries the object: it stays in the snapshot.
    return surveyed === undefined ? { object, rows, ...NONE, excluded: rows } : ofSurvey(surveyed);
  }
}

type RowCount = ForeseenPlan['rows'][number];

const NONE = { create: 0, match: 0, merged: 0, skipped: 0, excluded: 0, deadLetters: 0 };

function ofSurvey({ survey, dispositions }: Surveyed): RowCount {
  const { object, rows, failures } = survey;
  const { settled, deadLetters, notes } = dispositions;
  const count = (outcome: string) =>
    [...settled.values()].filter((entry) => entry.outcome === outcome).length;
  const failing = failures.filter(({ row }) => !settled.has(row) && !deadLetters.has(row)).length;
  const match = [...notes.values()].filter((note) => note.match !== undefined).length;
  const dead = deadLetters.size + failing;
  return {
    object,
    rows,
    create: rows - settled.size - dead - match,
    match,
    merged: count('merged'),
    skipped: count('skipped'),
    excluded: count('excluded'),
    deadLetters: dead,
  };
}

/** Rows that will be dead letters unless something changes. */
export function foreseenDeadLetters(surveys: readonly Surveyed[]): ForeseenPlan['deadLetters'] {
  return surveys.flatMap(({ survey, dispositions }) => [
    ...survey.failures
      .filter(({ row }) => !dispositions.settled.has(row))
      .map(({ row, sourceId, reason }) => ({
        object: survey.object,
        row,
        sourceId,
        code: reason.code,
        field: reason.field ?? null,
      })),
    ...[...dispositions.deadLetters]
      .filter(([, { code }]) => code === 'DUPLICATE_ID')
      .map(([row, { code }]) => ({ object: survey.object, row, sourceId: '', code, field: null })),
  ]);
}
