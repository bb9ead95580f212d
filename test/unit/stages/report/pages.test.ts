import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldReading, noVerdicts } from '../../../../worker/mapping/documents/read-back.ts';
import type { ReconciliationReport } from '../../../../worker/mapping/documents/reconciliation.ts';
import type { SampleReport } from '../../../../worker/mapping/documents/sample.ts';
import { amount, percent, valueText } from '../../../../worker/stages/report/format.ts';
import { escapeHtml } from '../../../../worker/stages/report/html.ts';
import { renderReconciliationHtml } from '../../../../worker/stages/report/reconciliation-html.ts';
import { renderSampleDiffHtml } from '../../../../worker/stages/report/sample-diff-html.ts';

const HOSTILE = `"><script src="https://evil.example/x.js"></script><img src=x onerror='alert(1)'>`;

const reading: FieldReading = {
  field: 'jobTitle',
  source: { [HOSTILE]: HOSTILE },
  expected: HOSTILE,
  found: { text: HOSTILE },
  verdict: 'different',
  path: 'jobTitle',
};

function sample(over: Partial<SampleReport> = {}): SampleReport {
  const record = {
    object: 'contacts',
    targetObject: 'person',
    twentyId: 't',
    outcome: 'created',
    reason: null,
  } as const;
  return {
    digest: 'abcdef0123456789',
    migration: HOSTILE,
    planDigest: '0123456789abcdef',
    records: 2,
    differences: 1,
    rows: [
      {
        ...record,
        row: 1,
        sourceId: 'fine',
        fields: [
          { field: 'city', source: { city: 'Lyon' }, expected: 'Lyon', found: 'Lyon', verdict: 'equal' },
        ],
      },
      { ...record, row: 2, sourceId: HOSTILE, fields: [reading] },
    ],
    verdicts: { ...noVerdicts(), equal: 1, different: 1 },
    covers: [HOSTILE],
    ...over,
  };
}

function report(over: Partial<ReconciliationReport> = {}): ReconciliationReport {
  const ref = { object: 'deals', row: 1, sourceId: HOSTILE, twentyId: 't' };
  const none = { total: 0, listed: [] };
  return {
    version: 1,
    digest: 'abcdef0123456789',
    at: '2026-01-02T03:04:05.000Z',
    migration: HOSTILE,
    sourceInstance: 'clinic',
    snapshotId: 's',
    workspaceId: 'w',
    planDigest: '0123456789abcdef',
    outcomes: { deals: { created: 3, 'dead-letter': 1 } },
    unexplained: 2,
    causes: { FIELD_DIFFERENT: 1, SUM_DIFFERENT: 1 },
    rows: [{ object: 'deals', read: 4, settled: 4 }],
    records: 3,
    verdicts: { ...noVerdicts(), equal: 10, different: 1 },
    coverage: [
      {
        object: 'deals',
        columns: [
          {
            column: HOSTILE,
            to: ['name'],
            reason: null,
            cells: 4,
            value: 2,
            kept: 1,
            policy: 0,
            nothing: 0,
            ignored: 0,
            merged: 0,
            notLoaded: 0,
            drift: 0,
            lost: 1,
          },
        ],
      },
    ],
    sensitive: [{ object: 'claims', column: null, rows: 2, reason: HOSTILE }],
    differences: { total: 1500, listed: [{ ...ref, ...reading }] },
    normalisations: [
      { rule: 'email-lower-case', sentence: 'Lower case.', fields: 1, byField: { 'contacts.emails': 1 } },
    ],
    drift: {
      total: 1,
      listed: [{ ...ref, by: 'person', who: HOSTILE, at: '2026-01-02T03:04:05.000Z', fields: ['name'] }],
    },
    driftBy: { person: 1 },
    deadLetters: [{ object: 'deals', code: 'UNCONVERTIBLE', rows: 1 }],
    files: [
      {
        object: HOSTILE,
        files: 3,
        bytes: 12_345_678,
        equal: 1,
        different: 1,
        missing: 1,
        explained: 0,
        elsewhere: 2,
      },
    ],
    orphans: [{ object: 'owners', sourceId: 'own-1', name: HOSTILE, email: HOSTILE, records: 3 }],
    kept: [
      {
        object: 'deals',
        column: 'amount',
        why: 'INVALID_NUMBER',
        rows: 1,
        examples: [{ row: 1, sourceId: HOSTILE }],
      },
    ],
    counts: [{ targetObject: 'opportunity', expected: 3, twenty: 3, explained: 0, unknown: none }],
    sums: [
      {
        object: 'deals',
        amountColumn: 'amount',
        by: ['pipeline', 'stage'],
        to: 'amount',
        unverified: 1,
        keptRows: 1,
        groups: [
          {
            currency: 'EUR',
            option: 'WON',
            label: HOSTILE,
            rows: 3,
            source: '1234500000',
            notLoaded: '1000000',
            merged: '0',
            kept: '0',
            policy: '0',
            drift: '0',
            twenty: '1233400000',
            twentyOther: '0',
            difference: '100000',
          },
        ],
      },
    ],
    options: [
      {
        targetObject: 'opportunity',
        field: 'stage',
        planned: ['WON'],
        found: [],
        missing: ['WON'],
        inOrder: true,
      },
    ],
    admin: { total: 1, listed: [{ ...ref, why: 'DIFFERENT', detail: HOSTILE }] },
    adminBy: { DIFFERENT: 1 },
    ...over,
  };
}

