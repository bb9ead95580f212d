import { objectNamed } from '../../domain/object-named.ts';
import type { SourceRow } from '../../domain/record.ts';
import { isPieces, sourceRowNumber } from '../../mapping/expand-pieces.ts';
import type { SettledRow, SurveyRun } from './types.ts';

const EXCLUDED = { outcome: 'excluded', reason: 'EXCLUDED_PARENT' } as const;

/**
 * What a row ends as that hangs on something which is left out: a child of an excluded object, or a piece of a row that is not written. Null for all others.
 */
export function settledBy(run: SurveyRun, row: SourceRow): SettledRow | null {
  const { row: number, sourceId } = row;
  const fate = isExcludedChild(run, row)
    ? EXCLUDED
    : isPieces(run.mapping)
      ? (run.fateOf?.(sourceRowNumber(run.mapping, number)) ?? null)
      : null;
  return fate === null ? null : { row: number, sourceId, ...fate };
}

function isExcludedChild({ mapping, exclusions, profile }: SurveyRun, row: SourceRow): boolean {
  if (row.defects.some(({ code }) => code === 'EXCLUDED_PARENT')) return true;
  if (exclusions === undefined || exclusions.size === 0) return false;
  const isFilled = (column: string) => (row.fields[column] ?? '').trim() !== '';
  return (
    mapping.references.some(
      ({ object, missing, from }) => missing === 'dead-letter' && exclusions.has(object) && isFilled(from),
    ) ||
    mapping.morph.some(({ objectFrom, missing }) => {
      const object = objectNamed(profile, row.fields[objectFrom] ?? '');
      return missing === 'dead-letter' && object !== null && exclusions.has(object);
    })
  );
}
