import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { everyRowCreated } from '../fixtures/golden/golden-export.ts';
import { type GoldenRun, runGolden } from '../fixtures/golden/golden-run.ts';
import { goldenPairs } from '../fixtures/golden/pairs.ts';
import { skippingClock } from '../support/skipping-clock.ts';

describe('golden pairs, the whole way', () => {
  let double: TwentyDouble;
  let golden: GoldenRun;

  beforeAll(async () => {
    double = await startTwentyDouble({ limiter: 'off' });
    golden = await runGolden(
      { url: double.url, apiKey: double.apiKey },
      { instance: 'golden', clock: skippingClock(), pairs: goldenPairs },
    );
  });
  afterAll(async () => {
    await golden?.close();
    await double?.close();
  });

  it('are at least 80, and each says something of its own', () => {
    expect(goldenPairs.length).toBeGreaterThanOrEqual(80);
    expect(new Set(goldenPairs.map(({ object, name }) => `${object}: ${name}`)).size).toBe(
      goldenPairs.length,
    );
    const empty = goldenPairs.filter(
      ({ shows, absent, kept }) =>
        Object.keys(shows).length + (absent ?? []).length + (kept ?? []).length === 0,
    );
    expect(empty).toEqual([]);
  });

  it.each(goldenPairs.map((pair) => ({ title: `${pair.object}: ${pair.name}`, pair })))(
    '$title',
    ({ pair }) => {
      expect(golden.check(pair)).toEqual([]);
    },
  );

  it('every row of the export became a record, and reconcile finds nothing that it cannot explain', () => {
    expect(golden.pipeline.results.reconcile).toMatchObject({
      unexplained: 0,
      outcomes: everyRowCreated(goldenPairs),
    });
  });

  it('rollback leaves the workspace as it was', async () => {
    const { rollback } = await golden.pipeline.to('rollback');
    expect(rollback).toMatchObject({ verified: true, kept: [] });
  });
});
