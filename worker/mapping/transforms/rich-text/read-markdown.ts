import MarkdownIt from 'markdown-it';
import { cleanText } from '../clean-text.ts';
import type { RichText } from './document.ts';
import { readHtml } from './read-html.ts';

/** How deep markdown may nest before the rest of a block is taken as text. Deeper than what a document keeps. */
const DEEPEST = 80;

const markdown = new MarkdownIt('default', { html: true, linkify: false, breaks: true });
// Beyond its own limit the parser leaves text out; it never gets there.
markdown.set({ maxNesting: DEEPEST + 20 } as object);
// The reader of the HTML judges addresses; the parser's own check would show markup.
markdown.validateLink = () => true;
markdown.block.ruler.before('table', 'too-deep', (state, startLine, endLine, silent) => {
  if (state.level < DEEPEST) return false;
  if (silent) return true;
  const text = state.getLines(startLine, endLine, state.blkIndent, false).trim();
  state.line = endLine;
  if (text === '') return true;
  state.push('paragraph_open', 'p', 1);
  const content = state.push('text', '', 0);
  content.content = text;
  state.push('paragraph_close', 'p', -1);
  return true;
});

// A row with more cells than the header: Markdown shows the surplus nowhere, so that it goes into the last cell.
markdown.core.ruler.before('inline', 'surplus-cells', ({ tokens, src }) => {
  const lines = src.split('\n');
  let columns = 0;
  let line = -1;
  let last: (typeof tokens)[number] | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'tr_open') {
      columns = 0;
      line = token.map?.[0] ?? -1;
    }
    if (token.type === 'td_open') {
      columns += 1;
      last = tokens[index + 1];
    }
    if (token.type !== 'tr_close' || last === undefined) continue;
    const surplus = cellsOf(lines[line] ?? '').slice(columns);
    if (surplus.length > 0) last.content += ` | ${surplus.join(' | ')}`;
    last = undefined;
  }
});

function cellsOf(line: string): string[] {
  const row = line.replace(/^[\s>]*\|?/, '').trimEnd();
  return row
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .filter((cell, at, all) => at < all.length - 1 || cell !== '');
}

interface Reference {
  readonly href: string;
  readonly title: string;
}

/** CommonMark with tables, strike-through and check lists; a line end is a line break, as people who type notes expect. */
export function readMarkdown(text: string): RichText {
  const environment: { references?: Record<string, Reference> } = {};
  const tokens = markdown.parse(cleanText(text), environment);
  const used = new Set(
    tokens.flatMap(({ children }) =>
      (children ?? []).flatMap((token) => [token.attrGet('href'), token.attrGet('src')]),
    ),
  );
  // A definition that no link uses is text that the parser took away.
  const unused = Object.entries(environment.references ?? {}).filter(([, { href }]) => !used.has(href));
  const html = markdown.renderer.render(tokens, markdown.options, environment);
  const definitions = unused.map(([label, { href, title }]) => `[${label}]: ${href} ${title}`.trim());
  const rest = definitions.map((line) => `<p>${markdown.utils.escapeHtml(line)}</p>`).join('');
  return readHtml(html + rest, { checkMarks: true });
}
