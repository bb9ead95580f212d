import { describe, expect, test } from 'vitest';
import { convertedValue, reasons, run } from './run.ts';

describe('title', () => {
  const named = { otherwise: 'Note' };
  test.each([
    [{ value: '  Follow up ', body: 'x' }, 'Follow up'],
    [{ value: '', body: '<p>First line</p><p>second</p>', format: 'html' }, 'First line'],
    [{ value: ' ', body: '\n\n  Called   her\nagain', format: 'text' }, 'Called her'],
    [{ value: '', body: `${'word '.repeat(40)}` }, `${'word '.repeat(15)}word…`],
    [{ value: '', kind: 'meeting', when: '2024-03-15 10:30:00' }, 'Meeting 2024-03-15'],
    [{ value: '', kind: 'meeting', when: 'soon' }, 'Meeting'],
    [{ value: '', when: '15.03.2024' }, 'Note 2024-03-15'],
    [{ value: '', body: '<script>x</script>', format: 'html' }, 'Note'],
    [{}, 'Note'],
  ])('%j', (input, expected) => {
    expect(convertedValue(run('title', input, {}, named))).toBe(expected);
  });

  test('without a word for it there is none, and a title that is too large is kept', () => {
    expect(run('title', { value: '', when: '2024-03-15' })).toEqual({ kind: 'empty' });
    const words = Array.from({ length: 100 }, (_, n) => `word${n}`).join(' ');
    expect(reasons(run('title', { value: words }, {}, { maxDistinctWordBytes: 100 }))).toEqual([
      'TEXT_TOO_LARGE',
    ]);
  });
});

test.each([
  [{ value: ' scan.pdf ', path: 'a/b.pdf' }, 'scan.pdf'],
  [{ value: '', path: 'a/b.pdf' }, 'b.pdf'],
  [{ value: '', path: 'a\\b\\c.pdf' }, 'c.pdf'],
  [{ value: '', path: 'a/b/' }, 'b'],
  [{ value: '', path: '///' }, '///'],
])('file-name %j', (input, expected) => {
  expect(convertedValue(run('file-name', input))).toBe(expected);
});

test.each([
  [{ type: 'image/png' }, 'IMAGE'],
  [{ type: 'IMAGE/JPEG; q=1', name: 'a.pdf' }, 'IMAGE'],
  [{ type: 'application/pdf' }, 'TEXT_DOCUMENT'],
  [{ type: 'text/csv' }, 'SPREADSHEET'],
  [{ type: 'text/plain' }, 'TEXT_DOCUMENT'],
  [{ type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }, 'SPREADSHEET'],
  [{ type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' }, 'TEXT_DOCUMENT'],
  [{ type: 'application/vnd.openxmlformats-officedocument.presentationml.presentation' }, 'PRESENTATION'],
  [{ type: 'application/zip' }, 'ARCHIVE'],
  [{ type: 'video/mp4' }, 'VIDEO'],
  [{ type: 'audio/mpeg' }, 'AUDIO'],
  [{ type: 'application/octet-stream', name: 'Scan.PDF' }, 'TEXT_DOCUMENT'],
  [{ type: '', name: 'photo.HEIC' }, 'IMAGE'],
  [{ type: '', name: 'letter', path: 'files/letter.docx' }, 'TEXT_DOCUMENT'],
  [{ type: 'application/dicom', name: 'scan.dcm' }, 'OTHER'],
  [{ name: 'noextension' }, 'OTHER'],
])('file-category %j', (input, expected) => {
  expect(convertedValue(run('file-category', input))).toBe(expected);
});
