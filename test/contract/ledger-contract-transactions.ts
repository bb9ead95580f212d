import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { freshMigration, freshName } from './ledger-samples.ts';

const outcome = (row: number) => ({
  object: 'o',
  row,
  sourceId: 's',
  outcome: 'created' as const,
  reason: null,
});

export function transactionsContract(ledger: () => Ledger): void {
  const rowsOf = async (id: string) =>
    (await ledger().records.outcomes(id, 'o', { afterRow: 0, limit: 99 })).map(({ row }) => row);

  describe('transactions', () => {
    it('are all or nothing, and the error passes unchanged', async () => {
      const { id } = await freshMigration(ledger());
      const stop = new Error('stop');
      const failed = ledger().transaction(async (tx) => {
        await tx.records.putOutcomes(id, [outcome(1)]);
        await tx.transaction((inner) => inner.records.putOutcomes(id, [outcome(2)]));
        // A call on the outer ledger from inside joins: on one connection it would wait for itself.
        await ledger().records.putOutcomes(id, [outcome(3)]);
        expect((await tx.records.outcomes(id, 'o', { afterRow: 0, limit: 9 })).length).toBe(3);
        throw stop;
      });
      await expect(failed).rejects.toBe(stop);
      expect(await rowsOf(id)).toEqual([]);
      expect(
        await ledger().transaction(async (tx) => {
          await Promise.all([1, 2, 3].map((row) => tx.records.putOutcomes(id, [outcome(row)])));
          return 'done';
        }),
      ).toBe('done');
      expect(await rowsOf(id)).toEqual([1, 2, 3]);
    });

    it('take in nothing of another asynchronous chain', async () => {
      const { id } = await freshMigration(ledger());
      const opened = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const failing = ledger().transaction(async (tx) => {
        await tx.records.putOutcomes(id, [outcome(1)]);
        opened.resolve();
        await go.promise;
        throw new Error('rolled back');
      });
      await opened.promise;
      const beside = ledger().records.putOutcomes(id, [outcome(2)]);
      go.resolve();
      await expect(failing).rejects.toThrow('rolled back');
      await beside;
      expect(await rowsOf(id)).toEqual([2]);
    });

    it('leave a chain that outlives them on its own', async () => {
      const { id } = await freshMigration(ledger());
      const ended = Promise.withResolvers<void>();
      let later: Promise<void> = Promise.resolve();
      await ledger().transaction(async () => {
        later = ended.promise.then(() => ledger().records.putOutcomes(id, [outcome(1)]));
      });
      ended.resolve();
      await later;
      expect(await rowsOf(id)).toEqual([1]);
    });
  });

  describe('rate budget', () => {
    const spend = (on: Ledger, key: string) =>
      on.budget.update(key, (state) => {
        const n = typeof state === 'number' ? state + 1 : 1;
        return { state: n, result: n };
      });

    it('is read and written as one', async () => {
      const key = freshName();
      const results = await Promise.all(Array.from({ length: 25 }, () => spend(ledger(), key)));
      expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    });

    it('may be spent inside a transaction and beside one', async () => {
      const key = freshName();
      const opened = Promise.withResolvers<void>();
      const inside = ledger().transaction(async (tx) => {
        await spend(tx, key);
        await spend(ledger(), key);
        opened.resolve();
      });
      await Promise.all([inside, spend(ledger(), key), opened.promise.then(() => spend(ledger(), key))]);
      expect(await spend(ledger(), key)).toBe(5);
    });
  });

  it('an error of the database names no value', async () => {
    const value = `Anne ${randomUUID()}`;
    const failure = ledger().records.countOutcomes(value);
    await expect(failure).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      todo: expect.stringContaining('again'),
    });
    const error = await failure.catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, String(error), Reflect.get(Object(error), 'cause')])).not.toContain(value);
  });
}
