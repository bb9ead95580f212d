import { createHash } from 'node:crypto';
import { mkdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SourceConnector } from '../../../../worker/sources/source-connector.ts';
import { referenceProfile } from '../../../fixtures/reference-profile.ts';
import { type ZipEntry, zipOf } from '../../../fixtures/zip.ts';
import { folderOf, openAt } from './export-folder.ts';

const OWNERS = { 'owners.csv': 'id\n' };
type Files = Readonly<Record<string, string | Buffer>>;

async function inZip(files: Files, more: readonly ZipEntry[] = []): Promise<SourceConnector> {
  const entries = Object.entries({ ...OWNERS, ...files }).map(([name, content]) => ({ name, content }));
  return openAt(join(await folderOf({ 'export.zip': zipOf([...entries, ...more]) }), 'export.zip'));
}

const inFolder = async (files: Files): Promise<SourceConnector> =>
  openAt(await folderOf({ ...OWNERS, ...files }));

/** The content, or the problem. */
async function look(source: SourceConnector, path: string): Promise<string> {
  const file = await source.file(path);
  if (file.kind === 'problem') return file.problem;
  const content = Buffer.concat(await Array.fromAsync(file.content()));
  expect(content.length).toBe(file.size);
  return content.toString();
}

describe.each([
  ['a folder', inFolder],
  ['a zip', inZip],
])('attached files in %s', (_, open) => {
  it.each([
    ['a.pdf', 'first'],
    ['./2024//b.pdf', 'second'],
    ['%2e%2e%2fowners.csv', 'literal'],
    ['', 'FILE_UNNAMED'],
    [' \t ', 'FILE_UNNAMED'],
    ['../owners.csv', 'FILE_OUTSIDE'],
    ['2024/../a.pdf', 'FILE_OUTSIDE'],
    [' .. /owners.csv', 'FILE_OUTSIDE'],
    ['/etc/passwd', 'FILE_OUTSIDE'],
    [' /etc/passwd', 'FILE_OUTSIDE'],
    ['..\\owners.csv', 'FILE_OUTSIDE'],
    ['2024\\b.pdf', 'FILE_OUTSIDE'],
    ['C:\\a.pdf', 'FILE_OUTSIDE'],
    ['c:/a.pdf', 'FILE_OUTSIDE'],
    ['\\\\server\\share', 'FILE_OUTSIDE'],
    ['a.pdf\0.png', 'FILE_OUTSIDE'],
    ['gone.pdf', 'FILE_MISSING'],
    ['a.pdf/more', 'FILE_MISSING'],
    [`${'n'.repeat(5000)}.pdf`, 'FILE_MISSING'],
    ['2024', 'FILE_UNREADABLE'],
    ['2024/', 'FILE_UNREADABLE'],
    ['.', 'FILE_UNREADABLE'],
    ['empty.txt', 'FILE_EMPTY'],
  ])('%j is %s', async (path, expected) => {
    const source = await open({
      'files/a.pdf': 'first',
      'files/2024/b.pdf': 'second',
      'files/%2e%2e%2fowners.csv': 'literal',
      'files/empty.txt': '',
    });
    expect(await look(source, path)).toBe(expected);
  });

  it('are found by another spelling when it can mean one file only', async () => {
    const source = await open({
      'files/Re\u0301sume\u0301.pdf': 'decomposed',
      'files/Report.PDF': 'upper',
      'files/twin.txt': 'one',
      'files/TWIN.txt': 'two',
      'files/exact.txt': 'exact',
      'files/EXACT.txt': 'other',
    });
    expect(await look(source, 'R\u00e9sum\u00e9.pdf')).toBe('decomposed');
    expect(await look(source, ' report.pdf ')).toBe('upper');
    expect(await look(source, 'exact.txt')).toBe('exact');
    expect(await look(source, 'Twin.txt')).toBe('FILE_MISSING');
  });

  it('are found within the one folder that holds the whole export, and in another case of files/', async () => {
    expect(await look(await open({ 'files/a.pdf': 'x' }), 'a.pdf')).toBe('x');
    expect(await look(await open({ 'Files/a.pdf': 'x' }), 'a.pdf')).toBe('x');
  });

  it('stream a large content in pieces, as often as asked, and stop at an abort', async () => {
    const content = Buffer.alloc(3_000_000, 'abc');
    const file = await (await open({ 'files/large.bin': content })).file('large.bin');
    if (file.kind !== 'found') throw new Error(file.problem);
    for (const _ of ['first', 'again']) {
      const hash = createHash('sha256');
      let longest = 0;
      for await (const piece of file.content()) {
        longest = Math.max(longest, piece.length);
        hash.update(piece);
      }
      expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
      expect(longest).toBeLessThan(200_000);
    }
    const stop = new AbortController();
    const read = (async () => {
      for await (const _ of file.content(stop.signal)) stop.abort(new Error('stop'));
    })();
    await expect(read).rejects.toThrow('stop');
  });

  it('never come from outside, whatever the path', async () => {
    const source = await open({ 'files/a.pdf': 'inside', 'secret.txt': 'SECRET', 'files/d/b.pdf': 'inside' });
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'a.pdf',
      'd',
      'b.pdf',
      'secret.txt',
      ' .. ',
      '\\',
      'C:',
      '\0',
      '...',
    );
    const path = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('\\')),
    );
    await fc.assert(
      fc.asyncProperty(path, async (one) => {
        expect(['inside', 'FILE_UNNAMED', 'FILE_OUTSIDE', 'FILE_MISSING', 'FILE_UNREADABLE']).toContain(
          await look(source, one),
        );
      }),
    );
  });
});

