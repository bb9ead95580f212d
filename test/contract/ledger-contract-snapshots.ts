import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { freshName, freshSnapshot, numbers, row, stream } from './ledger-samples.ts';

export function snapshotsContract(ledger: () => Ledger): void {
  describe('snapshots', () => {
    it('gives rows back as they came, page by page and by number', async () => {
      const { id } = await freshSnapshot(ledger());
      const rows = [
        row(1, 'a', { name: 'Zoë\u0000 \\ "x"\n' }),
        {
          ...row(2, 'b\u0000\\0041'),
          defects: [{ code: 'ROW_TOO_LONG', blocking: true, column: 'name' } as const],
        },
        row(3, '\ud800'),
        row(7, ''),
      ];
      await ledger().snapshots.append(id, stream(4), rows);
      expect(await ledger().snapshots.rows(id, 'contacts', { afterRow: 0, limit: 3 })).toEqual(
        rows.slice(0, 3),
      );
      expect(await ledger().snapshots.rows(id, 'contacts', { afterRow: 3, limit: 3 })).toEqual(rows.slice(3));
      expect(await ledger().snapshots.rowsAt(id, 'contacts', [7, 2, 99])).toEqual([rows[1], rows[3]]);
      expect(await ledger().snapshots.count(id, 'contacts')).toBe(4);
      expect(await ledger().snapshots.rows(id, 'companies', { afterRow: 0, limit: 3 })).toEqual([]);
      expect(
        await ledger().snapshots.existingIds(id, 'contacts', ['a', 'b\u0000\\0041', '\ud800', 'z']),
      ).toEqual(new Set(['a', 'b\u0000\\0041', '\ud800']));
    });

    it('leaves rows that are there and moves the cursor', async () => {
      const { id } = await freshSnapshot(ledger());
      await ledger().snapshots.append(id, stream(1), [row(1, 'a')]);
      await ledger().snapshots.append(id, { ...stream(2), done: true, info: { seen: 2 } }, [
        row(1, 'other'),
        row(2, 'b'),
      ]);
      const found = await ledger().snapshots.rows(id, 'contacts', { afterRow: 0, limit: 9 });
      expect(found.map(({ sourceId }) => sourceId)).toEqual(['a', 'b']);
      expect(await ledger().snapshots.streams(id)).toEqual([
        { object: 'contacts', cursor: { offset: 2 }, rows: 2, done: true, info: { seen: 2 } },
      ]);
    });

    it('takes a source id longer than an index entry', async () => {
      const { id } = await freshSnapshot(ledger());
      const long = randomUUID().repeat(1000);
      await ledger().snapshots.append(id, stream(2), [row(1, long), row(2, `${long}x`)]);
      expect(await ledger().snapshots.existingIds(id, 'contacts', [long, `${long}y`])).toEqual(
        new Set([long]),
      );
    });

    it('names repeated ids with their rows, and whether the content repeats', async () => {
      const { id } = await freshSnapshot(ledger());
      const rows = [
        row(1, 'a'),
        row(2, 'b', { x: '1' }),
        row(3, 'a'),
        row(4, 'b', { x: '2' }),
        row(5, ''),
        row(6, ''),
        row(7, 'c'),
      ];
      await ledger().snapshots.append(id, stream(7), rows);
      expect(await ledger().snapshots.repeatedIds(id, 'contacts')).toEqual([
        { sourceId: 'a', rows: [1, 3], identical: true },
        { sourceId: 'b', rows: [2, 4], identical: false },
      ]);
    });

    it('has one digest for one content, however the rows arrived, and another for another', async () => {
      const digestOfRows = async (batches: ReturnType<typeof row>[][]) => {
        const { id } = await freshSnapshot(ledger());
        for (const batch of batches) await ledger().snapshots.append(id, stream(batch.length), batch);
        const snapshot = await ledger().snapshots.complete(id);
        expect(snapshot.complete).toBe(true);
        expect(await ledger().snapshots.complete(id)).toEqual(snapshot);
        return snapshot.digest;
      };
      const all = numbers(1, 30).map((number) => row(number));
      const digest = await digestOfRows([all]);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(await digestOfRows([all.slice(10), all.slice(0, 10)])).toBe(digest);
      expect(await digestOfRows([all.slice(1)])).not.toBe(digest);
      expect(await digestOfRows([[...all.slice(1), row(1, 'c1', { x: '' })]])).not.toBe(digest);
    });

    it('takes no more rows once complete', async () => {
      const { id } = await freshSnapshot(ledger());
      await ledger().snapshots.complete(id);
      await expect(ledger().snapshots.append(id, stream(1), [row(1)])).rejects.toMatchObject({
        code: 'STATE_FORBIDS',
      });
    });

    it('lists newest first, keeps notes, and knows no strange id', async () => {
      const instance = freshName();
      const first = await freshSnapshot(ledger(), instance);
      const second = await freshSnapshot(ledger(), instance);
      expect((await ledger().snapshots.list(instance)).map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(await ledger().snapshots.get(first.id)).toEqual(first);
      expect(await ledger().snapshots.get('not an id')).toBeNull();
      expect(await ledger().snapshots.notes(first.id)).toBeNull();
      await ledger().snapshots.setNotes(first.id, { excluded: ['claims'] });
      expect(await ledger().snapshots.notes(first.id)).toEqual({ excluded: ['claims'] });
    });

    it('purges rows, statistics and notes, and keeps its own line', async () => {
      const { id } = await freshSnapshot(ledger());
      await ledger().snapshots.append(id, stream(1), [row(1)]);
      await ledger().snapshots.setNotes(id, { note: 1 });
      const complete = await ledger().snapshots.complete(id);
      await ledger().snapshots.purge(id);
      expect(await ledger().snapshots.count(id, 'contacts')).toBe(0);
      expect(await ledger().snapshots.streams(id)).toEqual([]);
      expect(await ledger().snapshots.notes(id)).toBeNull();
      expect(await ledger().snapshots.get(id)).toEqual(complete);
    });
  });
}
