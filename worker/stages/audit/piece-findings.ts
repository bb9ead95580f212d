import type { ObjectSurvey } from '../../engine/survey/types.ts';
import type { Finding } from '../../mapping/documents/audit.ts';
import { PIECE_COLUMNS, type PieceMapping, sourceRowNumber } from '../../mapping/expand-pieces.ts';
import { finding } from './finding-list.ts';

/** Ids in the lists of a row that lead nowhere: each would be a piece, so only the survey of the pieces meets them. One finding per column list and object. */
export function pieceFindings(survey: ObjectSurvey, mapping: PieceMapping): Finding[] {
  const dangling = survey.dangling.filter(({ column }) => column === PIECE_COLUMNS.id);
  return [...Map.groupBy(dangling, ({ object }) => object)].map(([object, some]) => {
    const columns = (mapping.pieces.each ?? [])
      .filter((each) => each.object === object)
      .map(({ from }) => from);
    return finding({
      code: 'DANGLING_REFERENCE',
      severity: 'warning',
      object: mapping.pieces.of,
      column: columns.join(', '),
      rows: new Set(some.map(({ row }) => sourceRowNumber(mapping, row))).size,
      detail: `Refers to ${object} that are not in the export.`,
      examples: some.map(({ row, sourceId }) => ({ row: sourceRowNumber(mapping, row), sourceId })),
    });
  });
}
