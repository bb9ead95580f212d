import type { Block, Item, Run, Table } from './document.ts';

/**
 * The document as Markdown that Twenty's server reads back to it as far as it can: its parser (BlockNote 0.51) takes backslashes before few characters and no
 * entities, keeps no structure within quotes and puts a blank behind a line break. CommonMark readers see the same.
 */
export function toMarkdown(blocks: readonly Block[]): string {
  return `${linesOf(blocks).join('\n')}\n`;
}

function linesOf(blocks: readonly Block[], inItem = false): string[] {
  const out: string[] = [];
  let number = 0;
  let before: Block | null = null;
  for (const block of blocks) {
    number = block.kind === 'item' && block.marker === 'number' ? (block.start ?? number + 1) : 0;
    const tight =
      block.kind === 'item' &&
      (before?.kind === 'item' ? before.marker === block.marker : inItem && out.length === 1);
    if (before !== null && !tight) out.push('');
    for (const line of blockLines(block, number)) out.push(line);
    before = block;
  }
  return out;
}

function blockLines(block: Block, number: number): string[] {
  switch (block.kind) {
    case 'paragraph':
      return inline(block.runs, '\\\n').split('\n');
    case 'heading':
      return [`${'#'.repeat(block.level)} ${inline(block.runs, ' ')}`];
    case 'divider':
      return ['---'];
    case 'code': {
      const fence = fenceFor(block.text, 3);
      return [`${fence}${block.language === 'text' ? '' : block.language}`, ...block.text.split('\n'), fence];
    }
    case 'quote':
      return linesOf(block.blocks).map((line) => (line === '' ? '>' : `> ${line}`));
    case 'item':
      return itemLines(block, number);
    case 'table':
      return tableLines(block);
  }
}

function itemLines({ marker, checked, blocks }: Item, number: number): string[] {
  const bullet = marker === 'number' ? `${number}. ` : '- ';
  const check = marker === 'check' ? (checked ? '[x] ' : '[ ] ') : '';
  const indent = ' '.repeat(bullet.length);
  const [first = '', ...rest] = linesOf(blocks, true);
  return [`${bullet}${check}${first}`, ...rest.map((line) => (line === '' ? '' : indent + line))];
}

function tableLines({ rows, header }: Table): string[] {
  const width = rows[0]?.length ?? 0;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((cells) =>
    line(cells.map((runs) => inline(runs, '<br>').replace(/(?<!\\)\|/g, '\\|'))),
  );
  const rule = line(Array.from({ length: width }, () => '---'));
  const [first = ''] = body;
  // A table without a header row is none in Markdown.
  if (!header) return [line(Array.from({ length: width }, () => ' ')), rule, ...body];
  return [first, rule, ...body.slice(1)];
}

function inline(runs: readonly Run[], lineBreak: string): string {
  let out = '';
  for (const [index, run] of runs.entries()) {
    const next = runs[index + 1]?.text ?? '';
    const lines = run.text.split('\n').map((line, n, all) => {
      const starts = n > 0 || out === '' || out.endsWith('\n');
      const after = n === all.length - 1 ? next : '';
      return styled(line, run, starts, n > 0 ? '' : out, after);
    });
    out += lines.join(lineBreak);
  }
  return out;
}

function styled(text: string, { styles, href }: Run, starts: boolean, before: string, after: string): string {
  if (text.trim() === '') return starts ? '' : text;
  const trimmed = text.trim();
  const lead = text.slice(0, text.indexOf(trimmed));
  const tail = text.slice(lead.length + trimmed.length);
  let out = styles.code === true ? codeSpan(trimmed) : literal(trimmed, starts);
  // Delimiters within a word, or next to others, would not be read as such.
  const free =
    (before === '' || lead !== '' || /[\s(]$/.test(before.slice(-1))) &&
    (after === '' || tail !== '' || /^[\s.,;:!?)]/.test(after));
  const wrap = (mark: string, tag: string) => {
    out = free ? `${mark}${out}${mark}` : `<${tag}>${out}</${tag}>`;
  };
  if (styles.strike === true) wrap('~~', 'del');
  if (styles.italic === true) wrap('*', 'em');
  if (styles.bold === true) wrap('**', 'strong');
  if (styles.underline === true) out = `<u>${out}</u>`;
  if (href !== undefined)
    out = `[${out}](${href.replace(/[()<>]/g, (char) => encodeURIComponent(char).replace('(', '%28').replace(')', '%29'))})`;
  // Blanks at the beginning of a line would make it code.
  return (starts ? lead.replace(/[ \t]/g, '\u00a0') : lead) + out + tail;
}

function codeSpan(text: string): string {
  const fence = fenceFor(text, 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

function fenceFor(text: string, least: number): string {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(Math.max(least, longest + 1));
}

/** Nothing in the text is markup. What no backslash helps against is kept apart by an empty comment or a blank. */
function literal(text: string, starts: boolean): string {
  const within = text.replace(/[\\`*_[\]~|>]/g, '\\$&').replace(/<(?=[A-Za-z/!?])/g, '<<!-- -->');
  if (!starts) return within;
  return within
    .replace(/^[#+-]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^(=+)$/, '\u00a0$1');
}
