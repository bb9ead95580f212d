import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { type GoldenRun, runGolden } from '../fixtures/golden/golden-run.ts';
import { otherProfile, otherProfilePairs } from '../fixtures/golden/other-profile-pairs.ts';
import { skippingClock } from '../support/skipping-clock.ts';

describe('golden pairs of a deployment with another profile', () => {
  let double: TwentyDouble;
  let golden: GoldenRun;

  beforeAll(async () => {
    double = await startTwentyDouble({ limiter: 'off' });
    const workspace = { url: double.url, apiKey: double.apiKey };
    golden = await runGolden(workspace, {
      instance: 'toronto',
      clock: skippingClock(),
      pairs: otherProfilePairs,
      mappings: otherProfile,
    });
  });
  afterAll(async () => {
    await golden?.close();
    await double?.close();
  });

  it.each(otherProfilePairs.map((pair) => ({ title: `${pair.object}: ${pair.name}`, pair })))(
    '$title',
    ({ pair }) => {
      expect(golden.check(pair)).toEqual([]);
    },
  );
});
