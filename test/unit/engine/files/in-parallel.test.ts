import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../../worker/engine/files/in-parallel.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('gives the results in the order of the items, and never runs more than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (items, limit) => {
          let running = 0;
          let most = 0;
          const results = await inParallel(items, limit, async (ticks) => {
            most = Math.max(most, ++running);
            for (let left = ticks; left > 0; left -= 1) await tick();
            running -= 1;
            return ticks * 2;
          });
          expect(results).toEqual(items.map((ticks) => ticks * 2));
          expect(most).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('begins nothing after a failure, and lets what runs end before it throws', async () => {
    const ended: number[] = [];
    const begun: number[] = [];
    const run = inParallel([1, 2, 3, 4, 5], 2, async (n) => {
      begun.push(n);
      await tick();
      if (n === 1) throw new Error('one');
      await tick();
      ended.push(n);
    });
    await expect(run).rejects.toThrow('one');
    expect(begun).toEqual([1, 2]);
    expect(ended).toEqual([2]);
  });
});
