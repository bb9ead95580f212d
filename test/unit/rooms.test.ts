import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';

/** Each rule of the rooms with a violation planted: a rule that cannot fail protects nothing. */
const PLANTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': { 'worker/domain/a.ts': "import './b.ts';", 'worker/domain/b.ts': "import './a.ts';" },
  'domain-is-pure': { 'worker/domain/a.ts': "import 'node:fs';" },
  'mapping-is-pure': {
    'worker/mapping/a.ts': "import '../engine/b.ts';",
    'worker/engine/b.ts': 'export {};',
  },
  'adapters-know-domain-only': {
    'worker/twenty/a.ts': "import '../ledger/ledger.ts';",
    'worker/ledger/ledger.ts': 'export {};',
  },
  'engine-sees-ports': {
    'worker/engine/a.ts': "import '../twenty/twenty-target.ts';",
    'worker/twenty/twenty-target.ts': 'export {};',
  },
  'stages-see-ports': {
    'worker/stages/a.ts': "import '../ledger/open-ledger.ts';",
    'worker/ledger/open-ledger.ts': 'export {};',
  },
  'stages-never-import-one-another': {
    'worker/stages/load.ts': "import './sample.ts';",
    'worker/stages/sample.ts': 'export {};',
  },
  'jobs-see-stages': { 'worker/jobs/a.ts': "import '../http/b.ts';", 'worker/http/b.ts': 'export {};' },
  'http-is-below-main': { 'worker/http/a.ts': "import '../main.ts';", 'worker/main.ts': 'export {};' },
  'worker-takes-only-constants-of-the-extension': {
    'worker/main.ts': "import '../extension/src/fields/a.ts';",
    'extension/src/fields/a.ts': 'export {};',
  },
  'extension-imports-nothing-of-ours': {
    'extension/src/a.ts': "import '../../worker/domain/b.ts';",
    'worker/domain/b.ts': 'export {};',
  },
  'worker-never-imports-tests': { 'worker/main.ts': "import '../test/a.ts';", 'test/a.ts': 'export {};' },
  'only-declared-packages': { 'worker/main.ts': "import 'left-pad-that-nobody-declared';" },
};

const config = z
  .object({ forbidden: z.array(z.object({ name: z.string() }).loose()) })
  .parse(createRequire(import.meta.url)('../../.dependency-cruiser.cjs'));

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

it('has a planted violation for every rule', () => {
  expect(Object.keys(PLANTED).sort()).toEqual(config.forbidden.map(({ name }) => name).sort());
});

it.each(Object.entries(PLANTED))('%s fails on a planted violation', async (rule, files) => {
  const folder = await mkdtemp(join(tmpdir(), 'rooms-'));
  folders.push(folder);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const roots = [...new Set(Object.keys(files).map((name) => name.split('/')[0] ?? ''))];
  const result = await cruise(roots, {
    baseDir: folder,
    validate: true,
    // The rules as they are; only their form is the library's to check.
    ruleSet: { forbidden: config.forbidden as unknown as IForbiddenRuleType[] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts'] },
  });
  const { output } = result;
  const violations =
    typeof output === 'string' ? [] : output.summary.violations.map((violation) => violation.rule.name);
  expect(violations).toContain(rule);
});
