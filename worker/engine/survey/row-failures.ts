import type { DeadLetterReason } from '../../domain/dead-letter.ts';
import type { SourceRow } from '../../domain/record.ts';

/** Why a row cannot become a record whatever its mapping says; null when it can. Blocking defects only. */
export function blockingFailure(row: SourceRow): DeadLetterReason | null {
  if (row.sourceId === '' || row.defects.some(({ code }) => code === 'NO_ID')) {
    return { code: 'NO_ID', todo: 'Give the row an id in the source, then extract again.' };
  }
  const defect = row.defects.find(({ blocking }) => blocking);
  if (defect === undefined) return null;
  return {
    code: 'ROW_BROKEN',
    ...(defect.column === undefined ? {} : { field: defect.column }),
    todo: 'Mend the quotes and cells of the row in the export, then extract again; or give its values with --from.',
  };
}
