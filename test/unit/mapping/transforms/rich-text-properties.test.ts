import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from '../../../../worker/mapping/transforms/clean-text.ts';
import { linkTarget } from '../../../../worker/mapping/transforms/rich-text/link-target.ts';
import { blocksOf, convert, ink, inkOf, markdownOf } from './rich-text-run.ts';
import { wildText } from './run.ts';

const FORMATS = ['text', 'html', 'markdown'];

/** Words that no markup is made of. */
const word = fc.integer({ min: 0, max: 99_999 }).map((n) => `w${n}x`);

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** HTML, and the text that a person sees of it. */
interface Page {
  readonly html: string;
  readonly text: string;
}

const join = (pages: readonly Page[]): Page => ({
  html: pages.map(({ html }) => html).join(''),
  text: pages.map(({ text }) => text).join(' '),
});

const plain = fc
  .oneof(word, wildText)
  .map(cleanText)
  .map((text): Page => ({ html: escaped(text), text }));

const invisible = fc
  .constantFrom(
    '<script>if (a < b) alert("x")</script>',
    '<style>p > a { color: red }</style>',
    '<!-- hidden -->',
    '<img src="https://t.example/open.gif" width=1 height=1>',
    '<o:p></o:p>',
  )
  .map((html): Page => ({ html, text: '' }));

const around =
  (...tags: string[]) =>
  (page: Page, tag: string): Page => ({
    html: tags.includes(tag) ? `<${tag}>${page.html}</${tag.split(' ')[0] ?? tag}>` : page.html,
    text: page.text,
  });

const ADDRESS = 'https://a.example/?x=1';

const INLINE = [
  'b',
  'i',
  'u',
  's',
  'code',
  'span style="font-weight: bold"',
  `a href="${ADDRESS}"`,
  'font color=red',
];
const BLOCKS = ['p', 'div', 'h1', 'h6', 'blockquote', 'ul', 'center', 'section', 'li', 'pre'];

const { page } = fc.letrec<{ inline: Page; item: Page; page: Page }>((tie) => ({
  inline: fc.oneof(
    { maxDepth: 4 },
    plain,
    invisible,
    fc.tuple(tie('inline'), fc.constantFrom(...INLINE)).map(([inner, tag]) => around(...INLINE)(inner, tag)),
    fc.array(tie('inline'), { maxLength: 3 }).map(join),
  ),
  item: tie('page').map(({ html, text }) => ({ html: `<li>${html}</li>`, text })),
  page: fc.oneof(
    { maxDepth: 5 },
    tie('inline'),
    fc.tuple(tie('page'), fc.constantFrom(...BLOCKS)).map(([inner, tag]) => around(...BLOCKS)(inner, tag)),
    fc
      .array(tie('item'), { maxLength: 3 })
      .map(join)
      .map(({ html, text }) => ({ html: `<ol>${html}</ol>`, text })),
    fc
      .array(fc.array(tie('page'), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
      .map((rows) => ({
        html: `<table>${rows.map((cells) => `<tr>${cells.map(({ html }) => `<td>${html}</td>`).join('')}</tr>`).join('')}</table>`,
        text: rows
          .flat()
          .map(({ text }) => text)
          .join(' '),
      })),
    fc.array(tie('page'), { maxLength: 4 }).map(join),
  ),
}));

test('all text of any page is there, in order, and nothing else', () => {
  fc.assert(
    fc.property(page, ({ html, text }) => {
      const seen = blocksOf(html, 'html');
      const inTable = html.includes('<table>');
      const clean = (from: string) => ink(inTable ? from.replace(/[•☐☑\d.]/g, '') : from);
      // A link around nothing shows its address.
      expect(clean(inkOf(seen).replaceAll(ADDRESS, ''))).toBe(clean(text));
    }),
    { numRuns: 1000 },
  );
});

test('plain text comes out literally', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      expect(inkOf(blocksOf(text, 'text'))).toBe(ink(cleanText(text)));
    }),
    { numRuns: 1000 },
  );
});

test('every word of any markdown is there, in order', () => {
  const marks = [
    '*',
    '_',
    '**',
    '`',
    '[',
    ']',
    '(',
    ')',
    '> ',
    '- ',
    '1. ',
    '# ',
    '\n',
    '\n\n',
    '~~',
    '&',
    '\\',
    '    ',
    '+',
    ':',
  ];
  const pieces = fc.array(fc.oneof(word, fc.constantFrom(...marks)), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const words = parts.filter((part) => part.startsWith('w'));
      const found = inkOf(blocksOf(parts.join(' '), 'markdown'));
      for (const one of words) expect(found.toLowerCase()).toContain(one);
    }),
    { numRuns: 1000 },
  );
});

const soup = fc
  .array(
    fc.oneof(
      wildText,
      fc.constantFrom(
        '<',
        '>',
        '</',
        '/>',
        '"',
        "'",
        '=',
        '&#',
        '&',
        ';',
        '<a href="',
        'javascript:',
        'data:',
        'https://x.example',
        ' href=',
        '<script>',
        '</script>',
        '<table>',
        '<td',
        '<tr>',
        '<li>',
        '<ul>',
        '<p',
        '</p>',
        '<img src=',
        '<svg>',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '](',
        '![',
        '```',
        '\n',
        '> ',
        '- ',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

test('any text in any format: the same twice, JSON of blocks, safe addresses, no markup that runs', () => {
  fc.assert(
    fc.property(soup, fc.constantFrom(...FORMATS), (text, format) => {
      const once = convert(text, format);
      expect(convert(text, format)).toEqual(once);
      expect(['value', 'empty']).toContain(once.kind);
      const seen = JSON.stringify(blocksOf(text, format));
      expect(seen.isWellFormed()).toBe(true);
      expect(seen).not.toContain('\\u0000');
      // As Twenty looks for them: one other protocol and it refuses the record.
      for (const [, href = ''] of seen.matchAll(/"(?:url|href)"\s*:\s*"([^"]*)"/gi))
        expect(['http:', 'https:', 'mailto:', 'tel:']).toContain(new URL(href).protocol);
      const ids = [...seen.matchAll(/"id":"([\d.]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      if (once.kind === 'value' && format !== 'text') {
        const markdown = markdownOf(text, format).replace(/```[\s\S]*?```|`[^`]*`/g, '');
        expect(/<(?!<)(?:script|img|iframe|svg)\b/i.test(markdown)).toBe(false);
      }
    }),
    { numRuns: 1500 },
  );
});

test('Markdown for the server, read again, says the same', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      if (cleanText(text).trim() === '') return;
      const again = blocksOf(markdownOf(text, 'text'), 'markdown');
      expect(inkOf(again)).toBe(ink(cleanText(text)));
    }),
    { numRuns: 1000 },
  );
});

test('an address that is linked is one that a browser opens as it says', () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), wildText), (text) => {
      const target = linkTarget(text);
      if (target.kind !== 'link') return;
      expect(target.href).toBe(new URL(target.href).href);
      expect(linkTarget(target.href)).toEqual(target);
    }),
  );
});