describe('links and odd entries', () => {
  it('a link is followed within the folder, and never out of it', async () => {
    const root = await folderOf({ ...OWNERS, 'files/a.pdf': 'inside', 'files-2/b.pdf': 'OUTSIDE' });
    const links: Readonly<Record<string, string>> = {
      within: 'a.pdf',
      upwards: '../owners.csv',
      sibling: '../files-2/b.pdf',
      absolute: '/etc/hostname',
      folder: '..',
      nowhere: 'gone',
      loop: 'loop',
    };
    for (const [name, to] of Object.entries(links)) await symlink(to, join(root, 'files', name));
    const source = await openAt(root);
    const seen = await Promise.all(
      [...Object.keys(links), 'folder/owners.csv'].map((name) => look(source, name)),
    );
    expect(seen).toEqual([
      'inside',
      'FILE_OUTSIDE',
      'FILE_OUTSIDE',
      'FILE_OUTSIDE',
      'FILE_OUTSIDE',
      'FILE_MISSING',
      'FILE_UNREADABLE',
      'FILE_OUTSIDE',
    ]);
  });

  it('the files’ folder itself may be a link: that is how its owner laid it out', async () => {
    const [root, disk] = [await folderOf(OWNERS), await folderOf({ 'a.pdf': 'on another disk' })];
    await symlink(disk, join(root, 'files'));
    expect(await look(await openAt(root), 'a.pdf')).toBe('on another disk');
  });

  it('what is no plain file, a socket say, is not opened', async () => {
    const root = await folderOf(OWNERS);
    await mkdir(join(root, 'files'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(root, 'files', 'socket'), done));
    onTestFinished(() => void server.close());
    expect(await look(await openAt(root), 'socket')).toBe('FILE_UNREADABLE');
  });

  it('a file that goes away between look and read fails without its name', async () => {
    const root = await folderOf({ ...OWNERS, 'files/Jane Doe.pdf': 'x' });
    const file = await (await openAt(root)).file('Jane Doe.pdf');
    if (file.kind !== 'found') throw new Error(file.problem);
    await unlink(join(root, 'files', 'Jane Doe.pdf'));
    const error = await Array.fromAsync(file.content()).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE', where: 'files/' });
    expect(String(error)).not.toContain('Jane');
  });

  it('a link in a zip is not followed', async () => {
    const source = await inZip({ 'files/a.pdf': 'x' }, [
      { name: 'files/link', content: 'a.pdf', link: true },
      { name: 'files/out', content: '../owners.csv', link: true },
    ]);
    expect([await look(source, 'link'), await look(source, 'out')]).toEqual(['FILE_OUTSIDE', 'FILE_OUTSIDE']);
  });

  it('a damaged entry of a zip fails while it is read, without its name', async () => {
    const source = await inZip({}, [{ name: 'files/Jane Doe.pdf', content: 'x', corrupt: true }]);
    const file = await source.file('Jane Doe.pdf');
    if (file.kind !== 'found') throw new Error(file.problem);
    const error = await Array.fromAsync(file.content()).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE', where: 'files/' });
    expect(String(error)).not.toContain('Jane');
  });

  it('within a top folder of a zip and of a folder', async () => {
    const zip = zipOf([
      { name: 'Export 1/owners.csv', content: 'id\n' },
      { name: 'Export 1/files/a.pdf', content: 'x' },
      { name: 'Export 1/secret.txt', content: 'SECRET' },
    ]);
    const zipped = await openAt(join(await folderOf({ 'e.zip': zip }), 'e.zip'));
    const folder = await openAt(
      await folderOf({ 'Export 1/owners.csv': 'id\n', 'Export 1/files/a.pdf': 'x' }),
    );
    for (const source of [zipped, folder]) {
      expect(await look(source, 'a.pdf')).toBe('x');
      expect(await look(source, '../secret.txt')).toBe('FILE_OUTSIDE');
    }
  });

  it('are missing when the profile names no folder for them', async () => {
    const { filesFolder: _, ...profile } = referenceProfile();
    const source = await openAt(await folderOf({ ...OWNERS, 'files/a.pdf': 'x' }), { profile });
    expect(await look(source, 'a.pdf')).toBe('FILE_MISSING');
    expect((await source.inspect()).unknownFiles).toEqual(['files/']);
  });

  it('a file that came after the export was opened is there all the same', async () => {
    const root = await folderOf({ ...OWNERS, 'files/a.pdf': 'x' });
    const source = await openAt(root);
    await writeFile(join(root, 'files', 'later.pdf'), 'later');
    expect(await look(source, 'later.pdf')).toBe('later');
  });
});
