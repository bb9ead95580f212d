import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../worker/domain/record.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { freshMigration, freshSnapshot, stream } from './ledger-samples.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a', 'b', '\u0000', '\\', '\ud800', '\\0000'),
);
const rowNumber = fc.integer({ min: 1, max: 6 });
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    row: rowNumber,
    id: text,
    fields: fc.dictionary(text, text),
  }),
  fc.record({ kind: fc.constant('link' as const), id: text, twentyId: fc.uuid() }),
  fc.record({
    kind: fc.constant('outcome' as const),
    row: rowNumber,
    outcome: fc.constantFrom<Outcome>('created', 'linked', 'skipped'),
  }),
  fc.record({ kind: fc.constant('drop' as const), row: rowNumber }),
);

/** Any sequence of writes leaves what the same sequence leaves in maps. */
export function modelContract(ledger: () => Ledger): void {
  describe('against a model', () => {
    it('reads what was put', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
          const { id } = await freshMigration(ledger());
          const { id: snapshot } = await freshSnapshot(ledger());
          const rows = new Map<number, object>();
          const links = new Map<string, string>();
          const outcomes = new Map<number, Outcome>();
          for (const step of operations) {
            if (step.kind === 'append') {
              const row = {
                object: 'contacts',
                row: step.row,
                sourceId: step.id,
                fields: { ...step.fields },
                defects: [],
              };
              await ledger().snapshots.append(snapshot, stream(step.row), [row]);
              if (!rows.has(step.row)) rows.set(step.row, row);
            } else if (step.kind === 'link') {
              await ledger().records.putLinks(id, [
                {
                  object: 'contacts',
                  sourceId: step.id,
                  targetObject: 'person',
                  part: '',
                  twentyId: step.twentyId,
                },
              ]);
              links.set(step.id, step.twentyId);
            } else if (step.kind === 'outcome') {
              await ledger().records.putOutcomes(id, [
                { object: 'contacts', row: step.row, sourceId: 'x', outcome: step.outcome, reason: null },
              ]);
              outcomes.set(step.row, step.outcome);
            } else {
              await ledger().records.dropOutcomes(id, 'contacts', [step.row]);
              outcomes.delete(step.row);
            }
          }
          const byRow = [...rows.entries()].sort(([a], [b]) => a - b).map(([, row]) => row);
          expect(await ledger().snapshots.rows(snapshot, 'contacts', { afterRow: 0, limit: 100 })).toEqual(
            byRow,
          );
          const key = { object: 'contacts', targetObject: 'person', part: '' };
          expect(await ledger().records.resolve(id, key, [...links.keys()])).toEqual(links);
          const found = await ledger().records.outcomes(id, 'contacts', { afterRow: 0, limit: 100 });
          expect(new Map(found.map(({ row, outcome }) => [row, outcome]))).toEqual(outcomes);
        }),
        { numRuns: 25 },
      );
    });
  });
}
