import { describe, expect, test } from 'vitest';
import { outline } from '../../../fixtures/blocknote-outline.ts';
import { blocksOf, convert, ink, inkOf, markdownOf } from './rich-text-run.ts';
import { reasons } from './run.ts';

describe('HTML', () => {
  test.each([
    ['<p>One</p><p>Two</p>', ['paragraph: One', 'paragraph: Two']],
    ['<div>One</div><div>Two<br>and a half</div>', ['paragraph: One', 'paragraph: Two\nand a half']],
    ['One<br><br>Two', ['paragraph: One', 'paragraph: Two']],
    [
      '<h2>Plan</h2>a <b>bold</b> <i>leaning</i> <u>line</u> <s>gone</s> <code>x</code>',
      [
        'heading level=2: Plan',
        'paragraph: a {bold}bold {italic}leaning {underline}line {strike}gone {code}x',
      ],
    ],
    ['<span style="font-weight:700;font-style:italic">both</span>', ['paragraph: {bold italic}both']],
    [
      '<ul><li>a<ul><li>b</li></ul></li><li>c</ul>',
      ['bulletListItem: a [bulletListItem: b]', 'bulletListItem: c'],
    ],
    ['<ul><li>a</li><ul><li>b</li></ul></ul>', ['bulletListItem: a [bulletListItem: b]']],
    ['<ol start="3"><li>c<li>d</ol>', ['numberedListItem start=3: c', 'numberedListItem: d']],
    [
      '<ul><li><input type="checkbox" checked> done</li><li><input type=checkbox>open</li></ul>',
      ['checkListItem checked=true: done', 'checkListItem checked=false: open'],
    ],
    ['<table><thead><tr><th>Eye<th>Sph</thead><tr><td>R<td>-1.25</table>', ['table: |Eye|Sph| |R|-1.25|']],
    ['<table><tr><td colspan=2>wide<tr><td>a<td>b</table>', ['table: |wide|| |a|b|']],
    ['<table><tr><td rowspan=2>tall<td>a<tr><td>b</table>', ['table: |tall|a| ||b|']],
    ['<table><tr><td>a<td><ul><li>x<li>y</ul><tr><td>b<td></table>', ['table: |a|• x\n• y| |b||']],
    ['<table><tr><td><table><tr><td>k<td>v<tr><td>l<td>w</table></table>', ['table: |k|v| |l|w|']],
    ['<blockquote><p>a</p><p>b</p><ul><li>c</ul></blockquote>', ['quote: a\nb [bulletListItem: c]']],
    ['<pre><code class="language-js">if (a)\n  b();</code></pre>', ['codeBlock language=js: if (a)\n  b();']],
    ['a<hr>b', ['paragraph: a', 'divider: ', 'paragraph: b']],
    ['<a href="https://a.example/x?y=1&amp;z=2">here</a>', ['paragraph: here <https://a.example/x?y=1&z=2>']],
    ['<a href="mailto:a@b.example"></a>', ['paragraph: a@b.example <mailto:a@b.example>']],
    ['&lt;b&gt; &amp;amp; &euro; &#8364; &nope; 😀 שלום', ['paragraph: <b> &amp; € € &nope; 😀 שלום']],
    ['Dear <Jane Doe>, from <jo@b.example>', ['paragraph: Dear <Jane Doe>, from <jo@b.example>']],
    ['a &lt; b <c', ['paragraph: a < b <c']],
    ['<p>x &nbsp; y</p>', ['paragraph: x \u00a0 y']],
    ['<p>&nbsp;</p><p> </p>', []],
  ])('%j', (html, expected) => {
    expect(outline(blocksOf(html, 'html'))).toEqual(expected);
  });

  test.each([
    ['<script>alert(1)</script>a<style>p{}</style>', ['paragraph: a']],
    ['<SCRIPT src=x>alert(1)', []],
    ['<p onclick="alert(1)">a</p>', ['paragraph: a']],
    ['<a href="javascript:alert(1)">a</a>', ['paragraph: a']],
    ['<a href=" jAva\nscript&colon;alert(1)">a</a>', ['paragraph: a']],
    ['<a href="data:text/html,x">a</a>', ['paragraph: a']],
    ['<img src="https://t.example/p.gif" width="1" height="1">a', ['paragraph: a']],
    ['<img src="https://t.example/p.gif" style="display:none">a', ['paragraph: a']],
    ['<iframe src="https://t.example/" width=0></iframe>a', ['paragraph: a']],
    ['<!-- secret -->a<!--[if mso]>b<![endif]-->', ['paragraph: a']],
  ])('what runs or tracks goes: %j', (html, expected) => {
    expect(outline(blocksOf(html, 'html'))).toEqual(expected);
  });

  test.each([
    [
      '<img src="https://i.example/a.png" alt="The chart">',
      ['paragraph: The chart <https://i.example/a.png>'],
    ],
    ['<img src="https://i.example/d/a.png">', ['paragraph: a.png <https://i.example/d/a.png>']],
    ['<img src="cid:1" alt="Logo">', ['paragraph: [image: Logo]']],
    [
      '<a href="https://a.example/"><img src="https://i.example/a.png" alt="Shop"></a>',
      ['paragraph: Shop <https://a.example/>'],
    ],
    ['<a href="file:///s/x.doc">Offer</a>', ['paragraph: Offer (file:///s/x.doc)']],
    ['<a href="/contacts/1">Ana</a>', ['paragraph: Ana (/contacts/1)']],
  ])('pictures are links, and what Twenty cannot link is written out: %j', (html, expected) => {
    expect(outline(blocksOf(html, 'html'))).toEqual(expected);
  });

  test('a picture within the text is said to stay in the source', () => {
    const result = convert('<p>a <img src="data:image/png;base64,AAAA" alt="scan"></p>', 'html');
    expect(reasons(result)).toEqual(['EMBEDDED_PICTURE']);
    expect(result).toMatchObject({ kept: [{ role: 'body', text: 'data:image/png;base64' }] });
    expect(outline(blocksOf('<img src="data:image/png;base64,AAAA" alt="scan">', 'html'))).toEqual([
      'paragraph: [image: scan]',
    ]);
  });
});

