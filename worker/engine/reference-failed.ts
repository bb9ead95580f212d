import type { DeadLetterReason } from '../domain/dead-letter.ts';

/** Why a record is a dead letter that cannot be without another one: of `object`, whose id stands in `column`. `to` is the relation. */
export function referenceFailed({
  to: field,
  object,
  column,
}: {
  readonly to: string;
  readonly object: string;
  readonly column: string;
}): DeadLetterReason {
  const where = column.startsWith('$') ? '' : ` (${column})`;
  return {
    code: 'REFERENCE_FAILED',
    field,
    todo: `Load the row of ${object} that it belongs to${where} first: it is missing, or a dead letter itself. Then retry.`,
  };
}
