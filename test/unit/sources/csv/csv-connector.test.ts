import { appendFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { VpError } from '../../../../worker/domain/errors.ts';
import type { SourceRow } from '../../../../worker/domain/record.ts';
import type { SourceBatch } from '../../../../worker/sources/source-connector.ts';
import { zipOf } from '../../../fixtures/zip.ts';
import { folderOf, openAt, readAll, tempFolder } from './export-folder.ts';

const OWNERS = 'id,email,first_name,last_name,active,role\n';
const row = (id: string): string => `${id},${id}@x.example,A,B,true,Sales\n`;
const ids = (rows: readonly SourceRow[]): string[] => rows.map((one) => one.sourceId);
const defectsOf = (rows: readonly SourceRow[]) =>
  rows.map((one) => one.defects.map((defect) => [defect.code, defect.blocking, defect.column]));

async function failure(promise: Promise<unknown>): Promise<VpError> {
  const error = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof VpError)) throw new Error('expected a VpError');
  return error;
}

async function streamOf(text: string | Buffer, object = 'owners') {
  const source = await openAt(await folderOf({ [`${object}.csv`]: text }));
  const { streams } = await source.inspect();
  const [info] = streams;
  if (!info) throw new Error('no stream');
  return { info, rows: await readAll(source, object), codes: info.findings.map((finding) => finding.code) };
}

describe('finding the export', () => {
  it('lists the streams that are there in the order of the profile, and files it does not know', async () => {
    const folder = await folderOf({
      'DEALS.CSV': 'id,name\n',
      'owners.csv': OWNERS,
      'contacts (1).csv': 'id\n',
      'files/a.pdf': 'x',
      'files/b.pdf': 'x',
      'scans/a.tif': 'x',
      'scans/b.tif': 'x',
      '.DS_Store': 'x',
    });
    const inspection = await (await openAt(folder)).inspect();
    expect(inspection.streams.map((stream) => [stream.object, stream.file])).toEqual([
      ['owners', 'owners.csv'],
      ['deals', 'DEALS.CSV'],
    ]);
    // files/ is the folder of attached files; other folders are one entry.
    expect(inspection.unknownFiles).toEqual(['contacts (1).csv', 'scans/']);
  });

  it('goes into the one folder that holds everything', async () => {
    const source = await openAt(await folderOf({ 'Export 2024/owners.csv': OWNERS + row('1') }));
    expect(ids(await readAll(source, 'owners'))).toEqual(['1']);
  });

  it('follows a link to a file', async () => {
    const [real, folder] = [await folderOf({ 'a.csv': OWNERS + row('1') }), await tempFolder()];
    await symlink(join(real, 'a.csv'), join(folder, 'owners.csv'));
    expect(ids(await readAll(await openAt(folder), 'owners'))).toEqual(['1']);
  });

  it('says so when there is nothing to open', async () => {
    expect((await failure(openAt('/nowhere/at/all'))).code).toBe('SOURCE_UNREADABLE');
    const folder = await folderOf({ 'export.zip': 'no zip' });
    expect((await failure(openAt(join(folder, 'export.zip')))).code).toBe('SOURCE_UNREADABLE');
    expect((await failure(readAll(await openAt(folder), 'contacts'))).code).toBe('SOURCE_UNREADABLE');
  });
});

describe('zips', () => {
  const zipFile = async (...entries: Parameters<typeof zipOf>[0]): Promise<string> =>
    join(await folderOf({ 'export.zip': zipOf(entries) }), 'export.zip');

  it('reads the same rows as from the folder, also within one top folder', async () => {
    for (const prefix of ['', 'export/']) {
      const path = await zipFile(
        { name: `${prefix}owners.csv`, content: OWNERS + row('1') + row('2') },
        { name: `__MACOSX/._owners.csv`, content: 'x' },
      );
      const rows = await readAll(await openAt(path), 'owners');
      expect(rows).toEqual(
        await readAll(await openAt(await folderOf({ 'owners.csv': OWNERS + row('1') + row('2') })), 'owners'),
      );
    }
  });

  it.each(['../owners.csv', '/etc/owners.csv', 'C:/owners.csv', 'a/../../owners.csv', '..\\owners.csv'])(
    'refuses %s',
    async (name) => {
      const error = await failure(openAt(await zipFile({ name, content: OWNERS })));
      expect(error).toMatchObject({
        code: 'SOURCE_UNREADABLE',
        message: expect.stringContaining('forbidden name'),
      });
    },
  );

  it('refuses encrypted entries', async () => {
    const error = await failure(
      openAt(await zipFile({ name: 'owners.csv', content: OWNERS, encrypted: true })),
    );
    expect(error.message).toContain('encrypted');
  });

  it('stops at content that fails its checksum', async () => {
    const source = await openAt(await zipFile({ name: 'owners.csv', content: OWNERS, corrupt: true }));
    expect((await failure(source.inspect())).message).toContain('checksum');
  });
});

