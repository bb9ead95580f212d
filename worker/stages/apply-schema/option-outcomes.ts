import { surveyOptions } from '../../engine/survey/survey-options.ts';
import type { Migration, RowOutcome } from '../../ledger/ledger.ts';
import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import type { OptionMapping } from '../../mapping/mapping-schema.ts';
import type { StageContext } from '../stage.ts';

/** The rows that define options end here: made, or linked to an option that was there. */
export async function recordOptionOutcomes(
  context: StageContext,
  migration: Migration,
  decided: DecidedPlan,
): Promise<void> {
  for (const mapping of decided.mapping) {
    if (mapping.kind !== 'option') continue;
    const made = new Set(
      decided.schema
        .flatMap((change) =>
          change.kind === 'options' && change.object === mapping.target && change.field === mapping.field
            ? change.options
            : [],
        )
        .map(({ value }) => value),
    );
    const { options } = await surveyOptions(
      { ledger: context.ledger, snapshotId: decided.snapshotId },
      mapping,
    );
    const outcomes = options.map(({ row, key }) => outcomeOf(mapping, row, key, decided, made));
    const rows = new Map(
      (
        await context.ledger.snapshots.rowsAt(
          decided.snapshotId,
          mapping.object,
          options.map(({ row }) => row),
        )
      ).map((row) => [row.row, row.sourceId]),
    );
    if (outcomes.length > 0) {
      await context.ledger.records.putOutcomes(
        migration.id,
        outcomes.map((outcome) => ({ ...outcome, sourceId: rows.get(outcome.row) ?? '' })),
      );
    }
  }
}

function outcomeOf(
  mapping: OptionMapping,
  row: number,
  key: string,
  decided: DecidedPlan,
  made: ReadonlySet<string>,
): RowOutcome {
  const value = decided.valueMaps[mapping.valueMap]?.[key] ?? '';
  const created = made.has(value ?? '');
  return {
    object: mapping.object,
    row,
    sourceId: '',
    outcome: created ? 'created' : 'linked',
    reason: created ? 'OPTION_MADE' : 'OPTION_EXISTS',
  };
}
