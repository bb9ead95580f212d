import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRecord, RecordSplitter } from '../../../../worker/sources/csv/record-splitter.ts';
import { csvLine } from '../../../fixtures/csv-text.ts';

function split(text: string, delimiter = ',', cuts: readonly number[] = [], limit?: number): CsvRecord[] {
  const splitter = new RecordSplitter(delimiter, limit);
  const records: CsvRecord[] = [];
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
    records.push(...splitter.push(text.slice(from, cut)));
    from = Math.max(from, cut);
  }
  return [...records, ...splitter.end()];
}

const cells = (text: string, delimiter = ','): string[][] =>
  split(text, delimiter).map((record) => [...record.cells]);

/** Text made of what CSV is made of: most random strings never open a quote. */
const nasty = fc.array(
  fc.constantFrom(
    '"',
    '""',
    ',',
    ';',
    '\n',
    '\r',
    '\r\n',
    'a',
    'bc',
    ' ',
    'é',
    '\u0000',
    '😀',
    '",',
    ',"',
    '"\n',
  ),
  {
    maxLength: 80,
  },
);
const nastyText = nasty.map((parts) => parts.join(''));
const delimiters = fc.constantFrom(',', ';', '\t', '|');

describe('what valid CSV says is what is read', () => {
  it('gives back any table, however it is quoted, delimited and ended', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      nastyText.filter((text) => text.length < 40),
    );
    const table = fc
      .integer({ min: 2, max: 6 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
      );
    fc.assert(
      fc.property(
        table,
        delimiters,
        fc.infiniteStream(fc.boolean()),
        fc.infiniteStream(fc.constantFrom('\n', '\r', '\r\n')),
        (rows, delimiter, quotes, ends) => {
          // A row that ends in CR before one that starts with LF would be one CRLF to anyone.
          const style = {
            delimiter,
            quote: (text: string) => (quotes.next().value as boolean) || /^[\n\r]/.test(text),
            lineEnd: () => ends.next().value as string,
          };
          const text = rows.map((row, i) => csvLine(row, style, i)).join('');
          const read = split(text, delimiter);
          expect(read.map((record) => record.cells)).toEqual(rows);
          expect(read.every((record) => record.trouble === null)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('agrees with csv-parse on what csv-parse accepts', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        let oracle: string[][];
        try {
          oracle = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
        } catch {
          return;
        }
        const read = split(text);
        // csv-parse takes a quote in an unclosed cell as text only in its relaxed mode, where its rules are others.
        if (read.some((record) => record.trouble !== null)) return;
        const width = oracle[0]?.length;
        if (oracle.some((row) => row.length !== width)) return;
        expect(read.map((record) => record.cells)).toEqual(oracle);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps line ends inside quotes as they are', () => {
    expect(cells('id,t\r1,"a\r\nb\nc\rd"\r\n2,x')).toEqual([
      ['id', 't'],
      ['1', 'a\r\nb\nc\rd'],
      ['2', 'x'],
    ]);
  });

  it('reads a cell of several megabytes, pushed in small pieces', () => {
    const body = 'line, "quoted"\n'.repeat(300_000);
    const text = `id,body\n1,"${body.replaceAll('"', '""')}"\n2,x\n`;
    const cuts = Array.from({ length: Math.floor(text.length / 65_536) }, (_, i) => (i + 1) * 65_536);
    const read = split(text, ',', cuts);
    expect(read.map((record) => record.cells.length)).toEqual([2, 2, 2]);
    expect(read[1]?.cells[1] === body).toBe(true);
  });
});

describe('quotes that are not CSV', () => {
  it('takes quotes inside unquoted cells as text', () => {
    expect(cells('id,size\n1,5" pipe\n2,a "b" c\n')).toEqual([
      ['id', 'size'],
      ['1', '5" pipe'],
      ['2', 'a "b" c'],
    ]);
  });

  it('takes stray quotes inside a quoted cell as text, and says so', () => {
    const read = split('id,said\n1,"He said "hi" twice"\n2,x\n');
    expect(read[1]).toMatchObject({
      cells: ['1', 'He said "hi" twice'],
      trouble: 'stray-quote',
      troubleAt: 1,
    });
    expect(read[2]).toMatchObject({ cells: ['2', 'x'], trouble: null });
  });

  it('reads a cell literally that opens with a quotation and goes on without quotes', () => {
    const read = split('id,name,city\n1,"Big" Co,Bern\n2,"ok",Biel\n3,x,y\n');
    expect(read.map((record) => record.cells).slice(1)).toEqual([
      ['1', '"Big" Co', 'Bern'],
      ['2', 'ok', 'Biel'],
      ['3', 'x', 'y'],
    ]);
    expect(read[1]?.trouble).toBe('stray-quote');
  });

  it.each([
    ['and no quote follows', 'id,a,b\n1,"oops,x\n2,y,z\n3,u,v\n', ['2', '3']],
    ['and the next row has quoted cells', 'id,a,b\n1,"oops,x\n2,"y",z\n3,"u",v\n', ['2', '3']],
    ['and a later row ends in a quote', 'id,a,b\n1,"oops,x\n2,y,z"\n3,u,v\n', ['2', '3']],
    ['and an empty quoted cell follows', 'id,a,b\n1,"oops,x\n2,"",z\n3,u,v\n', ['2', '3']],
    ['and the row after it has a body over lines', 'id,a,b\n1,"oops,x\n2,"y\ny",z\n3,u,v\n', ['2', '3']],
  ])('ends a row with its line when a quote is never closed %s', (_, text, ids) => {
    const read = split(text);
    expect(read[1]).toMatchObject({ trouble: 'unclosed-quote', troubleAt: 1 });
    expect(read[1]?.cells.slice(0, 1)).toEqual(['1']);
    expect(read.slice(2).map((record) => record.cells[0])).toEqual(ids);
    expect(read.slice(2).every((record) => record.trouble === null)).toBe(true);
  });

  it('counts the lines of a body that was cut off to its row, not as rows', () => {
    const read = split('id,a,b\n1,x,y\n2,z,"Dear all,\nthe meeting\nis off\n');
    expect(read.map((record) => record.cells[0])).toEqual(['id', '1', '2']);
    expect(read[2]).toMatchObject({
      trouble: 'unclosed-quote',
      chars: '2,z,"Dear all,\nthe meeting\nis off\n'.length,
    });
  });

  it('gives up on a record beyond the limit and goes on at the next line', () => {
    const read = split(
      `id,a\n1,${'x'.repeat(500)}\n2,y\n3,"${'z'.repeat(60)}\n${'z'.repeat(500)}"\n4,w\n`,
      ',',
      [],
      200,
    );
    expect(read.map((record) => [record.cells[0], record.trouble])).toEqual([
      ['id', null],
      ['1', 'too-large'],
      ['2', null],
      ['3', 'unclosed-quote'],
      ['4', null],
    ]);
  });
});

describe('whatever the text', () => {
  const anyText = fc.oneof(nastyText, fc.string({ unit: 'binary', maxLength: 200 }));
  const limits = fc.constantFrom(undefined, 5, 20, 60);

  it('never matters where the pieces are cut', () => {
    fc.assert(
      fc.property(
        anyText,
        delimiters,
        fc.array(fc.nat(), { maxLength: 30 }),
        limits,
        (text, delimiter, rawCuts, limit) => {
          const cuts = rawCuts.map((cut) => cut % (text.length + 1));
          expect(split(text, delimiter, cuts, limit)).toEqual(split(text, delimiter, [], limit));
        },
      ),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(anyText, limits, (text, limit) => {
        const each = Array.from({ length: text.length }, (_, i) => i);
        expect(split(text, ',', each, limit)).toEqual(split(text, ',', [], limit));
      }),
      { numRuns: 1000 },
    );
  });

  it('accounts for every character and every physical line, and begins each record at one', () => {
    fc.assert(
      fc.property(anyText, delimiters, limits, (text, delimiter, limit) => {
        let at = 0;
        for (const record of split(text, delimiter, [], limit)) {
          expect(record.chars).toBeGreaterThan(0);
          at += record.chars;
          if (at < text.length)
            expect(/[\r\n]$/.test(text.slice(0, at)) && !/\r\n/.test(text.slice(at - 1, at + 1))).toBe(true);
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('stays linear when every line opens a quote that never closes', () => {
    for (const line of ['a,"b\n', 'a,"""b""\n', 'a,"x" y "z\n', '"""\n']) {
      const text = `id,b\n${line.repeat(100_000)}`;
      const records = split(text, ',', [text.length >> 1]);
      expect(records.reduce((sum, record) => sum + record.chars, 0)).toBe(text.length);
    }
  }, 20_000);
});
