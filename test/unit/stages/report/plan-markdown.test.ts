import { expect, test } from 'vitest';
import { renderPlanMarkdown } from '../../../../worker/stages/report/plan-markdown.ts';
import { examplePlan } from './example-plan.ts';

const HOSTILE = 'a | b <script>alert(1)</script> `x`\n# **head** [link](http://evil.example)';

test('says what will happen, under which digest, and how to approve it', async () => {
  const text = renderPlanMarkdown(await examplePlan('plain'), 'd1g35t');
  for (const fact of [
    '`d1g35t`',
    'vp-twenty approve --migration spring --plan d1g35t --by',
    '**1 question open',
    '| contacts | 1,200 | 1,190 | 1 | 2 | 3 | 0 | 4 |',
    '## Complexity: C',
    '`city` (new)',
    '| `pipeline`, `stage` | looked up in pipelines.probability, as number |',
    'the fallback member; text is kept',
    '| sales / won | `WON` |',
    'clear the value in the trashed record',
    '**left on by decision**',
    'Their records go to ada@practice.example',
    'Left out by decision: `deals`',
    'vp-twenty extract --allow claims',
    '1,234 API calls, about 13 minutes under the limit of 100 calls a minute, as measured on this server',
    'The row has no source id.',
  ]) {
    expect(text).toContain(fact);
  }
  expect(text).toContain('1 row will be matched');
});

test('lists the sensitive columns of the audit with the option that allows them', async () => {
  const audit = {
    snapshotId: '',
    snapshotDigest: '',
    sourceInstance: '',
    workspaceId: '',
    objects: [],
    excluded: [],
    sensitiveColumns: [
      { object: 'contacts', column: 'health_card_number', reason: 'health', allowed: false },
    ],
    unknownFiles: [],
    members: [],
    findings: [],
  };
  const text = renderPlanMarkdown(await examplePlan('plain'), 'd', audit);
  expect(text).toContain('--allow contacts.health_card_number --reason');
});

test('texts of the source stay texts: no markup, no broken table, no line of their own', async () => {
  const plain = renderPlanMarkdown(await examplePlan('plain'), 'd').split('\n');
  const hostile = renderPlanMarkdown(await examplePlan(HOSTILE), 'd').split('\n');
  expect(hostile.length).toBe(plain.length);
  for (const [at, line] of hostile.entries()) {
    const outsideCode = line.replace(/`[^`]*`/g, '');
    expect(outsideCode).not.toMatch(/(?<!\\)<script|(?<!\\)\[link\]/);
    const cells = (text: string) => text.replace(/\\\|/g, '').split('|').length;
    expect(cells(line)).toBe(cells(plain[at] ?? ''));
  }
});
