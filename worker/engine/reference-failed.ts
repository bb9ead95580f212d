import type { DeadLetterReason } from '../domain/dead-letter.ts';

/** Why a record is a dead letter that cannot be without another one. `field` is the relation, `column` the source column with the id. */
export function referenceFailed(field: string, column: string): DeadLetterReason {
  return {
    code: 'REFERENCE_FAILED',
    field,
    todo: `Load the record that ${column} names first (it is missing or a dead letter itself), then retry.`,
  };
}
