import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uploadNameOf } from '../../../worker/twenty/upload-names.ts';

it.each([
  ['scan.PDF', 'file.pdf'],
  ['archive.tar.gz', 'file.gz'],
  ['no extension', 'file.bin'],
  ['dots.', 'file.bin'],
  ['report.final version', 'file.bin'],
  ['a.b/c', 'file.bin'],
  ['umlaut.ü', 'file.bin'],
  ['photo.png.bin', 'file.bin'],
  ['', 'file.bin'],
])('%s is announced as %s', (name, expected) => {
  expect(uploadNameOf(name)).toBe(expected);
});

it('announces any name as one that the server takes and that holds nothing but an extension', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(uploadNameOf(name)).toMatch(/^file\.[a-z0-9]{1,16}$/);
    }),
  );
});
