import { describe, expect, it } from 'vitest';
import type { Ledger, Link, RowOutcome } from '../../worker/ledger/ledger.ts';
import { freshMigration, numbers } from './ledger-samples.ts';

const link = (sourceId: string, twentyId: string, part = ''): Link => ({
  object: 'contacts',
  sourceId,
  targetObject: 'person',
  part,
  twentyId,
});

const outcome = (row: number, kind: RowOutcome['outcome'] = 'created'): RowOutcome => ({
  object: 'contacts',
  row,
  sourceId: `c${row}`,
  outcome: kind,
  reason: null,
});

export function recordsContract(ledger: () => Ledger): void {
  describe('records', () => {
    it('resolves and drops links', async () => {
      const { id } = await freshMigration(ledger());
      await ledger().records.putLinks(id, [
        link('a', 't1'),
        link('b\u0000', 't2'),
        link('a', 't3', 'note'),
        link('a', 't0'),
      ]);
      const key = { object: 'contacts', targetObject: 'person', part: '' };
      expect(await ledger().records.resolve(id, key, ['a', 'b\u0000', 'z'])).toEqual(
        new Map([
          ['a', 't0'],
          ['b\u0000', 't2'],
        ]),
      );
      expect(await ledger().records.linksOf(id, 'person', ['t2', 't9'])).toEqual([link('b\u0000', 't2')]);
      await ledger().records.dropLinks(id, 'person', ['t0']);
      expect(await ledger().records.resolve(id, key, ['a'])).toEqual(new Map());
      expect(await ledger().records.resolve(id, { ...key, part: 'note' }, ['a'])).toEqual(
        new Map([['a', 't3']]),
      );
    });

    it('pages links without tearing those of one source record apart', async () => {
      const { id } = await freshMigration(ledger());
      const all = ['B', 'a', 'é', '\\'].flatMap((sourceId) =>
        ['', 'note'].map((part) => link(sourceId, `t-${sourceId}-${part}`, part)),
      );
      await ledger().records.putLinks(id, all);
      const found: Link[] = [];
      for (let after = ''; ; after = found.at(-1)?.sourceId ?? '') {
        const page = await ledger().records.links(id, 'contacts', { afterSourceId: after, limit: 3 });
        if (page.length === 0) break;
        found.push(...page);
      }
      expect(found).toHaveLength(all.length);
      expect(new Set(found.map(({ twentyId }) => twentyId)).size).toBe(all.length);
    });

    it('has one outcome per row', async () => {
      const { id } = await freshMigration(ledger());
      await ledger().records.putOutcomes(
        id,
        numbers(1, 5).map((number) => outcome(number)),
      );
      await ledger().records.putOutcomes(id, [outcome(2, 'skipped'), outcome(2, 'linked')]);
      expect(await ledger().records.countOutcomes(id)).toEqual([
        { object: 'contacts', outcome: 'created', n: 4 },
        { object: 'contacts', outcome: 'linked', n: 1 },
      ]);
      expect(await ledger().records.outcomes(id, 'contacts', { afterRow: 1, limit: 2 })).toEqual([
        outcome(2, 'linked'),
        outcome(3),
      ]);
      await ledger().records.dropOutcomes(id, 'contacts', [2, 3]);
      expect(await ledger().records.countOutcomes(id)).toEqual([
        { object: 'contacts', outcome: 'created', n: 3 },
      ]);
    });

    it('a dead letter is an outcome too, is replaced while unresolved, and keeps its fixes', async () => {
      const { id } = await freshMigration(ledger());
      const letter = (todo: string) => ({
        object: 'contacts',
        row: 4,
        sourceId: 'c4',
        reason: { code: 'REFUSED' as const, field: 'email\u0000', todo },
      });
      await ledger().records.putDeadLetters(id, [letter('first')]);
      await ledger().records.putDeadLetters(id, [letter('second')]);
      expect(await ledger().records.outcomes(id, 'contacts', { afterRow: 0, limit: 9 })).toEqual([
        { ...outcome(4, 'dead-letter'), reason: 'REFUSED' },
      ]);
      await ledger().records.setFixes(id, 'contacts', 4, { email: 'a@b.test' });
      expect(await ledger().records.deadLetters(id, { unresolvedOnly: true })).toEqual([
        { ...letter('second'), at: expect.any(String), fixes: { email: 'a@b.test' }, resolved: false },
      ]);
      await ledger().records.resolveDeadLetters(id, 'contacts', [4]);
      expect(await ledger().records.deadLetters(id, { unresolvedOnly: true })).toEqual([]);
      await ledger().records.putDeadLetters(id, [letter('third')]);
      expect(
        (await ledger().records.deadLetters(id)).map(({ resolved, reason }) => [resolved, reason.todo]),
      ).toEqual([
        [true, 'second'],
        [false, 'third'],
      ]);
      expect(await ledger().records.fixes(id, 'contacts', [3, 4])).toEqual(
        new Map([[4, { email: 'a@b.test' }]]),
      );
    });

    it('clears one migration and no other', async () => {
      const [a, b] = [await freshMigration(ledger()), await freshMigration(ledger())];
      for (const { id } of [a, b]) {
        await ledger().records.putLinks(id, [link('a', 't')]);
        await ledger().records.putDeadLetters(id, [
          { object: 'contacts', row: 1, sourceId: 'a', reason: { code: 'NO_ID', todo: 'x' } },
        ]);
      }
      await ledger().records.clear(a.id);
      const left = async (id: string) => [
        (await ledger().records.links(id, 'contacts', { afterSourceId: '', limit: 9 })).length,
        (await ledger().records.countOutcomes(id)).length,
        (await ledger().records.deadLetters(id)).length,
      ];
      expect(await left(a.id)).toEqual([0, 0, 0]);
      expect(await left(b.id)).toEqual([1, 1, 1]);
    });
  });
}
