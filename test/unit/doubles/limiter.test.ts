import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Limiter } from '../../doubles/twenty/limiter.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask } from './ask-double.ts';

const LONG = { limit: 100, windowMs: 60_000 };

function granted(limiter: Limiter, times: readonly number[]): number {
  return times.filter((now) => {
    try {
      limiter.take(now);
      return true;
    } catch {
      return false;
    }
  }).length;
}

describe('the rate limit of the double', () => {
  it('refills nothing while calls come too close, and waits for none of them once it is empty', () => {
    const every300ms = Array.from({ length: 200 }, (_, index) => index * 300);
    expect(granted(new Limiter(LONG), every300ms.slice(0, 101))).toBe(100);
    expect(granted(new Limiter(LONG), every300ms)).toBe(150);
  });

  it('from empty, lets 610 ms through and refuses much of 590 ms', () => {
    const passed = (gap: number) => {
      const limiter = new Limiter(LONG);
      limiter.drain(0);
      return granted(
        limiter,
        Array.from({ length: 33 }, (_, index) => (index + 1) * gap),
      );
    };
    expect(passed(610)).toBe(33);
    expect(passed(590)).toBeLessThan(20);
  });

  it('never grants more than the bucket and what time has refilled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 400 }), (gaps) => {
        let now = 0;
        const times = gaps.map((gap) => {
          now += gap;
          return now;
        });
        expect(granted(new Limiter(LONG), times)).toBeLessThanOrEqual(100 + Math.floor(now / 600));
      }),
    );
  });

  it('counts every root of a request, refuses with HTTP 200, and leaves metadata alone', async () => {
    const double = await startTwentyDouble({ listen: false, limiter: { limit: 2, windowMs: 60_000 } });
    const many = await ask(
      double,
      '{companies(first:0){totalCount} people(first:0){totalCount} notes(first:0){totalCount}}',
    );
    expect(many.errors?.[0]).toEqual({
      message: 'Limit reached (2 tokens per 60000 ms)',
      extensions: {
        subCode: 'LIMIT_REACHED',
        userFriendlyMessage: 'Rate limit reached. Please try again later.',
        code: 'BAD_USER_INPUT',
      },
    });
    expect(double.counters).toMatchObject({ rootResolvers: 3, refusedByLimiter: 1 });
    const metadata = await ask(double, '{currentWorkspace{id}}', {}, '/metadata');
    expect(metadata.errors).toBeUndefined();
    await double.close();
  });
});
