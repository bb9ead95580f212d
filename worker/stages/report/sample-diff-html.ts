import type { FieldReading, RecordReading } from '../../mapping/documents/read-back.ts';
import { isExplained, READ_VERDICTS } from '../../mapping/documents/read-back.ts';
import type { SampleReport } from '../../mapping/documents/sample.ts';
import { fileRow } from './files-html.ts';
import { count, counted, shorten, valueText } from './format.ts';
import { type Html, html } from './html.ts';
import { page, table, tag, tile } from './page.ts';
import { deadLetterReason, OUTCOME_WORDS, VERDICT_WORDS } from './words.ts';

/** Characters of a value that the page shows; sample-diff.json has all of them. */
const VALUE_MAX = 600;

/** Hides records by text and by verdict. Works on what is in the page; without it everything is shown. */
const SCRIPT = `
const box=document.querySelector('#find'),only=document.querySelector('#only'),rows=[...document.querySelectorAll('.record')];
document.querySelector('.filter').hidden=false;
const show=()=>{const t=box.value.toLowerCase();let n=0;for(const r of rows){const on=(!only.checked||r.dataset.look==='yes')&&r.textContent.toLowerCase().includes(t);r.hidden=!on;n+=on}
document.querySelector('#shown').textContent=n+' of '+rows.length+' shown'};
box.addEventListener('input',show);only.addEventListener('change',show);show();
addEventListener('beforeprint',()=>{for(const r of rows)r.open=true});
`;

/** sample-diff.html: every record of the sample, field by field, for the person who approves it. Self-contained. */
export function renderSampleDiffHtml(sample: SampleReport): string {
  const good = sample.differences === 0;
  const body = html`
<h1>Sample: what arrived in Twenty</h1>
<p class="soft">Migration ${sample.migration} · plan <code>${sample.planDigest.slice(0, 12)}</code> · sample <code>${sample.digest.slice(0, 12)}</code></p>
<div class="verdict ${good ? 'good' : 'bad'}">${
    good
      ? html`<b>No unexplained difference.</b> ${counted(sample.records, 'record')} were loaded, read back from Twenty and compared field by field.`
      : html`<b>${counted(sample.differences, 'field or file', 'fields or files')} ${sample.differences === 1 ? 'differs' : 'differ'} without an explanation.</b> Look at them below before you approve anything.`
  }</div>
<div class="tiles">${tile(count(sample.records), 'records loaded')}${READ_VERDICTS.filter(
    (verdict) => sample.verdicts[verdict] > 0,
  ).map((verdict) => tile(count(sample.verdicts[verdict]), `fields ${VERDICT_WORDS[verdict].text}`))}</div>
<h2>What the sample covers</h2>
<ul class="columns">${sample.covers.map((cover) => html`<li>${cover}</li>`)}</ul>
<h2>Records</h2>
<p class="soft">Source: the cells as they stand in the export. Expected: what the plan makes of them. Found: what Twenty shows. Empty fields that are empty on both sides are left out.</p>
<div class="filter" hidden><input id="find" type="search" placeholder="Find in records" aria-label="Find in records"><label><input id="only" type="checkbox"> only those that need a look</label><span class="soft" id="shown"></span></div>
${[...sample.rows].sort((a, b) => rank(b) - rank(a)).map(record)}
<h2>Approve</h2>
<p>If this is what you want to see in Twenty, approve the sample; the rest is loaded in the same way.</p>
<p><code>vp-twenty approve --migration ${sample.migration} --sample ${sample.digest} --by you@example.com</code></p>
<p>If not: take it back with <code>vp-twenty sample --migration ${sample.migration} --discard</code>, change decisions.yaml or the mapping, and plan again.</p>
<footer>This page holds customer data. It loads nothing from the network.</footer>`;
  return page(`Sample of ${sample.migration}`, body, SCRIPT);
}

function record(reading: RecordReading): Html {
  const shown = reading.fields.filter((field) => isTelling(field, reading.fields));
  const { file } = reading;
  const verdicts = [...shown.map(({ verdict }) => verdict), ...(file === undefined ? [] : [file.verdict])];
  const worst = READ_VERDICTS.toReversed().find((verdict) => verdicts.includes(verdict));
  const look = reading.fields.length === 0 || verdicts.some((verdict) => verdict !== 'equal');
  const open = verdicts.some((verdict) => !isExplained(verdict));
  const outcome = reading.outcome === null ? 'no outcome' : OUTCOME_WORDS[reading.outcome];
  const summary = html`<summary><b>${reading.object}</b> <span>${reading.sourceId}</span> <span class="soft">row ${reading.row}</span><span class="grow"></span><span class="soft">${outcome}</span>${
    worst === undefined
      ? tag('not loaded', 'warn')
      : tag(VERDICT_WORDS[worst].text, VERDICT_WORDS[worst].kind)
  }</summary>`;
  const details =
    reading.fields.length === 0
      ? html`<p style="padding:4px 14px">${reading.reason === null ? 'Nothing was written for this row.' : deadLetterReason(reading.reason)}</p>`
      : table(
          [
            { head: 'Twenty field' },
            { head: 'Source', kind: 'value' },
            { head: 'Expected', kind: 'value' },
            { head: 'Found', kind: 'value' },
            { head: 'Verdict' },
          ],
          [...shown.map(fieldRow), ...(file === undefined ? [] : [fileRow(file)])],
        );
  const attributes = open ? html` open data-look="yes"` : look ? html` data-look="yes"` : null;
  return html`<details class="record"${attributes}>${summary}${details}</details>`;
}

function fieldRow(field: FieldReading): (string | Html)[] {
  const { text, kind } = VERDICT_WORDS[field.verdict];
  const why =
    field.rule ??
    (field.drift === undefined
      ? field.path
      : `${field.drift.by}${field.drift.who === '' ? '' : `, ${field.drift.who}`}`);
  const verdict = html`${tag(text, kind)}${why === undefined ? null : html` <span class="soft">${why}</span>`}`;
  return [
    field.field,
    shorten(sourceText(field.source), VALUE_MAX),
    shorten(valueText(field.expected), VALUE_MAX),
    shorten(valueText(field.found), VALUE_MAX),
    verdict,
  ];
}

/** Cells by column; the name of the column only where there are several. */
export function sourceText(source: FieldReading['source']): string {
  const filled = Object.entries(source).filter(([, text]) => text.trim() !== '');
  const [only] = filled;
  return filled.length === 1 && only !== undefined && Object.keys(source).length === 1
    ? only[1]
    : filled.map(([column, text]) => `${column}: ${text}`).join('\n');
}

/** Empty on both sides says nothing, unless a cell has no other field to be seen in. */
function isTelling(field: FieldReading, fields: readonly FieldReading[]): boolean {
  if (field.verdict !== 'equal' || valueText(field.expected) !== '') return true;
  const filled = Object.entries(field.source).filter(([, text]) => text.trim() !== '');
  return filled.some(
    ([column]) => !fields.some(({ source, expected }) => column in source && valueText(expected) !== ''),
  );
}

/** How much a record needs a look: records with trouble come first, the others stay in load order. */
function rank({ fields, file }: RecordReading): number {
  if (fields.length === 0) return READ_VERDICTS.indexOf('drift');
  const verdicts = [...fields.map(({ verdict }) => verdict), file?.verdict ?? 'equal'];
  return Math.max(...verdicts.map((verdict) => READ_VERDICTS.indexOf(verdict)));
}