describe('encodings', () => {
  const text = `${OWNERS}1,jürgen@x.example,Jürgen,Dvořák,true,€ Sales\n`;
  const western = text.replace('Dvořák', 'Nuñez');

  it.each([
    ['utf-8', Buffer.from(text), 'utf-8', false],
    ['utf-8 with mark', Buffer.from(`\ufeff${text}`), 'utf-8', false],
    ['utf-16le with mark', iconv.encode(text, 'utf-16le', { addBOM: true }), 'utf-16le', false],
    ['utf-16be with mark', iconv.encode(text, 'utf-16be', { addBOM: true }), 'utf-16be', false],
    ['utf-16le', iconv.encode(text, 'utf-16le', { addBOM: false }), 'utf-16le', true],
    ['utf-16be', iconv.encode(text, 'utf-16be', { addBOM: false }), 'utf-16be', true],
  ])('reads %s', async (_, bytes, encoding, guessed) => {
    const { info, rows, codes } = await streamOf(bytes);
    expect(info.encoding).toBe(encoding);
    expect(rows[0]?.fields).toMatchObject({
      id: '1',
      first_name: 'Jürgen',
      last_name: 'Dvořák',
      role: '€ Sales',
    });
    expect(codes.includes('ENCODING_GUESSED')).toBe(guessed);
  });

  it('takes the whole file to tell Windows-1252 from UTF-8', async () => {
    const late = OWNERS + row('1').repeat(40_000) + western.slice(OWNERS.length);
    const { info, rows } = await streamOf(iconv.encode(late, 'win1252'));
    expect(info.encoding).toBe('windows-1252');
    expect(rows.at(-1)?.fields).toMatchObject({ first_name: 'Jürgen', last_name: 'Nuñez', role: '€ Sales' });
  });

  it('reads UTF-8 with a few damaged bytes as UTF-8, and names the cells', async () => {
    const bytes = Buffer.concat([
      Buffer.from(text.replace(OWNERS, '').repeat(20)),
      Buffer.from([0x32, 0x2c, 0xff, 0x2c, 0x0a]),
    ]);
    const { info, rows, codes } = await streamOf(Buffer.concat([Buffer.from(OWNERS), bytes]));
    expect(info.encoding).toBe('utf-8');
    expect(codes).toContain('ENCODING_GUESSED');
    expect(rows.at(-1)?.defects).toContainEqual({
      code: 'UNDECODABLE_BYTES',
      blocking: false,
      column: 'email',
    });
    expect(rows[0]?.fields.first_name).toBe('Jürgen');
  });

  it('does not blame the file for a replacement character that the source itself stored', async () => {
    const { rows } = await streamOf(`${OWNERS}1,a@x.example,J\ufffdrgen,B,true,x\n`);
    expect(rows[0]?.defects).toEqual([]);
  });
});

