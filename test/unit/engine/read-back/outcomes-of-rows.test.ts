import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outcomesOfRows } from '../../../../worker/engine/read-back/outcomes-of-rows.ts';
import type { RowOutcome } from '../../../../worker/ledger/ledger.ts';
import { openMemoryLedger } from '../../../support/memory-ledger.ts';

test('finds the outcome of exactly the rows that have one, however scattered', async () => {
  const ledger = await openMemoryLedger();
  try {
    const { id } = await ledger.migrations.open('m');
    const all = Array.from({ length: 3000 }, (_, at) => at + 1).filter((row) => row % 3 !== 0);
    const outcomeOf = (row: number): RowOutcome => ({
      object: 'o',
      row,
      sourceId: `s${row}`,
      outcome: 'created',
      reason: null,
    });
    await ledger.records.putOutcomes(id, all.map(outcomeOf));
    const there = new Set(all);
    const rows = fc.uniqueArray(fc.integer({ min: 1, max: 3500 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rows, async (wanted) => {
        const found = await outcomesOfRows(ledger, id, 'o', wanted);
        for (const row of wanted)
          expect(found.get(row)?.outcome).toBe(there.has(row) ? 'created' : undefined);
      }),
      { numRuns: 8 },
    );
    const every = await outcomesOfRows(
      ledger,
      id,
      'o',
      Array.from({ length: 3000 }, (_, at) => at + 1),
    );
    expect(every.size).toBe(all.length);
  } finally {
    await ledger.close();
  }
});
