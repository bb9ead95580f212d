import { ADMIN_REASONS, type ReconciliationReport } from '../../mapping/documents/reconciliation.ts';
import { count, shorten, valueText } from './format.ts';
import { type Html, html } from './html.ts';
import { cutNote, table } from './page.ts';
import { sourceText } from './sample-diff-html.ts';
import { deadLetterReason, keptReason } from './words.ts';

const VALUE_MAX = 300;
const ADMIN_SHOWN = 200;

/** What differs and is not explained. */
export function differencesSection({ differences }: ReconciliationReport): Html {
  return html`<h2>Unexplained differences</h2>
${
  differences.total === 0
    ? html`<p>None.</p>`
    : table(
        [
          { head: 'Record' },
          { head: 'Field' },
          { head: 'Source', kind: 'value' },
          { head: 'Expected', kind: 'value' },
          { head: 'Found', kind: 'value' },
        ],
        differences.listed.map((difference) => [
          html`${difference.object} ${difference.sourceId} <span class="soft">row ${difference.row}</span>`,
          difference.path ?? difference.field,
          shorten(sourceText(difference.source), VALUE_MAX),
          shorten(valueText(difference.expected), VALUE_MAX),
          difference.verdict === 'missing'
            ? 'not in Twenty'
            : shorten(valueText(difference.found), VALUE_MAX),
        ]),
      )
}${cutNote(differences.listed.length, differences.total)}`;
}

/** Records that someone changed since they were written. */
export function driftSection({ drift, driftBy }: ReconciliationReport): Html {
  const by = Object.entries(driftBy)
    .map(
      ([editor, n]) =>
        `${count(n)} by ${editor === 'person' ? 'people' : editor === 'api' ? 'other programs' : 'automations'}`,
    )
    .join(', ');
  return html`<h2>Edited in Twenty since</h2>
${
  drift.total === 0
    ? html`<p>No record was changed since it was written.</p>`
    : html`<p class="soft">${by}. These differences are explained: Twenty says that the record was written after us, and by whom.</p>${table(
        [{ head: 'Record' }, { head: 'Fields' }, { head: 'By' }, { head: 'When' }],
        drift.listed.map(({ object, sourceId, row, fields, by: editor, who, at }) => [
          html`${object} ${sourceId} <span class="soft">row ${row}</span>`,
          fields.includes('deletedAt') ? 'put in the trash' : fields.join(', '),
          who === '' ? editor : `${who} (${editor})`,
          at.slice(0, 16).replace('T', ' '),
        ]),
      )}`
}${cutNote(drift.listed.length, drift.total)}`;
}

/** Rows that could not be loaded, by code. */
export function deadLetterSection({ deadLetters }: ReconciliationReport): Html {
  return html`<h2>Dead letters</h2>
${
  deadLetters.length === 0
    ? html`<p>None.</p>`
    : html`${table(
        [
          { head: 'Source object' },
          { head: 'Code' },
          { head: 'Rows', kind: 'number' },
          { head: 'What it means' },
        ],
        deadLetters.map(({ object, code, rows }) => [object, code, count(rows), deadLetterReason(code)]),
      )}<p class="soft">Each with its row, field and what to do: <code>vp-twenty dead-letters list</code>; after a correction: <code>vp-twenty dead-letters retry --from fixes.csv</code>.</p>`
}`;
}

/** Values that did not convert; their text is kept on the record. */
export function keptSection({ kept }: ReconciliationReport): Html | null {
  if (kept.length === 0) return null;
  return html`<h2>Kept as original text</h2>
<p class="soft">What could not be converted is never dropped: its text is in the field “Visual Practice original text” of the record.</p>
${table(
  [{ head: 'Column' }, { head: 'Why' }, { head: 'Rows', kind: 'number' }, { head: 'Examples (source ids)' }],
  kept.map(({ object, column, why, rows, examples }) => [
    `${object}.${column}`,
    keptReason(why),
    count(rows),
    examples
      .slice(0, 5)
      .map(({ sourceId }) => sourceId)
      .join(', '),
  ]),
)}`;
}

/** Owners without a workspace member. */
export function orphanSection({ orphans }: ReconciliationReport): Html | null {
  if (orphans.length === 0) return null;
  return html`<h2>Orphan owners</h2>
${table(
  [
    { head: 'Owner' },
    { head: 'Name' },
    { head: 'E-mail' },
    { head: 'Records that hang on it', kind: 'number' },
  ],
  orphans.map(({ sourceId, name, email, records }) => [sourceId, name, email, count(records)]),
)}`;
}

/** What a person should look at. */
export function adminSection({ admin, adminBy }: ReconciliationReport): Html | null {
  if (admin.total === 0) return null;
  const reasons = new Map(Object.entries(adminBy));
  return html`<h2>Records for the admin</h2>
${table(
  [{ head: 'Why' }, { head: 'Records', kind: 'number' }],
  Object.entries(ADMIN_REASONS).flatMap(([why, sentence]) =>
    reasons.has(why) ? [[sentence, count(reasons.get(why) ?? 0)]] : [],
  ),
)}
<details><summary>List</summary>${table(
    [{ head: 'Record' }, { head: 'Why' }, { head: 'Detail' }, { head: 'Twenty id' }],
    admin.listed
      .slice(0, ADMIN_SHOWN)
      .map(({ object, sourceId, row, why, detail, twentyId }) => [
        html`${object} ${sourceId} <span class="soft">row ${row}</span>`,
        ADMIN_REASONS[why],
        detail,
        twentyId === null ? '' : html`<code>${twentyId}</code>`,
      ]),
  )}${cutNote(Math.min(admin.listed.length, ADMIN_SHOWN), admin.total)}</details>`;
}