describe('the table', () => {
  it.each([';', '\t', '|'])('finds the delimiter %j, quotes respected', async (delimiter) => {
    const { info, rows, codes } = await streamOf(
      `${OWNERS}1,"a,b;c|d,,,;;;|||",A,B,true,x\n`.replaceAll(/,(?=[^"]*("[^"]*"[^"]*)*$)/g, delimiter),
    );
    expect(info.delimiter).toBe(delimiter);
    expect(codes).toContain('DELIMITER_UNUSUAL');
    expect(rows[0]?.fields.email).toBe('a,b;c|d,,,;;;|||');
  });

  it('takes the profile’s spelling of a header, whatever its case and spacing', async () => {
    const { info, rows, codes } = await streamOf(
      ' ID ,E-Mail,First Name,LAST_NAME,Active,favourite Colour\n1,a@x.example,A,B,true,teal\n',
    );
    expect(info.columns.map((column) => [column.name, column.kind])).toEqual([
      ['id', 'declared'],
      ['email', 'declared'],
      ['first_name', 'declared'],
      ['last_name', 'declared'],
      ['active', 'declared'],
      ['favourite Colour', 'custom'],
    ]);
    expect(rows[0]?.fields).toEqual({
      id: '1',
      email: 'a@x.example',
      first_name: 'A',
      last_name: 'B',
      active: 'true',
      'favourite Colour': 'teal',
    });
    expect(codes).toContain('HEADER_CASE');
    expect(codes).toContain('COLUMN_MISSING');
  });

  it('keeps a column that stands twice under a second name', async () => {
    const { info, rows, codes } = await streamOf('id,email,Email,email_2,,__proto__\n1,a,b,c,d,e\n');
    expect(info.columns.map((column) => column.name)).toEqual([
      'id',
      'email',
      'email_2',
      'email_2_2',
      'column_5',
      'column_6',
    ]);
    expect(Object.values(rows[0]?.fields ?? {})).toEqual(['1', 'a', 'b', 'c', 'd', 'e']);
    expect(codes).toContain('COLUMN_TWICE');
  });

  it('does not count the header again, nor blank lines', async () => {
    const { rows, codes } = await streamOf(
      `\n${OWNERS}\n${row('1')}   \nID,EMAIL,First Name,last_name,active,role\n${row('2')}\n\n`,
    );
    expect(rows.map((one) => [one.row, one.sourceId])).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
    expect(codes).toContain('HEADER_REPEATED');
  });

  it('says what is wrong with a row', async () => {
    const lines = [
      '1,a,b,c,d,e,f',
      '2,a,b,c,d,e,,',
      '3,a',
      ',a,b,c,d,e',
      '5,"open,b,c,d,e',
      '6,a\u0000,b\u0007,c,d,e',
      '7,"a "b" c",b,c,d,e',
    ];
    const { rows } = await streamOf(OWNERS + lines.map((line) => `${line}\n`).join('') + row('8'));
    expect(defectsOf(rows)).toEqual([
      [['ROW_TOO_LONG', true, undefined]],
      [],
      [['ROW_TOO_SHORT', false, undefined]],
      [['NO_ID', true, undefined]],
      [['UNCLOSED_QUOTE', true, undefined]],
      [
        ['CONTROL_CHARACTERS', false, 'email'],
        ['CONTROL_CHARACTERS', false, 'first_name'],
      ],
      [['UNCLOSED_QUOTE', false, undefined]],
      [],
    ]);
    expect(ids(rows)).toEqual(['1', '2', '3', '', '5', '6', '7', '8']);
    expect(rows[2]?.fields).toEqual({
      id: '3',
      email: 'a',
      first_name: '',
      last_name: '',
      active: '',
      role: '',
    });
    expect(rows[5]?.fields.email).toBe('a\u0000');
  });

  it('joins ids of several columns, and wants each of them', async () => {
    const { rows } = await streamOf(
      'pipeline,stage,position,probability,outcome\nSales,New,1,10,open\nSales,,2,20,open\n',
      'pipelines',
    );
    expect(ids(rows)).toEqual(['Sales/New', '']);
    expect(rows[1]?.defects).toEqual([{ code: 'NO_ID', blocking: true }]);
  });

  it.each([
    ['nothing', '', ['EMPTY_FILE']],
    ['a mark only', '\ufeff', ['EMPTY_FILE']],
    ['blank lines only', '\n \n', ['EMPTY_FILE']],
    ['a header only', OWNERS, ['EMPTY_FILE']],
    ['a cut last line', OWNERS + row('1').trim(), ['NO_FINAL_NEWLINE']],
  ])('reports a file with %s', async (_, text, expected) => {
    const { codes } = await streamOf(text);
    expect(codes).toEqual(expected);
  });
});

describe('cursors', () => {
  const text = OWNERS + Array.from({ length: 250 }, (_, i) => row(String(i + 1))).join('');

  it('goes on after any row with the same rows and numbers', async () => {
    const source = await openAt(await folderOf({ 'owners.csv': text }));
    const all = await readAll(source, 'owners');
    expect(all.map((one) => one.row)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
    const batches: SourceBatch[] = [];
    for await (const batch of source.read('owners', { batchSize: 33, allow: new Set() })) batches.push(batch);
    expect(batches.every((batch) => batch.rows.length <= 33)).toBe(true);
    expect(batches.at(-1)?.bytesRead).toBe(Buffer.byteLength(text));
    for (const { cursor } of batches)
      expect(await readAll(source, 'owners', { cursor })).toEqual(all.slice(cursor.row));
  });

  it('refuses to go on in another content, also in a new process', async () => {
    const folder = await folderOf({ 'owners.csv': text });
    const [first] = await Array.fromAsync(
      (await openAt(folder)).read('owners', { batchSize: 10, allow: new Set() }),
    );
    if (!first) throw new Error('no batch');
    await writeFile(join(folder, 'owners.csv'), text.replace('10@x.example', '99@x.example'));
    const error = await failure(readAll(await openAt(folder), 'owners', { cursor: first.cursor }));
    expect(error.code).toBe('SOURCE_CHANGED');
  });

  it('goes on when only the time of the file changed', async () => {
    const folder = await folderOf({ 'owners.csv': text });
    const [first] = await Array.fromAsync(
      (await openAt(folder)).read('owners', { batchSize: 10, allow: new Set() }),
    );
    if (!first) throw new Error('no batch');
    await utimes(join(folder, 'owners.csv'), 1, 1);
    expect((await readAll(await openAt(folder), 'owners', { cursor: first.cursor }))[0]?.row).toBe(11);
  });

  it('stops when the file changes while it is open', async () => {
    const folder = await folderOf({ 'owners.csv': text });
    const source = await openAt(folder);
    await source.inspect();
    await appendFile(join(folder, 'owners.csv'), row('251'));
    expect((await failure(readAll(source, 'owners'))).code).toBe('SOURCE_CHANGED');
  });

  it('stops at an abort', async () => {
    const source = await openAt(await folderOf({ 'owners.csv': text }));
    await expect(readAll(source, 'owners', { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
      'stop',
    );
  });
});
