import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../worker/domain/clock.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import { type ExportTruth, generateExport } from '../fixtures/generate-export.ts';
import { SMALL_REST } from '../fixtures/rest-records.ts';
import { type CliOptions, runCli, runCliJson } from '../support/cli.ts';
import { unlike } from '../support/comparable.ts';
import { silentLogger } from '../support/silent-logger.ts';

const { TWENTY_API_URL: url = '', TWENTY_API_KEY: apiKey = '' } = process.env;
const BY = 'admin@practice.example';
const OBJECTS = [
  'company',
  'person',
  'opportunity',
  'note',
  'task',
  'noteTarget',
  'taskTarget',
  'attachment',
] as const;

/** The command line against a real Twenty, as its user runs it: a throw-away workspace, given back at the end. */
describe.skipIf(url === '' || apiKey === '')('an export with every trouble into a real Twenty', () => {
  let folder: string;
  let truth: ExportTruth;
  let before: unknown;
  let cli: CliOptions;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vp-e2e-'));
    const size = { owners: 8, companies: 1200, contacts: 5200, deals: 900, rest: SMALL_REST };
    truth = await generateExport(join(folder, 'export'), { seed: 42, ...size, troubles: 'all' });
    cli = {
      env: { TWENTY_API_URL: url, TWENTY_API_KEY: apiKey },
      dataDir: join(folder, 'data'),
      migration: 'e2e',
    };
    before = await workspace();
  }, 300_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('goes from doctor to reconcile without an unexplained difference', async () => {
    const location = `csv:${join(folder, 'export')}`;
    expect(await runCliJson(['doctor', '--source', location], cli)).toMatchObject({ failed: 0 });
    await runCliJson(['extract', '--source', location, '--instance', `e2e-${Date.now()}`], cli);
    await runCliJson(['audit'], cli);
    const open = z.object({ open: z.number() }).parse(await runCliJson(['plan'], cli, [3]));
    expect(open.open).toBeGreaterThan(0);
    const plan = digestOf(await runCliJson(['plan', '--accept-defaults'], cli));
    expect((await runCli(['apply-schema'], cli)).code).toBe(3);
    await runCliJson(['approve', '--plan', plan, '--by', BY], cli);
    await runCliJson(['apply-schema'], cli);
    const sample = z
      .object({ digest: z.string(), differences: z.number(), records: z.number() })
      .parse(await runCliJson(['sample'], cli));
    expect(sample).toMatchObject({ differences: 0 });
    expect((await runCli(['load'], cli)).code).toBe(3);
    await runCliJson(['approve', '--sample', sample.digest, '--by', BY], cli);
    await runCliJson(['load'], cli);
    const report = z
      .object({ unexplained: z.number(), outcomes: z.record(z.string(), z.record(z.string(), z.number())) })
      .parse(await runCliJson(['reconcile'], cli));
    expect(report.unexplained).toBe(0);
    for (const [object, rows] of Object.entries(truth.rows)) {
      const sum = Object.values(report.outcomes[object] ?? {}).reduce((total, n) => total + n, 0);
      expect([object, sum]).toEqual([object, rows]);
    }
    expect(await readFile(join(folder, 'data', 'e2e', 'reconciliation.html'), 'utf8')).toContain('</html>');
  });

  it('rolls back, verified, to the workspace that was there', async () => {
    expect(await runCliJson(['rollback'], cli)).toMatchObject({ verified: true, kept: [] });
    expect(unlike(before, await workspace())).toEqual([]);
  });
});

function digestOf(document: unknown): string {
  return z.object({ digest: z.string() }).parse(document).digest;
}

/** Records, fields, options and automations of the workspace, without who updated a record last. */
async function workspace(): Promise<unknown> {
  const target = createTwentyTarget({
    url,
    apiKey,
    budget: memoryRateBudget(),
    clock: systemClock,
    log: silentLogger,
  });
  const schema = await target.schema();
  const objects: Record<string, unknown> = {};
  for (const object of OBJECTS) {
    const fields = [...(schema.objects.get(object)?.fields.values() ?? [])];
    const names = fields
      .filter(
        ({ name, type, relation }) =>
          !['updatedBy', 'searchVector'].includes(name) &&
          type !== 'FILES' &&
          relation?.type !== 'ONE_TO_MANY',
      )
      .map(({ name }) => name);
    const records: unknown[] = [];
    for await (const page of target.records.scan(object, { fields: names, trash: 'with' }))
      records.push(...page);
    // The metadata API lists fields in no order of its own.
    const model = Object.fromEntries(fields.map(({ name, type, options }) => [name, { type, options }]));
    objects[object] = { model, records };
  }
  const automations = await target.automations.list();
  await target.close();
  return { objects, names: [...schema.objects.keys()].toSorted(), automations };
}
