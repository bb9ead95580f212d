import type {
  ColumnCoverage,
  ReconciliationReport,
  SumCheck,
  SumGroup,
} from '../../mapping/documents/reconciliation.ts';
import { pairedBars, type Series, stackedBars } from './charts.ts';
import { amount, count, counted, percent } from './format.ts';
import { type Html, html } from './html.ts';
import { table, tag } from './page.ts';

const PARTS: readonly (Series & {
  readonly key: keyof ColumnCoverage &
    ('value' | 'kept' | 'policy' | 'drift' | 'merged' | 'nothing' | 'notLoaded' | 'ignored' | 'lost');
})[] = [
  { key: 'value', name: 'arrived as value', colour: 1 },
  { key: 'kept', name: 'kept as text', colour: 2 },
  { key: 'merged', name: 'in a merged row', colour: 4 },
  { key: 'policy', name: "the record's own value stayed", colour: 3 },
  { key: 'drift', name: 'edited since', colour: 5 },
  { key: 'nothing', name: 'mapped to nothing', colour: 7 },
  { key: 'ignored', name: 'left behind, with a reason', colour: 7 },
  { key: 'notLoaded', name: 'in a row not loaded', colour: 6 },
  { key: 'lost', name: 'unexplained', colour: 8 },
];

/** Where the filled cells of every column went. */
export function coverageSection({ coverage }: ReconciliationReport): Html | null {
  const objects = coverage.filter(({ columns }) => columns.some(({ cells }) => cells > 0));
  if (objects.length === 0) return null;
  const bars = objects.map(({ object, columns }) => {
    const values = PARTS.map(({ key }) => columns.reduce((sum, column) => sum + column[key], 0));
    return {
      label: object,
      values,
      note: counted(
        columns.reduce((sum, { cells }) => sum + cells, 0),
        'cell',
      ),
    };
  });
  return html`<h2>Coverage: where every filled cell went</h2>
${stackedBars(PARTS, bars, 'share')}
${objects.map(
  ({ object, columns }) =>
    html`<details><summary>${object}, by column</summary>${table(
      [
        { head: 'Column' },
        { head: 'Twenty' },
        { head: 'filled', kind: 'number' },
        { head: 'value', kind: 'number' },
        { head: 'kept', kind: 'number' },
        { head: 'other', kind: 'number' },
        { head: 'arrived', kind: 'number' },
        { head: 'Remark' },
      ],
      columns.filter(({ cells }) => cells > 0).map(columnRow),
    )}</details>`,
)}`;
}

function columnRow(column: ColumnCoverage): (string | Html)[] {
  const { cells, value, kept } = column;
  const others = PARTS.filter(({ key }) => key !== 'value' && key !== 'kept' && column[key] > 0).map(
    ({ key, name }) => `${count(column[key])} ${name}`,
  );
  const remark = column.reason ?? others.join(', ');
  return [
    column.column,
    column.to.join(', '),
    count(cells),
    count(value),
    count(kept),
    count(cells - value - kept),
    percent(value + kept, cells),
    column.lost > 0 ? html`${tag('unexplained', 'bad')} ${remark}` : remark,
  ];
}

/** Amounts per group and currency, from the raw snapshot and from Twenty. */
export function amountsSection({ sums }: ReconciliationReport): Html | null {
  return sums.some(({ groups }) => groups.length > 0)
    ? html`<h2>Amounts</h2>
<p class="soft">The left side is added up from the raw cells of the export by a reader of its own, without the transforms; the right side is what Twenty shows.</p>
${sums.map(sumTable)}`
    : null;
}

function sumTable(sum: SumCheck): Html {
  const expected = (group: SumGroup) =>
    BigInt(group.source) -
    ['notLoaded', 'merged', 'kept', 'policy', 'drift'].reduce(
      (total, part) => total + BigInt(Reflect.get(group, part)),
      0n,
    );
  const comparable = (group: SumGroup) => BigInt(group.twenty) - BigInt(group.twentyOther);
  const currencies = [...new Set(sum.groups.map(({ currency }) => currency))];
  return html`<h3>${sum.object}.${sum.amountColumn} by ${sum.by.join(' and ')}</h3>
${currencies.map((currency) => {
  const groups = sum.groups.filter((group) => group.currency === currency);
  return html`<h3 class="soft">${currency === '' ? 'without currency' : currency}</h3>${pairedBars(
    groups.map((group) => ({
      label: group.label || '(none)',
      source: Number(expected(group)) / 1e6,
      twenty: Number(comparable(group)) / 1e6,
      note: amount(String(comparable(group))),
    })),
  )}${table(
    [
      { head: 'Group' },
      { head: 'rows', kind: 'number' },
      { head: 'source', kind: 'number' },
      { head: 'not expected', kind: 'number' },
      { head: 'expected', kind: 'number' },
      { head: 'in Twenty', kind: 'number' },
      { head: 'difference', kind: 'number' },
      { head: 'Remark' },
    ],
    groups.map((group) => [
      group.label || '(none)',
      count(group.rows),
      amount(group.source),
      amount(String(BigInt(group.source) - expected(group))),
      amount(String(expected(group))),
      amount(String(comparable(group))),
      group.difference === '0' ? '0' : amount(group.difference),
      group.difference === '0' ? parts(group) : tag('unexplained', 'bad'),
    ]),
  )}`;
})}
${sum.keptRows > 0 ? html`<p class="soft">${counted(sum.keptRows, 'row')} keep the amount or its currency as text.</p>` : null}
${sum.unverified > 0 ? html`<p>${tag('look', 'warn')} ${counted(sum.unverified, 'amount')} arrived as a value that the independent reader cannot read; listed below.</p>` : null}`;
}

function parts(group: SumGroup): string {
  const named = {
    notLoaded: 'not loaded',
    merged: 'merged',
    kept: 'kept as text',
    policy: 'own value kept',
    drift: 'edited since',
    twentyOther: 'own, edited or unverified values in Twenty',
  };
  return Object.entries(named)
    .map(([key, words]) => [words, String(Reflect.get(group, key))] as const)
    .filter(([, micros]) => micros !== '0')
    .map(([words, micros]) => `${amount(micros)} ${words}`)
    .join(', ');
}

/** Records by identity, and the order of options. */
export function countsSection({ counts, options }: ReconciliationReport): Html | null {
  if (counts.length === 0) return null;
  return html`<h2>Records in Twenty</h2>
${table(
  [
    { head: 'Twenty object' },
    { head: 'read back', kind: 'number' },
    { head: 'with our identity', kind: 'number' },
    { head: 'of other origin', kind: 'number' },
    { head: 'unknown', kind: 'number' },
  ],
  counts.map(({ targetObject, expected, twenty, explained, unknown }) => [
    targetObject,
    count(expected),
    count(twenty),
    count(explained),
    count(unknown.total),
  ]),
)}
${table(
  [{ head: 'Options' }, { head: 'made', kind: 'number' }, { head: 'in order' }, { head: 'missing' }],
  options.map(({ targetObject, field, planned, inOrder, missing }) => [
    `${targetObject}.${field}`,
    count(planned.length),
    inOrder ? 'yes' : tag('no', 'bad'),
    missing.length === 0 ? 'none' : tag(missing.join(', '), 'bad'),
  ]),
)}`;
}
