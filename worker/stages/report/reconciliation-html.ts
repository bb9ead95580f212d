import { OUTCOMES, type Outcome } from '../../domain/record.ts';
import { READ_VERDICTS } from '../../mapping/documents/read-back.ts';
import { type ReconciliationReport, UNEXPLAINED_CAUSES } from '../../mapping/documents/reconciliation.ts';
import { type Series, stackedBars } from './charts.ts';
import { filesSection } from './files-html.ts';
import { byteSize, count, counted, percent } from './format.ts';
import { type Html, html } from './html.ts';
import { page, table, tile } from './page.ts';
import { amountsSection, countsSection, coverageSection } from './reconciliation-figures.ts';
import {
  adminSection,
  deadLetterSection,
  differencesSection,
  driftSection,
  keptSection,
  orphanSection,
} from './reconciliation-lists.ts';
import { OUTCOME_WORDS, VERDICT_WORDS } from './words.ts';

const OUTCOME_COLOURS: Readonly<Record<Outcome, Series['colour']>> = {
  created: 1,
  updated: 2,
  linked: 3,
  merged: 4,
  restored: 5,
  skipped: 6,
  excluded: 7,
  'dead-letter': 8,
};

/** reconciliation.html: the proof that a customer can forward. Self-contained; every figure comes from the report. */
export function renderReconciliationHtml(report: ReconciliationReport): string {
  const body = html`
<h1>Reconciliation</h1>
<p class="soft">Migration ${report.migration} · source ${report.sourceInstance} · ${report.at.slice(0, 16).replace('T', ' ')} UTC · report <code>${report.digest.slice(0, 12)}</code></p>
${verdict(report)}
<div class="tiles">${tiles(report)}</div>
${outcomesSection(report)}
${coverageSection(report)}
${amountsSection(report)}
${countsSection(report)}
${filesSection(report)}
${differencesSection(report)}
${normalisations(report)}
${driftSection(report)}
${deadLetterSection(report)}
${keptSection(report)}
${orphanSection(report)}
${sensitive(report)}
${adminSection(report)}
<footer>Made by reading every migrated record back from Twenty and comparing it with the snapshot of the export, under plan <code>${report.planDigest.slice(0, 12)}</code>, snapshot <code>${report.snapshotId}</code>, workspace <code>${report.workspaceId}</code>. This page holds customer data. It loads nothing from the network.</footer>`;
  return page(`Reconciliation of ${report.migration}`, body);
}

function verdict(report: ReconciliationReport): Html {
  if (report.unexplained === 0) {
    return html`<div class="verdict good"><b>Everything is accounted for.</b> Every source row ended in one outcome, and every field of every migrated record is what it must be, apart from ${counted(
      report.verdicts.normalised,
      'declared normalisation',
    )} of Twenty and ${counted(report.drift.total, 'record')} edited since.</div>`;
  }
  const causes = Object.entries(UNEXPLAINED_CAUSES).flatMap(([cause, sentence]) => {
    const n = new Map(Object.entries(report.causes)).get(cause) ?? 0;
    return n === 0 ? [] : [html`<li>${count(n)} × ${sentence}</li>`];
  });
  return html`<div class="verdict bad"><b>${counted(report.unexplained, 'finding')} without an explanation.</b><ul>${causes}</ul></div>`;
}

function tiles(report: ReconciliationReport): Html[] {
  const rows = report.rows.reduce((sum, { read }) => sum + read, 0);
  const cells = report.coverage.flatMap(({ columns }) => columns);
  const filled = cells.reduce((sum, column) => sum + column.cells, 0);
  const arrived = cells.reduce((sum, column) => sum + column.value + column.kept, 0);
  const files = report.files.reduce((sum, { equal }) => sum + equal, 0);
  const bytes = report.files.reduce((sum, each) => sum + each.bytes, 0);
  return [
    tile(count(rows), 'source rows'),
    tile(count(report.records), 'records read back'),
    tile(count(Object.values(report.verdicts).reduce((sum, n) => sum + n, 0)), 'fields compared'),
    tile(percent(arrived, filled), 'of filled cells arrived or kept'),
    ...(bytes === 0 ? [] : [tile(count(files), `files verified, of ${byteSize(bytes)}`)]),
    tile(count(report.deadLetters.reduce((sum, { rows: n }) => sum + n, 0)), 'dead letters'),
    tile(count(report.unexplained), 'unexplained'),
  ];
}

function outcomesSection(report: ReconciliationReport): Html {
  const series = OUTCOMES.map(
    (outcome): Series => ({ name: OUTCOME_WORDS[outcome], colour: OUTCOME_COLOURS[outcome] }),
  );
  const bars = report.rows
    .filter(({ read, settled }) => read + settled > 0)
    .map(({ object, read }) => ({
      label: object,
      values: OUTCOMES.map((outcome) => report.outcomes[object]?.[outcome] ?? 0),
      note: counted(read, 'row'),
    }));
  const used = OUTCOMES.filter((outcome) =>
    report.rows.some(({ object }) => (report.outcomes[object]?.[outcome] ?? 0) > 0),
  );
  return html`<h2>What became of every source row</h2>
<p class="soft">Each row of the export ends in exactly one outcome; the outcomes add up to the rows read.</p>
${stackedBars(series, bars, 'share')}
${table(
  [
    { head: 'Source object' },
    ...used.map((outcome) => ({ head: OUTCOME_WORDS[outcome], kind: 'number' as const })),
    { head: 'rows read', kind: 'number' },
    { head: 'adds up' },
  ],
  report.rows.map(({ object, read, settled }) => [
    object,
    ...used.map((outcome) => count(report.outcomes[object]?.[outcome] ?? 0)),
    count(read),
    read === settled ? 'yes' : `no: ${count(settled)}`,
  ]),
)}`;
}

function normalisations(report: ReconciliationReport): Html {
  const figures = READ_VERDICTS.filter((name) => report.verdicts[name] > 0).map((name) => [
    VERDICT_WORDS[name].text,
    count(report.verdicts[name]),
  ]);
  return html`<h2>Fields compared</h2>
${table([{ head: 'Verdict' }, { head: 'Fields', kind: 'number' }], figures)}
${
  report.normalisations.length === 0
    ? null
    : html`<h3>Declared normalisations of Twenty</h3>${table(
        [{ head: 'What Twenty does' }, { head: 'Fields', kind: 'number' }, { head: 'Where' }],
        report.normalisations.map(({ sentence, fields, byField }) => [
          sentence,
          count(fields),
          Object.entries(byField)
            .map(([field, n]) => `${field} ${count(n)}`)
            .join(', '),
        ]),
      )}`
}`;
}

function sensitive(report: ReconciliationReport): Html | null {
  if (report.sensitive.length === 0) return null;
  return html`<h2>Sensitive data that stayed where it was</h2>
<p class="soft">Dropped on the way in and stored nowhere, because nobody allowed it by name.</p>
${table(
  [{ head: 'What' }, { head: 'Rows', kind: 'number' }, { head: 'Why' }],
  report.sensitive.map(({ object, column, rows, reason }) => [
    column === null ? `${object} (all of it)` : `${object}.${column}`,
    rows === null ? '' : count(rows),
    reason,
  ]),
)}`;
}
