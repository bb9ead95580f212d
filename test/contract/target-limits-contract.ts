import { expect, it } from 'vitest';
import { systemClock } from '../../worker/domain/clock.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import type { Part } from './target-workbench.ts';

export const limitsContract: Part = (bench) => {
  it('describes the workspace, the batch size and what the key may not do', async () => {
    expect(await bench().target.describe()).toMatchObject({
      workspaceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      workspaceName: expect.any(String),
      batchSize: 200,
      missingPermissions: [],
    });
  });

  it('refuses a key that is none', async () => {
    const { proxy } = bench();
    const nothing = () => {};
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    const stranger = createTwentyTarget({
      url: proxy.url,
      apiKey: 'no-key',
      budget: memoryRateBudget(),
      clock: systemClock,
      log,
    });
    await expect(stranger.describe()).rejects.toMatchObject({ code: 'TWENTY_AUTH' });
    await expect(stranger.records.count('company')).rejects.toMatchObject({ code: 'TWENTY_AUTH' });
  });

  it('learns the limit from the first refusal, and every call comes through', async () => {
    const { target, limiter } = bench();
    for (let made = 0; made < 400 && !(await calibrated()); made += 20) {
      const counts = await Promise.all(Array.from({ length: 20 }, () => target.records.count('company')));
      expect(new Set(counts).size).toBe(1);
    }
    expect(await calibrated()).toBe(true);
    const { limit, windowMs } = (await target.describe()).limiter;
    expect(limiter).toMatchObject({ limit, windowMs });
    const { refusedByLimiter } = target.usage();
    for (let made = 0; made < 5; made += 1) await target.records.count('company');
    expect(target.usage().refusedByLimiter - refusedByLimiter).toBeLessThanOrEqual(1);

    async function calibrated(): Promise<boolean> {
      return (await target.describe()).limiter.calibrated;
    }
  });
};
