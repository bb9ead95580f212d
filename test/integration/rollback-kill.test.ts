import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restoreLeftovers } from '../../worker/engine/automation-switch.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { runRollback } from '../../worker/stages/rollback.ts';
import type { Target } from '../../worker/twenty/target.ts';
import { openMemoryLedger } from '../support/memory-ledger.ts';
import { essence, type Story, tellStory } from './rollback-story.ts';

/** Calls through these are what a process does to the world; it may die before or after any of them. */
class Mortal {
  readonly #dies: number;
  #calls = 0;

  constructor(dies: number) {
    this.#dies = dies;
  }

  get calls(): number {
    return this.#calls;
  }

  /** The same object, whose methods stop answering for good at the chosen call: once dead, nothing is done any more. */
  of<T extends object>(inner: T): T {
    return new Proxy(inner, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === 'function') {
          return async (...args: unknown[]) => {
            this.#calls += 1;
            if (this.#calls > this.#dies) throw new Error('killed');
            const result: unknown = await value.apply(target, args);
            // Every second death is after the call: done, and nobody was told.
            if (this.#calls === this.#dies && this.#dies % 2 === 0) throw new Error('killed');
            return result;
          };
        }
        return typeof value === 'object' && value !== null ? this.of(value) : value;
      },
    });
  }
}

let store: Ledger;

beforeAll(async () => {
  store = await openMemoryLedger();
});

afterAll(() => store.close());

async function attempt(story: Story, dies: number): Promise<{ calls: number; ended: boolean }> {
  const mortal = new Mortal(dies);
  // Scans are async iterables, which a death before or after their pages says nothing new about.
  const target: Target = {
    ...story.scene.target,
    records: { ...mortal.of(story.scene.target.records), scan: story.scene.target.records.scan },
    model: mortal.of(story.scene.target.model),
    automations: mortal.of(story.scene.target.automations),
  };
  for (const name of [
    'create',
    'update',
    'updateSame',
    'byIds',
    'count',
    'byValues',
    'destroy',
    'destroyWhere',
    'softDelete',
    'restore',
  ] as const) {
    Object.assign(target.records, { [name]: mortal.of(story.scene.target.records)[name] });
  }
  const ledger: Ledger = {
    ...story.scene.ledger,
    changes: mortal.of(story.scene.ledger.changes),
    transaction: mortal.of(story.scene.ledger).transaction,
  };
  const context = story.scene.context({ target, ledger });
  try {
    // As every command begins.
    await restoreLeftovers(context);
    await runRollback(context, await story.scene.migration(), { dryRun: false, drifted: 'keep' });
    return { calls: mortal.calls, ended: true };
  } catch (error) {
    if (error instanceof Error && error.message === 'killed') return { calls: mortal.calls, ended: false };
    throw error;
  }
}

describe('a rollback that is killed', () => {
  it('ends equal to an undisturbed one, wherever it was killed', async () => {
    // Each attempt lives some calls longer than the one before, so that deaths fall all over the run.
    for (const step of [4, 7]) {
      const story = await tellStory(store);
      let deaths = 0;
      for (let dies = step; ; dies += step) {
        const { ended } = await attempt(story, dies);
        if (ended) break;
        deaths += 1;
      }
      await story.double.settled();
      expect(deaths).toBeGreaterThan(3);
      expect(essence(story.double)).toEqual(story.before);
      expect((await story.scene.migration()).state).toBe('rolled-back');
      await story.close();
    }
  }, 240_000);

  it('goes on when it died between the timeline rows of a batch and the records', async () => {
    const story = await tellStory(store);
    const { target } = story.scene;
    const die = () => Promise.reject(new Error('killed'));
    const dying: Target = {
      ...target,
      records: { ...target.records, destroy: die },
      automations: { ...target.automations, resume: die },
    };
    const options = { dryRun: false, drifted: 'keep' } as const;
    await expect(
      runRollback(story.scene.context({ target: dying }), await story.scene.migration(), options),
    ).rejects.toThrow('killed');
    const off = (await target.automations.list()).filter(({ active }) => !active);
    expect(off.length).toBeGreaterThan(0);
    await restoreLeftovers(story.scene.context());
    expect((await target.automations.list()).every(({ active }) => active)).toBe(true);
    await runRollback(story.scene.context(), await story.scene.migration(), options);
    await story.double.settled();
    expect(essence(story.double)).toEqual(story.before);
    await story.close();
  });
});
