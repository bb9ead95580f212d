import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyRowCreated } from '../fixtures/golden/golden-export.ts';
import { type GoldenRun, runGolden } from '../fixtures/golden/golden-run.ts';
import { goldenPairs } from '../fixtures/golden/pairs.ts';

const url = process.env.TWENTY_API_URL;
const apiKey = process.env.TWENTY_API_KEY;

/** The workspace needs members ada@practice.example and ben@practice.example. What the run makes it takes back. */
describe.skipIf(!url || !apiKey)('golden pairs, the whole way into a real Twenty', () => {
  const instance = `golden-${randomUUID().slice(0, 8)}`;
  // On disk, and there until the rollback was verified: with a run that was killed, `vp-twenty rollback --data-dir` still works.
  const dataDir = join(tmpdir(), instance);
  let golden: GoldenRun;

  beforeAll(async () => {
    golden = await runGolden(
      { url: url ?? '', apiKey: apiKey ?? '' },
      { instance, pairs: goldenPairs, dataDir },
    );
  }, 600_000);
  afterAll(async () => {
    if (golden === undefined) return;
    const { rollback } = await golden.pipeline.to('rollback');
    await golden.close();
    if (rollback?.verified) await rm(dataDir, { recursive: true, force: true });
  }, 600_000);

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
