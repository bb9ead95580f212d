import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseUrl } from '../../../../worker/mapping/transforms/link.ts';
import { convertedValue, run, wildText } from './run.ts';

describe('link', () => {
  test.each([
    ['example.com', 'https://example.com'],
    ['WWW.Example.COM/Path/', 'https://www.example.com/Path'],
    ['http://example.com', 'http://example.com'],
    ['HTTP://Example.com:80/', 'http://example.com'],
    ['//example.com/a', 'https://example.com/a'],
    ['example.com:8080/x', 'https://example.com:8080/x'],
    ['bücher.de', 'https://xn--bcher-kva.de'],
    ['https://example.com/a?b=C#D', 'https://example.com/a?b=C#D'],
    ['10.0.0.1', 'https://10.0.0.1'],
    ['https://example.com//', 'https://example.com'],
  ])('%j', (text, url) => {
    expect(convertedValue(run('link', text))).toEqual({
      primaryLinkUrl: url,
      primaryLinkLabel: '',
      secondaryLinks: [],
    });
  });

  test.each([
    'javascript:alert(1)',
    'mailto:a@b.de',
    'info@example.com',
    'https://user:pass@example.com',
    'https://@example.com',
    'not a url',
    'example',
    'localhost',
    'http://',
    'https:///x',
    'ftp://example.com',
    'http:\\\\example.com',
    '12',
    '12.5',
    '1.2.3',
    'https://0x7f.1',
    '-a-.de',
    'n/a',
    'a..de',
    'tel:+491234',
    'data:text/html,x',
    'https://exa mple.com',
    `${'a'.repeat(64)}.de`,
    `example.com/${'a'.repeat(2100)}`,
    '..',
    '#',
  ])('%j is none', (text) => {
    expect(run('link', text)).toEqual({
      kind: 'unconvertible',
      kept: [{ role: 'value', text, why: 'INVALID_URL' }],
    });
  });

  test('a label goes along, and is kept without a link', () => {
    expect(convertedValue(run('link', { value: 'example.com', label: ' Our  site ' }))).toMatchObject({
      primaryLinkLabel: 'Our site',
    });
    expect(run('link', { value: '', label: 'Our site' })).toMatchObject({
      kept: [{ role: 'label', why: 'LABEL_WITHOUT_URL' }],
    });
    expect(run('link', { value: '?', label: 'Our site' })).toMatchObject({
      kept: [{ role: 'value' }, { role: 'label' }],
    });
  });

  test('a link stays as it is when applied again, and as Twenty normalises it', () => {
    const url = fc.webUrl({ withFragments: true, withQueryParameters: true });
    const host = fc
      .tuple(fc.domain(), fc.constantFrom('', '/', '//', '/?', '/#', '/?q=/', '/#/', '/#//', '/%2F/'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(url, host, wildText), (text) => {
        const once = normaliseUrl(text);
        if (once === null) return;
        expect(normaliseUrl(once)).toBe(once);
        const read = new URL(once);
        expect((read.origin + read.pathname + read.search + read.hash).replace(/\/$/, '')).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});
