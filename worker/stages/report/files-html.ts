import type { FileBytes, FileReading } from '../../mapping/documents/read-back.ts';
import type { ReconciliationReport } from '../../mapping/documents/reconciliation.ts';
import { byteSize, count } from './format.ts';
import { type Html, html } from './html.ts';
import { table, tag } from './page.ts';
import { VERDICT_WORDS } from './words.ts';

/** What became of the files of every object. */
export function filesSection({ files }: ReconciliationReport): Html | null {
  if (files.length === 0) return null;
  return html`<h2>Files</h2>
<p class="soft">Every file was downloaded from Twenty and its SHA-256 compared with that of the file in the export.</p>
${table(
  [
    { head: 'Source object' },
    { head: 'files', kind: 'number' },
    { head: 'size' },
    { head: 'equal', kind: 'number' },
    { head: 'different', kind: 'number' },
    { head: 'missing', kind: 'number' },
    { head: 'exchanged since, or own', kind: 'number' },
    { head: 'too large, stay in the source', kind: 'number' },
    { head: 'Remark' },
  ],
  files.map((each) => [
    each.object,
    count(each.files),
    byteSize(each.bytes),
    count(each.equal),
    count(each.different),
    count(each.missing),
    count(each.explained),
    count(each.elsewhere),
    each.different + each.missing === 0 ? '' : tag('unexplained', 'bad'),
  ]),
)}`;
}

/** A file among the fields of a sampled record. */
export function fileRow({ name, expected, found, verdict }: FileReading): (string | Html)[] {
  const { text, kind } = VERDICT_WORDS[verdict];
  return [
    'bytes of the file',
    name,
    bytesText(expected),
    found === null ? '' : bytesText(found),
    html`${tag(text, kind)}`,
  ];
}

function bytesText({ bytes, sha256 }: FileBytes): string {
  return `${byteSize(bytes)}, SHA-256 ${sha256.slice(0, 12)}`;
}