describe('Markdown', () => {
  test.each([
    [
      '# A\n\ntext **b** *i* ~~s~~ `c`',
      ['heading level=1: A', 'paragraph: text {bold}b {italic}i {strike}s {code}c'],
    ],
    ['- [ ] a\n- [x] b', ['checkListItem checked=false: a', 'checkListItem checked=true: b']],
    ['1. a\n   - b\n2. c', ['numberedListItem: a [bulletListItem: b]', 'numberedListItem: c']],
    ['| a | b |\n|---|---|\n| 1 | 2\\|3 |', ['table: |a|b| |1|2|3|']],
    ['| a | b |\n|---|---|\n| 1 | 2 | 3 | 4 |', ['table: |a|b| |1|2 | 3 | 4|']],
    ['| a | b |\n|---|---|\n| 1 |', ['table: |a|b| |1||']],
    ['> quoted\n> more', ['quote: quoted\nmore']],
    ['```sh\nls <b>\n```', ['codeBlock language=sh: ls <b>']],
    ['one\ntwo  \nthree', ['paragraph: one\ntwo\nthree']],
    [
      '[x](https://a.example "t") <https://b.example/>',
      ['paragraph: x <https://a.example/> https://b.example/ <https://b.example/>'],
    ],
    ['![alt](https://i.example/a.png)', ['paragraph: alt <https://i.example/a.png>']],
    ['[x](javascript:alert(1))', ['paragraph: x']],
    ['<b>html</b> &amp; <script>alert(1)</script>', ['paragraph: {bold}html & ']],
    ['Dear <Name>,', ['paragraph: Dear <Name>,']],
    ['[a]: https://unused.example/x', ['paragraph: [A]: https://unused.example/x']],
    ['[a]\n\n[a]: https://used.example/x', ['paragraph: a <https://used.example/x>']],
  ])('%j', (markdown, expected) => {
    expect(outline(blocksOf(markdown, 'markdown')).map((line) => line.trimEnd())).toEqual(
      expected.map((line) => line.trimEnd()),
    );
  });
});

describe('text', () => {
  test('comes out literally, in paragraphs and lines', () => {
    const body = '# no *heading*\r\n- no item\n<b>&amp;\n\n\n   [x](y)\t| z |';
    expect(outline(blocksOf(body, 'text'))).toEqual([
      'paragraph: # no *heading*\n- no item\n<b>&amp;',
      'paragraph:    [x](y)\t| z |',
    ]);
  });

  test('NUL, control characters and lone surrogates', () => {
    expect(outline(blocksOf('a\u0000b\u0007c \ud800 d', 'text'))).toEqual(['paragraph: abc \ufffd d']);
    expect(outline(blocksOf('<p>a&#7;b&#0;c</p>', 'html'))).toEqual(['paragraph: ab\ufffdc']);
  });
});

