import { describe, expect, it } from 'vitest';
import type { Ledger, NewChange } from '../../worker/ledger/ledger.ts';
import { freshMigration, freshName, freshSnapshot } from './ledger-samples.ts';

const change = (key: string, more: Partial<NewChange> = {}): NewChange => ({
  kind: 'record-created',
  phase: 'load',
  object: 'person',
  key,
  before: null,
  base: { name: key },
  ...more,
});

export function changesContract(ledger: () => Ledger): void {
  const bound = async (workspaceId: string) => {
    const migration = await freshMigration(ledger());
    const { id: snapshotId } = await freshSnapshot(ledger());
    return ledger().migrations.bind(migration.id, { sourceInstance: 'acme', snapshotId, workspaceId });
  };

  describe('changes', () => {
    it('come newest first, filtered, below a sequence number', async () => {
      const { id } = await freshMigration(ledger());
      await ledger().changes.put(id, [
        change('a'),
        change('b', { kind: 'record-updated', before: { name: 'was' } }),
        change('f', { kind: 'field-created', phase: 'schema', state: 'intended' }),
        change('c', { object: 'company', phase: 'sample' }),
      ]);
      const keys = async (options: Partial<Parameters<Ledger['changes']['newest']>[1]>) =>
        (await ledger().changes.newest(id, { limit: 10, ...options })).map(({ key }) => key);
      expect(await keys({})).toEqual(['c', 'f', 'b', 'a']);
      expect(await keys({ limit: 2 })).toEqual(['c', 'f']);
      expect(await keys({ kinds: ['record-created'] })).toEqual(['c', 'a']);
      expect(await keys({ object: 'person', phase: 'load' })).toEqual(['b', 'a']);
      expect(await keys({ states: ['intended'] })).toEqual(['f']);
      const [, , b] = await ledger().changes.newest(id, { limit: 10 });
      expect(b).toMatchObject({ before: { name: 'was' }, base: { name: 'b' }, state: 'applied', note: null });
      expect(await keys({ beforeSeq: b?.seq ?? 0 })).toEqual(['a']);
    });

    it('keep state, note and images', async () => {
      const { id } = await freshMigration(ledger());
      await ledger().changes.put(id, [
        change('a'),
        change('b'),
        change('f', { kind: 'field-created', phase: 'schema' }),
      ]);
      const [, b, a] = await ledger().changes.newest(id, { limit: 9 });
      await ledger().changes.setState(id, [b?.seq ?? 0], 'kept', 'edited by a person');
      await ledger().changes.setState(id, [a?.seq ?? 0], 'reverted');
      await ledger().changes.setBase(id, [{ seq: b?.seq ?? 0, base: { name: 'new' } }]);
      expect(await ledger().changes.ofRecords(id, 'person', ['a', 'b', 'f'])).toEqual([
        { ...b, state: 'kept', note: 'edited by a person', base: { name: 'new' } },
      ]);
      expect(await ledger().changes.count(id)).toEqual([
        { kind: 'field-created', object: 'person', state: 'applied', n: 1 },
        { kind: 'record-created', object: 'person', state: 'kept', n: 1 },
        { kind: 'record-created', object: 'person', state: 'reverted', n: 1 },
      ]);
      await ledger().changes.purge(id);
      const left = await ledger().changes.newest(id, { limit: 9 });
      expect(left.map(({ key, before, base }) => [key, before, base])).toEqual([
        ['f', null, null],
        ['b', null, null],
        ['a', null, null],
      ]);
    });

    it('gives the uploads for records, until they are reverted', async () => {
      const { id } = await freshMigration(ledger());
      const upload = (key: string, ofRecord: string, more: Partial<NewChange> = {}) =>
        change(key, { kind: 'file-uploaded', object: 'attachment', state: 'intended', ofRecord, ...more });
      await ledger().changes.put(id, [
        change('r1', { object: 'attachment' }),
        upload('f1', 'r1'),
        upload('f2', 'r1'),
        upload('f3', 'r2'),
        upload('f4', 'r1', { object: 'document' }),
      ]);
      const found = await ledger().changes.uploadsFor(id, 'attachment', ['r1', 'r2', 'r3']);
      expect(found.map(({ key, ofRecord, state }) => [key, ofRecord, state])).toEqual([
        ['f1', 'r1', 'intended'],
        ['f2', 'r1', 'intended'],
        ['f3', 'r2', 'intended'],
      ]);
      await ledger().changes.setState(id, [found[0]?.seq ?? 0], 'reverted');
      await ledger().changes.setState(id, [found[1]?.seq ?? 0], 'applied');
      const left = await ledger().changes.uploadsFor(id, 'attachment', ['r1']);
      expect(left.map(({ key, state }) => [key, state])).toEqual([['f2', 'applied']]);
      expect(await ledger().changes.ofRecords(id, 'attachment', ['r1', 'f1', 'f2'])).toMatchObject([
        { key: 'r1', ofRecord: null },
      ]);
    });

    it('names newer migrations of the workspace that hold our records', async () => {
      const [workspace, elsewhere] = [freshName(), freshName()];
      const older = await bound(workspace);
      const ours = await bound(workspace);
      await ledger().changes.put(ours.id, [change('k1'), change('k2')]);
      const [changes, links, free, other, undone] = [
        await bound(workspace),
        await bound(workspace),
        await bound(workspace),
        await bound(elsewhere),
        await bound(workspace),
      ];
      const linkTo = (twentyId: string) => [
        { object: 'contacts', sourceId: 'x', targetObject: 'person', part: '', twentyId },
      ];
      await ledger().changes.put(older.id, [change('k1')]);
      await ledger().changes.put(changes.id, [change('k1', { kind: 'record-updated' })]);
      await ledger().records.putLinks(links.id, linkTo('k2'));
      await ledger().records.putLinks(free.id, linkTo('k9'));
      await ledger().changes.put(other.id, [change('k1')]);
      await ledger().records.putLinks(undone.id, linkTo('k2'));
      for (const state of ['planned', 'plan-approved', 'rolling-back', 'rolled-back', 'purged'] as const)
        await ledger().migrations.transition(undone.id, state, 'test');
      expect(await ledger().changes.heldByNewer(ours.id)).toEqual([changes.name, links.name]);
      const [held] = await ledger().changes.newest(changes.id, { limit: 1 });
      await ledger().changes.setState(changes.id, [held?.seq ?? 0], 'reverted');
      expect(await ledger().changes.heldByNewer(ours.id)).toEqual([links.name]);
    });
  });

  describe('audit trail', () => {
    it('gives entries back in order, of one migration or of the store', async () => {
      const { id } = await freshMigration(ledger());
      const entries = [
        {
          actor: 'load',
          operation: 'create',
          object: 'person',
          sourceId: 'a\u0000',
          twentyId: 't',
          afterDigest: 'd',
          outcome: 'created',
        },
        { actor: 'ann', operation: 'approve', outcome: 'approved', detail: { digest: 'x' } },
      ];
      await ledger().trail.append(id, entries);
      const found = await ledger().trail.read(id, { afterSeq: 0, limit: 9 });
      expect(found.map(({ seq, at, ...entry }) => entry)).toEqual(entries);
      expect(await ledger().trail.read(id, { afterSeq: found[0]?.seq ?? 0, limit: 1 })).toEqual(
        found.slice(1),
      );
      const operation = freshName();
      await ledger().trail.append(null, [{ actor: 'extract', operation, outcome: 'done' }]);
      const ofStore = await ledger().trail.read(null, { afterSeq: 0, limit: 1000 });
      expect(ofStore.filter((entry) => entry.operation === operation)).toHaveLength(1);
      expect(await ledger().trail.read(id, { afterSeq: 0, limit: 9 })).toEqual(found);
    });
  });
}
