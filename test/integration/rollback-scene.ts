import { randomUUID } from 'node:crypto';
import { twentyIdOf } from '../../worker/domain/ids.ts';
import type { RunState } from '../../worker/domain/run-state.ts';
import type { Ledger, Migration, NewChange, Phase } from '../../worker/ledger/ledger.ts';
import { loadMappings } from '../../worker/mapping/files.ts';
import type { StageContext } from '../../worker/stages/stage.ts';
import type { Target, TargetRecord } from '../../worker/twenty/target.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { skippingClock } from '../support/skipping-clock.ts';

const STATES: readonly RunState[] = [
  'planned',
  'plan-approved',
  'schema-applied',
  'sampled',
  'sample-approved',
  'loading',
  'loaded',
];

export interface Server {
  readonly url: string;
  readonly apiKey: string;
}

/** A workspace, an empty store, and a migration that did things by hand, as load does them: through the ports, entered in the ledger. */
export interface Scene {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly migration: () => Promise<Migration>;
  readonly instance: string;
  context(over?: Partial<StageContext>): StageContext;
  /** Id of ours for a source id. */
  idOf(object: string, sourceId: string): string;
  /** Creates records as the migration, at most a batch. */
  create(
    object: string,
    records: readonly Readonly<Record<string, unknown>>[],
    phase?: Phase,
  ): Promise<TargetRecord[]>;
  /** Changes a record that was there, as the migration. */
  update(object: string, id: string, patch: Readonly<Record<string, unknown>>): Promise<void>;
  /** Creates a record past the ledger, as a user. */
  foreign(object: string, data: Readonly<Record<string, unknown>>): Promise<TargetRecord>;
  close(): Promise<void>;
}

export async function openScene(
  server: Server,
  ledger: Ledger,
  options: { readonly until: RunState; readonly plan?: object },
): Promise<Scene> {
  const clock = skippingClock();
  const target = createTwentyTarget({ ...server, budget: memoryRateBudget(), clock, log: silentLogger });
  const mappings = await loadMappings('mappings/visual-practice');
  const { workspaceId } = await target.describe();
  const instance = `scene-${randomUUID().slice(0, 8)}`;
  const opened = await bindMigration(ledger, instance, instance, workspaceId, options);

  const create: Scene['create'] = async (object, records, phase = 'load') => {
    const fields = [...new Set(records.flatMap((record) => Object.keys(record)))].filter(
      (name) => name !== 'id',
    );
    const input = records.map((record) => ({ ...record, id: String(record.id) }));
    const result = await target.records.create(object, input, {
      fields: [...fields, 'createdAt', 'updatedAt'],
    });
    if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusal));
    const changes = result.records.map(
      (record): NewChange => ({
        kind: 'record-created',
        phase,
        object,
        key: record.id,
        before: null,
        base: json(record),
      }),
    );
    await ledger.changes.put(opened.id, changes);
    return [...result.records];
  };

  return {
    ledger,
    target,
    instance,
    migration: async () => (await ledger.migrations.get(instance)) ?? opened,
    context: (over = {}) => ({
      ledger,
      target,
      mappings,
      clock,
      log: silentLogger,
      actor: 'test',
      holder: 'test-holder',
      signal: new AbortController().signal,
      progress: () => {},
      ...over,
    }),
    idOf: (object, sourceId) =>
      twentyIdOf({
        sourceInstance: instance,
        sourceObject: object,
        sourceId,
        targetObject: object,
        part: 'record',
      }),
    create,
    async update(object, id, patch) {
      const fields = [...Object.keys(patch), 'name', 'updatedAt', 'deletedAt'];
      const [before] = await target.records.byIds(object, [id], { fields, trash: true });
      if (before === undefined) throw new Error('no such record');
      const result = await target.records.update(object, [{ ...patch, id, updatedAt: before.updatedAt }], {
        fields,
      });
      if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusal));
      await ledger.changes.put(opened.id, [
        {
          kind: 'record-updated',
          phase: 'load',
          object,
          key: id,
          before: json(before),
          base: json(result.records[0]),
        },
      ]);
    },
    async foreign(object, data) {
      const result = await target.records.create(object, [{ id: randomUUID(), ...data }], {
        fields: ['updatedAt'],
      });
      const record = result.kind === 'written' ? result.records[0] : undefined;
      if (record === undefined) throw new Error(JSON.stringify(result));
      return record;
    },
    close: () => target.close(),
  };
}

/** A migration in the state wanted, bound to the workspace. */
export async function bindMigration(
  ledger: Ledger,
  name: string,
  sourceInstance: string,
  workspaceId: string,
  options: { readonly until: RunState; readonly plan?: object },
): Promise<Migration> {
  const snapshot = await ledger.snapshots.create({
    sourceInstance,
    location: 'test',
    profileDigest: 'p',
    allowed: {},
  });
  const opened = await ledger.migrations.open(name);
  await ledger.migrations.bind(opened.id, { sourceInstance, snapshotId: snapshot.id, workspaceId });
  const decided = { sourceInstance, workspaceId, mapping: [], schema: [], automations: [], ...options.plan };
  await ledger.migrations.putDocument(opened.id, {
    kind: 'plan',
    digest: 'plan',
    body: json({ version: 1, decided }),
  });
  for (const state of STATES.slice(0, STATES.indexOf(options.until) + 1))
    await ledger.migrations.transition(opened.id, state, 'test');
  return (await ledger.migrations.get(name)) ?? opened;
}

export function json<T>(value: T) {
  return JSON.parse(JSON.stringify(value ?? null));
}
