import { type IdentityKey, visualPracticeIdOf } from '../domain/ids.ts';
import type { SourceRow } from '../domain/record.ts';
import { rowsOf } from '../mapping/expand-pieces.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';

/** What the Twenty id of a row's record is a function of; of a piece: the row it is made of, and which piece it is. */
export function identityKeyOf(
  mapping: RecordMapping,
  sourceInstance: string,
  row: Pick<SourceRow, 'sourceId' | 'piece'>,
): IdentityKey {
  const element = row.piece === undefined || row.piece.element === '' ? '' : `/${row.piece.element}`;
  return {
    sourceInstance,
    sourceObject: rowsOf(mapping),
    sourceId: row.piece?.of ?? row.sourceId,
    targetObject: mapping.target,
    part: `${mapping.part}${element}`,
  };
}

/** The text in the identity field of a row's record. */
export function identityTextOf(mapping: RecordMapping, sourceInstance: string, sourceId: string): string {
  return visualPracticeIdOf(sourceInstance, `${mapping.identityPrefix}${sourceId}`);
}
