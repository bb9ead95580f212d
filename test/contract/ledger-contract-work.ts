import { describe, expect, it } from 'vitest';
import type { Claim, Ledger, WorkRange } from '../../worker/ledger/ledger.ts';
import { freshMigration, item, numbers } from './ledger-samples.ts';

const LEASE = 600_000;

function rangeOf(claim: Claim): WorkRange {
  if (claim.kind !== 'range') throw new Error(`no range: ${claim.kind}`);
  return claim.range;
}

export function workContract(ledger: () => Ledger): void {
  const claim = async (id: string, holder = 'h', lease = LEASE) =>
    ledger().work.claim(id, 'load', holder, lease);
  const withItems = async (...items: Parameters<Ledger['work']['add']>[1][]) => {
    const { id } = await freshMigration(ledger());
    await ledger().work.begin(id);
    for (const each of items) await ledger().work.add(id, each);
    return id;
  };

  describe('work', () => {
    it('keeps items in the order they were added', async () => {
      const note = { match: 'tw1' };
      const items = [item(0, 'companies', 5, { note }), item(0, 'companies', 2), item(1, 'contacts', 1)];
      const id = await withItems(items.slice(0, 2), items.slice(2));
      const found = await ledger().work.items(id, { after: 0, limit: 10 });
      expect(found.map(({ seq, ...rest }) => rest)).toEqual(items);
      expect(await ledger().work.items(id, { after: found[1]?.seq ?? 0, limit: 10 })).toEqual(found.slice(2));
      expect(await ledger().work.itemsOf(id, 'companies', [2, 5, 9])).toEqual(items.slice(0, 2));
      await ledger().work.begin(id);
      expect(await ledger().work.items(id, { after: 0, limit: 10 })).toEqual([]);
    });

    it('finds the items of source ids, and those with a note, page by page', async () => {
      const note = { merged: [7] };
      const odd = item(0, 'companies', 3, { sourceId: 'a\u0000\\b' });
      const items = [item(0, 'companies', 1, { note }), item(0, 'companies', 2), odd, item(1, 'contacts', 4)];
      const id = await withItems(items);
      const ids = [odd.sourceId, items[3]?.sourceId ?? '', 'nobody'];
      const find = (wanted: string[], after = 0, limit = 10) =>
        ledger().work.itemsOfIds(id, 'companies', wanted, { after, limit });
      const found = await find(ids);
      expect(found.map(({ seq, ...rest }) => rest)).toEqual([items[0], odd]);
      expect(await find(ids, found[0]?.seq, 1)).toEqual(found.slice(1));
      expect(await find([])).toEqual(found.slice(0, 1));
    });

    it('cuts full ranges per level and action, without rows that have an outcome, once', async () => {
      const companies = numbers(1, 12).map((number) =>
        item(0, 'companies', number, { action: number % 4 === 0 ? 'match' : 'create' }),
      );
      const id = await withItems(
        companies,
        numbers(1, 3).map((number) => item(1, 'contacts', number)),
      );
      await ledger().records.putOutcomes(id, [
        { object: 'companies', row: 1, sourceId: 'companies-1', outcome: 'excluded', reason: null },
      ]);
      expect(await ledger().work.remaining(id, 'load')).toEqual([
        { object: 'companies', items: 11 },
        { object: 'contacts', items: 3 },
      ]);
      await ledger().work.cut(id, 'load', 5);
      await ledger().work.cut(id, 'load', 2);
      expect(await ledger().work.remaining(id, 'load')).toEqual([
        { object: 'companies', items: 11 },
        { object: 'contacts', items: 3 },
      ]);
      const seen: [string, number[]][] = [];
      for (let next = await claim(id); next.kind === 'range'; next = await claim(id)) {
        seen.push([`${next.range.level} ${next.range.action}`, next.range.items.map(({ row }) => row)]);
        expect(next.range.attempt).toBe(0);
        expect(await ledger().work.finish(next.range.id, 'h')).toBe(true);
      }
      expect(seen).toEqual([
        ['0 create', [2, 3, 5, 6, 7]],
        ['0 match', [4, 8, 12]],
        ['0 create', [9, 10, 11]],
        ['1 create', [1, 2, 3]],
      ]);
      expect(await claim(id)).toEqual({ kind: 'done' });
      expect(await ledger().work.remaining(id, 'load')).toEqual([]);
      await ledger().work.uncut(id, 'load');
      await ledger().work.cut(id, 'load', 100);
      expect(rangeOf(await claim(id)).items).toHaveLength(8);
    });

    it('splits sample and load, and a later choice replaces the first', async () => {
      const id = await withItems(numbers(1, 6).map((number) => item(0, 'companies', number)));
      await ledger().work.markSample(id, [{ object: 'companies', row: 1 }]);
      await ledger().work.markSample(
        id,
        [2, 4].map((row) => ({ object: 'companies', row })),
      );
      await ledger().work.cut(id, 'sample', 50);
      await ledger().work.cut(id, 'load', 50);
      const sample = rangeOf(await ledger().work.claim(id, 'sample', 'h', LEASE));
      expect(sample.items.map(({ row }) => row)).toEqual([2, 4]);
      expect(rangeOf(await claim(id)).items.map(({ row }) => row)).toEqual([1, 3, 5, 6]);
    });

    it('holds a level back until every range of the one before has ended', async () => {
      const id = await withItems(
        numbers(1, 2).map((number) => item(0, 'companies', number)),
        [item(1, 'contacts', 1)],
      );
      await ledger().work.cut(id, 'load', 1);
      const first = rangeOf(await claim(id, 'a'));
      const second = rangeOf(await claim(id, 'b'));
      expect(await claim(id, 'c')).toEqual({ kind: 'wait' });
      await ledger().work.finish(first.id, 'a');
      expect(await claim(id, 'c')).toEqual({ kind: 'wait' });
      await ledger().work.release(second.id, 'b');
      const again = rangeOf(await claim(id, 'c'));
      expect(again).toMatchObject({ id: second.id, attempt: 1 });
      await ledger().work.finish(again.id, 'c');
      expect(rangeOf(await claim(id, 'c'))).toMatchObject({ level: 1, object: 'contacts', attempt: 0 });
    });

    it('takes over a claim that nobody renewed; the one who lost it cannot finish', async () => {
      const id = await withItems([item(0, 'companies', 1)]);
      await ledger().work.cut(id, 'load', 10);
      const { id: range } = rangeOf(await claim(id, 'a'));
      expect(await claim(id, 'b')).toEqual({ kind: 'wait' });
      expect(await ledger().work.renew(range, 'a')).toBe(true);
      // A lease of -1 s has always run out, without waiting for it.
      expect(rangeOf(await claim(id, 'b', -1000))).toMatchObject({ id: range, attempt: 1 });
      expect(await ledger().work.renew(range, 'a')).toBe(false);
      await ledger().work.release(range, 'a');
      await expect(
        ledger().transaction(async (tx) => {
          await tx.records.putOutcomes(id, [
            { object: 'companies', row: 1, sourceId: 'x', outcome: 'created', reason: null },
          ]);
          if (!(await tx.work.finish(range, 'a'))) throw new Error('claim lost');
        }),
      ).rejects.toThrow('claim lost');
      expect(await ledger().records.countOutcomes(id)).toEqual([]);
      expect(await ledger().work.finish(range, 'b')).toBe(true);
      expect(await ledger().work.finish(range, 'b')).toBe(false);
    });
  });
}
