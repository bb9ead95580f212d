import { Html, type HtmlPart, html } from './html.ts';

/** One look for all reports: system fonts, dark and light, printable, nothing loaded from anywhere. Colours of charts pass for the colour-blind. */
const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--ink:#1b1f24;--soft:#5b6570;--line:#dfe3e8;--accent:#2f5fd0;
--good:#1f7a4d;--good-bg:#e3f4ea;--warn:#8a5a00;--warn-bg:#fdf1d8;--bad:#b3261e;--bad-bg:#fde7e5;--calm:#3d5a80;--calm-bg:#e6eef8;
--s1:#2f6fde;--s2:#2a9d8f;--s3:#8d6cc9;--s4:#e0a526;--s5:#e07a3f;--s6:#9aa5b1;--s7:#6b7785;--s8:#c8372d}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#1d2228;--ink:#e8ebee;--soft:#a0abb7;--line:#333b44;--accent:#8fb0ff;
--good:#7dd3a4;--good-bg:#173527;--warn:#f0c674;--warn-bg:#3b2f14;--bad:#ff9d94;--bad-bg:#43201d;--calm:#a9c5e8;--calm-bg:#1f2d3f;
--s1:#5b8ff0;--s2:#45b8a9;--s3:#a98ee0;--s4:#e8b84b;--s5:#ee9160;--s6:#7d8894;--s7:#59636e;--s8:#e5605a}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px}h2{font-size:19px;margin:40px 0 8px}h3{font-size:15px;margin:24px 0 6px}
p{margin:6px 0;max-width:76ch}.soft{color:var(--soft)}a{color:var(--accent)}
code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.verdict{border-radius:10px;padding:16px 20px;margin:20px 0;font-size:17px}.verdict b{font-weight:650}
.verdict.good{background:var(--good-bg);color:var(--good)}.verdict.bad{background:var(--bad-bg);color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:16px 0}
.tile{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.tile b{display:block;font-size:22px;line-height:1.25;font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:13px}
.columns{columns:280px;font-size:14px;padding-left:20px}.columns li{break-inside:avoid}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;margin:10px 0}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:7px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child>td{border-bottom:0}thead th{background:var(--panel);color:var(--soft);font-weight:600;font-size:13px;white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.v{max-width:340px;overflow-wrap:anywhere;white-space:pre-wrap}td.zero{color:var(--soft)}
.tag{display:inline-block;border-radius:20px;padding:1px 9px;font-size:12.5px;white-space:nowrap;background:var(--calm-bg);color:var(--calm)}
.tag.good{background:var(--good-bg);color:var(--good)}.tag.warn{background:var(--warn-bg);color:var(--warn)}.tag.bad{background:var(--bad-bg);color:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:10px 0;font-size:13px;color:var(--soft)}
.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
svg{display:block;width:100%;height:auto;margin:4px 0}svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--ink)}
svg text.soft{fill:var(--soft)}
.record{border:1px solid var(--line);border-radius:10px;margin:10px 0;overflow:hidden}
.record>summary{cursor:pointer;padding:9px 14px;background:var(--panel);display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
.record[open]>summary{border-bottom:1px solid var(--line)}.record .grow{flex:1}.record .scroll{border:0;border-radius:0;margin:0}
.filter{position:sticky;top:0;background:var(--ground);padding:10px 0;display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;border-bottom:1px solid var(--line);z-index:1}
.filter input[type=search]{font:inherit;padding:5px 10px;border:1px solid var(--line);border-radius:8px;background:var(--ground);color:var(--ink);min-width:220px}
footer{margin-top:48px;padding-top:12px;border-top:1px solid var(--line);font-size:13px;color:var(--soft)}
@media print{:root{color-scheme:light}main{max-width:none;padding:0}.filter{display:none}.scroll{overflow:visible;border:0}h2{break-after:avoid}
tr,.tile,svg{break-inside:avoid}body{font-size:11px;-webkit-print-color-adjust:exact;print-color-adjust:exact}table{font-size:10.5px}}
`;

/** A whole page without any outside resource. `script` is our own code, never a value. */
export function page(title: string, body: Html, script = ''): string {
  const shell = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main>${body}</main>${script === '' ? null : html`<script>${new Html(script)}</script>`}</body></html>
`;
  return shell.text;
}

/** A column of a table; numbers stand right. */
export interface Column {
  readonly head: string;
  readonly kind?: 'number' | 'value';
}

/** A table that scrolls by itself when it is too wide. Nothing for no rows. */
export function table(columns: readonly Column[], rows: readonly (readonly HtmlPart[])[]): Html | null {
  if (rows.length === 0) return null;
  const head = columns.map(
    ({ head: text, kind }) => html`<th${kind === 'number' ? new Html(' class="n"') : null}>${text}</th>`,
  );
  const body = rows.map((cells) => html`<tr>${cells.map((cell, at) => td(columns[at], cell))}</tr>`);
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function td(column: Column | undefined, cell: HtmlPart): Html {
  if (column?.kind === 'number')
    return html`<td class="n${cell === '0' || cell === 0 ? ' zero' : ''}">${cell}</td>`;
  return column?.kind === 'value' ? html`<td class="v" dir="auto">${cell}</td>` : html`<td>${cell}</td>`;
}

export function tile(value: string, label: string): Html {
  return html`<div class="tile"><b>${value}</b><span>${label}</span></div>`;
}

export function tag(text: string, kind: 'good' | 'warn' | 'bad' | 'calm'): Html {
  return html`<span class="tag ${kind}">${text}</span>`;
}

/** Note under a list that was cut. */
export function cutNote(listed: number, total: number): Html | null {
  return listed < total
    ? html`<p class="soft">${listed.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} are listed; all are counted.</p>`
    : null;
}
