import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeBytes, EncodingDetector } from '../../../../worker/sources/csv/encoding.ts';
import { csvLine } from '../../../fixtures/csv-text.ts';
import { openAt, readAll, tempFolder } from './export-folder.ts';

const COLUMNS = ['id', 'email', 'first_name', 'last_name', 'active', 'role'];

/** What each encoding can carry. */
const UNIVERSAL = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 15 }),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'é', '\t', ' ', 'x'), maxLength: 15 }),
);
const WESTERN = fc.string({
  unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'é', 'ß', '€', '„', 'x', ' '),
  maxLength: 15,
});

async function decodeIn(pieces: readonly Buffer[]): Promise<{ encoding: string; text: string }> {
  const detector = new EncodingDetector();
  for (const piece of pieces) detector.push(piece);
  const { encoding } = detector.verdict();
  const stream = async function* () {
    yield* pieces;
  };
  return { encoding, text: (await Array.fromAsync(decodeBytes(stream(), encoding))).join('') };
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((at) => at % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

describe('any table in any encoding', () => {
  it('reads back as it was written', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'owners.csv');
    const encoding = fc.constantFrom(
      { name: 'utf-8', mark: false },
      { name: 'utf-8', mark: true },
      { name: 'utf-16le', mark: true },
      { name: 'utf-16be', mark: true },
      { name: 'win1252', mark: false },
    );
    const cases = encoding.chain(({ name, mark }) => {
      const cell = name === 'win1252' ? WESTERN : UNIVERSAL;
      const row = fc.array(cell, { minLength: COLUMNS.length - 1, maxLength: COLUMNS.length - 1 });
      return fc.record({
        name: fc.constant(name),
        mark: fc.constant(mark),
        rows: fc.array(row, { maxLength: 8 }),
        delimiter: fc.constantFrom(',', ';', '\t', '|'),
        quoteAll: fc.boolean(),
        lineEnd: fc.constantFrom('\n', '\r', '\r\n'),
      });
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, mark, rows, delimiter, quoteAll, lineEnd }) => {
        // A lone é proves nothing about UTF-8; a byte that UTF-8 cannot have tells Windows-1252 from it.
        const table = rows.map((cells, i) => [
          `o-${i}`,
          ...cells.slice(0, -1),
          name === 'win1252' ? `é ${cells.at(-1)}` : (cells.at(-1) ?? ''),
        ]);
        const style = { delimiter, quote: () => quoteAll, lineEnd: () => lineEnd };
        const text = [COLUMNS, ...table].map((cells, i) => csvLine(cells, style, i)).join('');
        await writeFile(file, iconv.encode(mark ? `\ufeff${text}` : text, name, { addBOM: false }));
        const source = await openAt(folder);
        const read = await readAll(source, 'owners');
        await source.close();
        expect(read.map((row) => COLUMNS.map((column) => row.fields[column]))).toEqual(table);
        expect(read.flatMap((row) => row.defects).filter((defect) => defect.blocking)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  it('is the same wherever the bytes are cut', async () => {
    const encodings = fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'win1252');
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 60 }),
        encodings,
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (text, encoding, addBOM, cuts) => {
          const bytes = iconv.encode(text, encoding, { addBOM });
          expect(await decodeIn(cut(bytes, cuts))).toEqual(await decodeIn([bytes]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('agrees with a strict decoder on what is UTF-8', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const parts = fc.constantFrom(
      [0x41],
      [0xc3, 0xa9],
      [0xe2, 0x82, 0xac],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe0, 0x80, 0x80],
      [0xff],
      [0xc3],
      [0x80],
      [0xf0, 0x9f],
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 10 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (sequences, cuts) => {
          const bytes = Buffer.from([0x41, ...sequences.flat()]);
          const detector = new EncodingDetector();
          for (const piece of cut(bytes, cuts)) detector.push(piece);
          let valid = true;
          try {
            strict.decode(bytes);
          } catch {
            valid = false;
          }
          expect(detector.verdict().guessed).toBe(!valid);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('any bytes', () => {
  it('are read to the end, with rows numbered without gaps, and resumed at any row', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'contacts.csv');
    const csvish = fc.array(
      fc.constantFrom('"', '""', ',', ';', '\n', '\r\n', 'id', 'email', 'ü', '\u0000', 'x', ',"'),
      { maxLength: 60 },
    );
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      csvish.map((parts) => Buffer.from(parts.join(''))),
      csvish.map((parts) => Buffer.from(`id,email,city\n${parts.join('')}`)),
    );
    await fc.assert(
      fc.asyncProperty(content, fc.nat(), async (bytes, at) => {
        await writeFile(file, bytes);
        const source = await openAt(folder);
        const batches = await Array.fromAsync(source.read('contacts', { batchSize: 3, allow: new Set() }));
        const rows = batches.flatMap((batch) => batch.rows);
        expect(rows.map((row) => row.row)).toEqual(rows.map((_, i) => i + 1));
        const batch = batches[at % Math.max(1, batches.length)];
        if (batch)
          expect(await readAll(source, 'contacts', { cursor: batch.cursor })).toEqual(
            rows.slice(batch.cursor.row),
          );
        await source.close();
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});
