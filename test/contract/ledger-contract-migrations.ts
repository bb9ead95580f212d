import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mayTransition, RUN_STATES, type RunState, TRANSITIONS } from '../../worker/domain/run-state.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { freshMigration, freshName, freshSnapshot } from './ledger-samples.ts';

/** The shortest way of transitions from `new` to a state. */
function wayTo(goal: RunState): RunState[] {
  const ways: RunState[][] = [['new']];
  for (const way of ways) {
    const last = way.at(-1) ?? 'new';
    if (last === goal) return way.slice(1);
    for (const next of TRANSITIONS[last])
      if (!ways.some((other) => other.includes(next))) ways.push([...way, next]);
  }
  throw new Error(`no way to ${goal}`);
}

export function migrationsContract(ledger: () => Ledger): void {
  describe('migrations', () => {
    it('opens a name once', async () => {
      const name = freshName();
      const [a, b] = await Promise.all([ledger().migrations.open(name), ledger().migrations.open(name)]);
      expect(a).toEqual(b);
      expect(a).toMatchObject({ name, state: 'new', snapshotId: null });
      expect(await ledger().migrations.get(freshName())).toBeNull();
      expect((await ledger().migrations.list()).filter((each) => each.name === name)).toEqual([a]);
    });

    it.each(RUN_STATES)('from %s goes where the table says and nowhere else', async (from) => {
      const there = async () => {
        const migration = await freshMigration(ledger());
        for (const step of wayTo(from)) await ledger().migrations.transition(migration.id, step, 'test');
        return migration;
      };
      const trailOf = (id: string) => ledger().trail.read(id, { afterSeq: 0, limit: 50 });
      const refusing = await there();
      const before = await trailOf(refusing.id);
      for (const to of RUN_STATES.filter((state) => !mayTransition(from, state))) {
        await expect(ledger().migrations.transition(refusing.id, to, 'ann')).rejects.toMatchObject({
          code: 'STATE_FORBIDS',
          message: expect.stringMatching(new RegExp(`${from}.* ${to}`)),
          where: refusing.name,
        });
      }
      expect(await ledger().migrations.get(refusing.name)).toMatchObject({ state: from });
      expect(await trailOf(refusing.id)).toEqual(before);
      for (const to of RUN_STATES.filter((state) => mayTransition(from, state))) {
        const { id } = await there();
        expect(await ledger().migrations.transition(id, to, 'ann')).toMatchObject({ id, state: to });
        const entry = (await trailOf(id)).at(-1);
        expect(entry).toMatchObject({
          actor: 'ann',
          operation: 'transition',
          outcome: to,
          detail: { from, to },
        });
      }
    });

    it('of two transitions at once, the second sees the first', async () => {
      const { id } = await freshMigration(ledger());
      for (const step of wayTo('reconciled')) await ledger().migrations.transition(id, step, 'test');
      const ends = await Promise.allSettled(
        (['accepted', 'rolling-back'] as const).map((to) => ledger().migrations.transition(id, to, 'test')),
      );
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('refuses a migration that nobody opened', async () => {
      await expect(ledger().migrations.transition(randomUUID(), 'planned', 'x')).rejects.toMatchObject({
        code: 'UNKNOWN_MIGRATION',
      });
    });

    it('binds anew only while nothing is written', async () => {
      const { id } = await freshMigration(ledger());
      const to = {
        sourceInstance: 'acme',
        snapshotId: (await freshSnapshot(ledger())).id,
        workspaceId: 'w1',
      };
      expect(await ledger().migrations.bind(id, { ...to, workspaceId: 'w0' })).toMatchObject({
        workspaceId: 'w0',
      });
      expect(await ledger().migrations.bind(id, to)).toMatchObject(to);
      await ledger().changes.put(id, [
        { kind: 'field-created', phase: 'schema', object: 'person', key: 'f', before: null, base: null },
      ]);
      expect(await ledger().migrations.bind(id, to)).toMatchObject(to);
      await expect(ledger().migrations.bind(id, { ...to, workspaceId: 'w2' })).rejects.toMatchObject({
        code: 'WORKSPACE_MISMATCH',
      });
      const other = (await freshSnapshot(ledger())).id;
      await expect(ledger().migrations.bind(id, { ...to, snapshotId: other })).rejects.toMatchObject({
        code: 'SNAPSHOT_MISMATCH',
      });
    });

    it('keeps documents, newest first, approvals in order; purge removes what can hold values', async () => {
      const { id } = await freshMigration(ledger());
      await ledger().migrations.putDocument(id, { kind: 'plan', digest: 'd1', body: { a: 1 } });
      await ledger().migrations.putDocument(id, { kind: 'plan', digest: 'd2', body: null });
      expect(await ledger().migrations.document(id, 'plan')).toMatchObject({
        kind: 'plan',
        digest: 'd2',
        body: null,
      });
      expect(await ledger().migrations.document(id, 'audit')).toBeNull();
      const given = await ledger().migrations.approve(id, {
        kind: 'plan',
        digest: 'd2',
        by: 'ann@acme.test',
      });
      const next = await ledger().migrations.approve(id, {
        kind: 'sample',
        digest: 's',
        by: 'ann@acme.test',
      });
      await ledger().records.setFixes(id, 'contacts', 1, { email: 'x@y.test' });
      await ledger().migrations.purge(id);
      expect(await ledger().migrations.document(id, 'plan')).toBeNull();
      expect(await ledger().records.fixes(id, 'contacts', [1])).toEqual(new Map());
      expect(await ledger().migrations.approvals(id)).toEqual([given, next]);
    });
  });
}
