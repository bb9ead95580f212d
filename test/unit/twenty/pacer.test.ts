import { describe, expect, it } from 'vitest';
import { createPacer, type Pacer } from '../../../worker/twenty/pacer.ts';
import { memoryRateBudget } from '../../doubles/memory-rate-budget.ts';
import { throttledServer } from './throttled-server.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

const LONG = { limit: 100, windowMs: 60_000 };
const SHORT = { limit: 100, windowMs: 1000 };

/** A small generator with a seed, so that a failing run can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

type Server = ReturnType<typeof throttledServer>;

/** One caller that makes `calls` granted calls, one after the other; a refused one is made again. */
async function caller(pacer: Pacer, server: Server, calls: number): Promise<void> {
  for (let made = 0; made < calls; ) {
    const turn = await pacer.turn();
    const refusedBy = await server.call();
    if (refusedBy === null) {
      turn.done();
      made += 1;
    } else {
      await turn.refused(refusedBy.limit, refusedBy.windowMs);
    }
  }
}

/** Granted calls over tokens refilled, from the first refusal on. */
function shareAfterCalibration(server: Server, bucket = LONG): number {
  const from = server.refusals[0] ?? Number.NaN;
  const grants = server.grants.filter((at) => at > from);
  const elapsed = (grants.at(-1) ?? Number.NaN) - from;
  return grants.length / ((elapsed * bucket.limit) / bucket.windowMs);
}

function setUp(
  clock: VirtualClock,
  options: { way: () => number; work: () => number; limits?: (typeof LONG)[]; pacers?: number },
) {
  const store = memoryRateBudget();
  const server = throttledServer(clock, options.limits ?? [SHORT, LONG], options);
  const pacers = Array.from({ length: options.pacers ?? 1 }, () => createPacer({ store, key: 'k', clock }));
  return { server, pacers, pacer: pacers[0] as Pacer };
}

describe('pacer', () => {
  it('bursts until the first refusal, which calibrates it and is the only one', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 2, work: () => 20 });
    expect(pacer.describe()).toEqual({ limit: 100, windowMs: 60_000, calibrated: false });
    const start = clock.now();
    await clock.run(caller(pacer, server, 100));
    expect(clock.now() - start).toBeLessThan(3000);
    await clock.run(caller(pacer, server, 500));
    expect(server.refusals).toHaveLength(1);
    expect(pacer.describe()).toEqual({ limit: 100, windowMs: 60_000, calibrated: true });
    expect(shareAfterCalibration(server)).toBeGreaterThan(0.95);
  });

  it.each([1, 2, 4])('keeps the bucket used with %i callers and a way that jitters', async (callers) => {
    const clock = virtualClock();
    const random = seeded(7 + callers);
    const { server, pacer } = setUp(clock, {
      way: () => 5 + random() * 18,
      work: () => 200 + random() * 300,
    });
    await clock.run(
      Promise.all(Array.from({ length: callers }, () => caller(pacer, server, 2400 / callers))),
    );
    const settled = server.refusals.filter((at) => at > (server.refusals[0] ?? 0) + 30_000);
    expect(settled.length).toBeLessThanOrEqual(1);
    expect(shareAfterCalibration(server)).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    [1, 0.86],
    [2, 0.91],
    [3, 0.91],
  ])('makes the best of a way that jitters by 80 ms with %i callers', async (callers, share) => {
    const clock = virtualClock();
    const random = seeded(20 + callers);
    const { server, pacer } = setUp(clock, {
      way: () => 5 + random() * 80,
      work: () => 200 + random() * 200,
    });
    await clock.run(
      Promise.all(Array.from({ length: callers }, () => caller(pacer, server, 2400 / callers))),
    );
    expect(server.refusals.length).toBeLessThanOrEqual(15);
    expect(shareAfterCalibration(server)).toBeGreaterThanOrEqual(share);
  });

  it('goes on alone after a call whose waiting was cut short', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 1, work: () => 1 });
    await clock.run(caller(pacer, server, 101));
    const stop = new AbortController();
    const waiting = pacer.turn(stop.signal);
    setImmediate(() => stop.abort(new Error('stopped')));
    await expect(waiting).rejects.toThrow('stopped');
    const start = clock.now();
    await clock.run(caller(pacer, server, 20));
    expect((clock.now() - start) / 20).toBeLessThan(700);
  });

  it('shares one bucket between processes', async () => {
    const clock = virtualClock();
    const random = seeded(3);
    const { server, pacers } = setUp(clock, { way: () => 2 + random() * 10, work: () => 250, pacers: 3 });
    await clock.run(Promise.all(pacers.map((pacer) => caller(pacer, server, 300))));
    expect(server.refusals.length).toBeLessThanOrEqual(pacers.length);
    expect(shareAfterCalibration(server)).toBeGreaterThanOrEqual(0.95);
  });

  it('goes on when others spend from the bucket', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 5, work: () => 100 });
    let working = true;
    const others = async () => {
      while (working) {
        await clock.sleep(10_000);
        server.take();
      }
    };
    const work = caller(pacer, server, 400).finally(() => {
      working = false;
    });
    await clock.run(Promise.all([work, others()]));
    expect(server.grants).toHaveLength(400);
    // Each foreign call costs us at most one refusal, and no refusal costs more than a wait.
    expect(shareAfterCalibration(server)).toBeGreaterThan(0.8);
  });

  it('learns both buckets from their messages', async () => {
    const clock = virtualClock();
    const limits = [
      { limit: 5, windowMs: 1000 },
      { limit: 50, windowMs: 30_000 },
    ];
    const { server, pacer } = setUp(clock, { way: () => 1, work: () => 10, limits });
    await clock.run(caller(pacer, server, 300));
    expect(pacer.describe()).toEqual({ limit: 50, windowMs: 30_000, calibrated: true });
    expect(server.refusals.length).toBeLessThanOrEqual(3);
  });

  it('never paces when the server never refuses', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 1, work: () => 9, limits: [] });
    const start = clock.now();
    await clock.run(caller(pacer, server, 1000));
    expect(clock.now() - start).toBe(10_000);
    expect(pacer.waitedMs()).toBe(0);
  });

  it('counts calls made at once one by one and lets none leave together', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 1, work: () => 1 });
    await clock.run(caller(pacer, server, 101));
    const before = server.grants.length;
    await clock.run(Promise.all(Array.from({ length: 20 }, () => caller(pacer, server, 1))));
    const leaving = server.grants.slice(before).toSorted((a, b) => a - b);
    const gaps = leaving.slice(1).map((at, i) => at - (leaving[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
  });

  it('forgets a limit after an hour of silence, because it may have been raised', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 1, work: () => 1 });
    await clock.run(caller(pacer, server, 120));
    await clock.run(clock.sleep(3_700_000));
    const waited = pacer.waitedMs();
    await clock.run(caller(pacer, server, 90));
    expect(pacer.waitedMs()).toBe(waited);
  });

  it('rejects with the reason of the signal while it waits', async () => {
    const clock = virtualClock();
    const { server, pacer } = setUp(clock, { way: () => 1, work: () => 1 });
    await clock.run(caller(pacer, server, 101));
    const stop = new AbortController();
    const waiting = pacer.turn(stop.signal);
    setImmediate(() => stop.abort(new Error('stopped')));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
