import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestGuard } from '../../../worker/twenty/jitter.ts';
import { type Bucket, earliest, emptied, spend, tokensAt } from '../../../worker/twenty/token-bucket.ts';
import { throttledServer } from './throttled-server.ts';
import { virtualClock } from './virtual-clock.ts';

const NOW = 1_700_000_000_000;

describe('token bucket', () => {
  it('gains nothing for a wait that is a millisecond short, and loses the rest of one that is too long', () => {
    const bucket: Bucket = { limit: 100, windowMs: 60_000, tokens: 0, at: NOW };
    expect(tokensAt(bucket, NOW + 599, 0)).toBe(0);
    expect(tokensAt(bucket, NOW + 600, 0)).toBe(1);
    expect(tokensAt(bucket, NOW + 600, 1)).toBe(0);
    expect(spend(bucket, NOW + 1199, 0)).toMatchObject({ tokens: 0, at: NOW + 1199 });
    expect(tokensAt(bucket, NOW + 3_600_000, 0)).toBe(100);
  });

  it('leaves a cushion in a bucket that was found empty', () => {
    const bucket = emptied(100, 60_000, NOW, 2);
    expect(earliest(bucket, NOW, 5)).toBe(NOW + 3 * 600 + 5);
    expect(spend(bucket, NOW + 1805, 5).tokens).toBe(0);
  });

  it('waits for two tokens when two calls are to leave together, and then for none', () => {
    const bucket: Bucket = { limit: 100, windowMs: 60_000, tokens: 0, at: NOW };
    const first = earliest(bucket, NOW, 40, 2);
    expect(first).toBe(NOW + 1240);
    expect(earliest(spend(bucket, first, 40), first, 40, 2)).toBe(first + 10);
    expect(earliest({ ...bucket, limit: 1, windowMs: 600 }, NOW, 40, 2)).toBe(NOW + 640);
  });

  it('never asks the server for more than it has, whatever its limit and the pace of the calls', () => {
    const limits = fc.record({
      limit: fc.integer({ min: 1, max: 500 }),
      windowMs: fc.integer({ min: 500, max: 120_000 }),
    });
    const pauses = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(limits, pauses, fc.integer({ min: 1, max: 3 }), (limit, between, together) => {
        let now = NOW;
        const clock = { ...virtualClock(), now: () => now };
        const server = throttledServer(clock, [limit], { way: () => 0, work: () => 0 });
        let bucket: Bucket = { ...limit, tokens: limit.limit, at: now };
        for (const pause of between) {
          now = earliest(bucket, now + pause, 2, together);
          bucket = spend(bucket, now, 2);
          expect(server.take()).toBeNull();
        }
      }),
    );
  });
});

describe('best guard', () => {
  it('waits for enough calls, covers a steady jitter, and bears a rare spike', () => {
    expect(bestGuard([5, 5, 5], 600)).toBeNull();
    const steady = Array.from({ length: 64 }, (_, i) => i % 20);
    expect(bestGuard(steady, 600)).toBeGreaterThanOrEqual(18);
    expect(bestGuard([...steady, 150], 600)).toBeLessThan(30);
  });
});