describe('formats', () => {
  test.each([
    ['<p>a</p>', 'HTML', ['paragraph: a']],
    ['<p>a</p>', 'text/plain', ['paragraph: <p>a</p>']],
    ['<p>a</p>', '', ['paragraph: a']],
    ['a <b and c> d', '', ['paragraph: a <b and c> d']],
    ['**a**', '', ['paragraph: **a**']],
    ['**a**', ' MD ', ['paragraph: {bold}a']],
  ])('%j as %j', (body, format, expected) => {
    expect(outline(blocksOf(body, format))).toEqual(expected);
  });

  test('a cell that names none is read as the mapping says', () => {
    expect(outline(blocksOf('**a**', '', { unnamed: 'markdown' }))).toEqual(['paragraph: {bold}a']);
    expect(outline(blocksOf('<p>a</p>', undefined, { unnamed: 'text' }))).toEqual(['paragraph: <p>a</p>']);
  });

  test('one that nobody knows is kept, and the body is there', () => {
    const result = convert('{\\rtf1 a}', 'rtf');
    expect(result).toMatchObject({
      kind: 'value',
      kept: [{ role: 'format', text: 'rtf', why: 'UNKNOWN_FORMAT' }],
    });
    expect(outline(blocksOf('{\\rtf1 a}', 'rtf'))).toEqual(['paragraph: {\\rtf1 a}']);
  });

  test('only: formatted leaves out what is one plain paragraph', () => {
    const only = { only: 'formatted' };
    expect(convert('plain\nlines', 'text', only)).toEqual({ kind: 'empty' });
    expect(convert('<p>plain</p>', 'html', only)).toEqual({ kind: 'empty' });
    for (const html of [
      '<p>a</p><p>b</p>',
      '<b>a</b>',
      '<ul><li>a</ul>',
      '<a href="https://a.example">a</a>',
    ])
      expect(convert(html, 'html', only).kind).toBe('value');
  });
});

test('Markdown for the server says literally what is text, and keeps what is structure', () => {
  expect(markdownOf('*a* [b](c) #d\n- e\n1. f\n<i>g</i> | h\n# i', 'text')).toBe(
    '\\*a\\* \\[b\\](c) #d\\\n\\- e\\\n1\\. f\\\n<<!-- -->i\\>g<<!-- -->/i\\> \\| h\\\n\\# i\n',
  );
  expect(
    markdownOf(
      '<p>a <b>b</b>, w<i>o</i>rd</p><ul><li>c<ol><li>d</ol></ul><table><tr><td>x<td>y|z<tr><td>1<td>2</table>',
      'html',
    ),
  ).toBe('a **b**, w<em>o</em>rd\n\n- c\n  1. d\n\n|   |   |\n| --- | --- |\n| x | y\\|z |\n| 1 | 2 |\n');
});

describe('large and deep', () => {
  test('a body of 200,000 characters arrives whole', () => {
    const text = 'Fifty characters of a line with nothing special.\n'.repeat(4082).slice(0, 200_000);
    expect(inkOf(blocksOf(text, 'text'))).toBe(ink(text));
    expect(inkOf(blocksOf(`<p>${text}</p>`, 'html'))).toBe(ink(text));
    expect(inkOf(blocksOf(text, 'markdown'))).toBe(ink(text));
  });

  test.each([
    ['html', '<div>', '</div>'],
    ['html', '<b>', '</b>'],
    ['html', '<ul><li>', '</li></ul>'],
    ['html', '<blockquote>', '</blockquote>'],
    ['html', '<table><tr><td>', '</td></tr></table>'],
    ['markdown', '> ', ''],
    ['markdown', '- ', ''],
    ['markdown', '1. ', ''],
    ['markdown', '<b>', '</b>'],
    ['markdown', '[', ']'],
  ])('%s: ten thousand %s within one another', (format, open, close) => {
    const blocks = blocksOf(
      `before\n\n${open.repeat(10_000)}the middle${close.repeat(10_000)}\n\nafter`,
      format,
    );
    const text = inkOf(blocks);
    expect(text).toContain('before');
    expect(text).toContain('themiddle');
    expect(text).toContain('after');
    let depth = 0;
    for (let here = blocks; here.length > 0; here = here.flatMap(({ children }) => children)) depth += 1;
    expect(depth).toBeLessThan(20);
  });

  test('more different words than Twenty can search is no value', () => {
    const words = Array.from({ length: 2000 }, (_, n) => `word${n}`).join(' ');
    expect(reasons(convert(words, 'text', { maxDistinctWordBytes: 5000 }))).toEqual(['TEXT_TOO_LARGE']);
    expect(convert('again '.repeat(2000), 'text', { maxDistinctWordBytes: 5000 }).kind).toBe('value');
  });
});