/** Every tag of a page, as a browser would see them: the pages quote every attribute. */
function tags(page: string): string[] {
  return page.match(/<[a-z!/](?:[^>"]|"[^"]*")*>/gi) ?? [];
}

describe.each([
  ['sample-diff.html', renderSampleDiffHtml(sample())],
  ['reconciliation.html', renderReconciliationHtml(report())],
])('%s', (_name, page) => {
  test('no text of the source becomes markup', () => {
    expect(
      tags(page).filter((tag) => /^<(?:img|link|iframe|object|embed|base|form)\b|\son\w+=|\ssrc=/i.test(tag)),
    ).toEqual([]);
    expect(page.match(/<script/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(page).toContain(escapeHtml(HOSTILE));
  });

  test('nothing is loaded from anywhere, and the page forbids it too', () => {
    expect(tags(page).filter((tag) => /\s(?:src|href)=/i.test(tag))).toEqual([]);
    expect(page).not.toMatch(/url\(|@import/);
    expect(page).toContain(`default-src 'none'`);
  });
});

test('the sample puts what needs a look first, opens it, and says how to approve', () => {
  const page = renderSampleDiffHtml(sample({ migration: 'spring' }));
  expect(page).toContain('1 field or file differs without an explanation');
  expect(page.indexOf('row 2')).toBeLessThan(page.indexOf('row 1<'));
  expect(page.match(/<details class="record" open/g)).toHaveLength(1);
  expect(page).toContain('vp-twenty approve --migration spring --sample abcdef0123456789 --by');
  expect(renderSampleDiffHtml(sample({ differences: 0 }))).toContain('No unexplained difference.');
});

test('a file that is another one is shown, opened and named by its hash', () => {
  const [row] = sample().rows;
  if (row === undefined) throw new Error('no row');
  const bytes = (sha256: string) => ({ bytes: 1_500_000, sha256: sha256.repeat(64) });
  const file = { name: 'scan.png', expected: bytes('a'), found: bytes('b'), verdict: 'different' as const };
  const page = renderSampleDiffHtml(
    sample({ rows: [{ ...row, fields: [{ ...reading, verdict: 'equal' }], file }] }),
  );
  expect(page).toContain('scan.png');
  expect(page).toContain('1.5 MB, SHA-256 aaaaaaaaaaaa<');
  expect(page).toContain('1.5 MB, SHA-256 bbbbbbbbbbbb<');
  expect(page.match(/<details class="record" open/g)).toHaveLength(1);
});

test('a value of any length leaves the page small', () => {
  const long: FieldReading = {
    ...reading,
    expected: 'x'.repeat(200_000),
    found: 'x'.repeat(200_000),
    verdict: 'equal',
  };
  const [row] = sample().rows;
  if (row === undefined) throw new Error('no row');
  const page = renderSampleDiffHtml(sample({ rows: [{ ...row, fields: [long] }] }));
  expect(page.length).toBeLessThan(30_000);
  expect(page).toContain('(200,000 characters)');
});

test('the reconciliation names each cause, cut lists, and both sides of an amount', () => {
  const page = renderReconciliationHtml(report());
  expect(page).toContain('2 findings without an explanation');
  expect(page).toContain('1 of 1,500 are listed');
  expect(page).toContain('1,233.50');
  expect(page).toContain('1,233.40');
  expect(renderReconciliationHtml(report({ unexplained: 0, causes: {} }))).toContain(
    'Everything is accounted for.',
  );
});

test('amounts are written exactly', () => {
  expect(amount('1234500000')).toBe('1,234.50');
  expect(amount('-500000000')).toBe('−500.00');
  expect(amount('1')).toBe('0.000001');
  expect(amount('9007199254740993000000')).toBe('9,007,199,254,740,993.00');
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (micros) => {
      const [whole = '', fraction = ''] = amount(String(micros))
        .replaceAll(',', '')
        .replace('−', '-')
        .split('.');
      expect(BigInt(`${whole}${fraction.padEnd(6, '0')}`)).toBe(micros);
    }),
  );
});

test('a share never rounds to all or nothing', () => {
  expect(percent(99_999, 100_000)).toBe('99.9 %');
  expect(percent(1, 100_000)).toBe('0.1 %');
  expect(percent(5, 5)).toBe('100 %');
  expect(percent(0, 0)).toBe('–');
});

test('composites show their filled parts', () => {
  expect(valueText({ amountMicros: 5, currencyCode: 'EUR' })).toBe('0.000005 EUR');
  expect(valueText({ addressCity: 'Lyon', addressState: null, addressCountry: 'FR' })).toBe(
    'addressCity: Lyon · addressCountry: FR',
  );
  expect(valueText({ primaryEmail: 'a@b.example', additionalEmails: [] })).toBe('a@b.example');
  expect(valueText(['a', null, 'b'])).toBe('a; b');
});
