import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RowDefect } from '../../../../worker/domain/record.ts';
import { generateExport, type PlantedTrouble } from '../../../fixtures/generate-export.ts';
import type { ExportOptions } from '../../../fixtures/object-plans.ts';
import { SMALL_REST } from '../../../fixtures/rest-records.ts';
import { openAt, readAll, tempFolder } from './export-folder.ts';

const ALL: ExportOptions = { seed: 7, owners: 6, companies: 120, contacts: 150, deals: 110, troubles: 'all' };
const TEN: ExportOptions = { ...ALL, rest: SMALL_REST };

async function digests(folder: string): Promise<string[][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
  return Promise.all(
    names.map(async (name) => [
      name,
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
    ]),
  );
}

async function generated(options: ExportOptions) {
  const folder = await tempFolder();
  const truth = await generateExport(folder, options);
  const source = await openAt(folder);
  return { folder, truth, source, inspection: await source.inspect() };
}

/** What the connector itself must say of a planted row; other troubles are for the audit and the load. */
const DEFECT: Readonly<Record<string, { code: RowDefect['code']; blocking: boolean }>> = {
  ROW_TOO_LONG: { code: 'ROW_TOO_LONG', blocking: true },
  ROW_TOO_SHORT: { code: 'ROW_TOO_SHORT', blocking: false },
  NO_ID: { code: 'NO_ID', blocking: true },
  UNCLOSED_QUOTE: { code: 'UNCLOSED_QUOTE', blocking: true },
  STRAY_QUOTE: { code: 'UNCLOSED_QUOTE', blocking: false },
  NUL: { code: 'CONTROL_CHARACTERS', blocking: false },
  CONTROL_CHARACTERS: { code: 'CONTROL_CHARACTERS', blocking: false },
  EXCLUDED_PARENT: { code: 'EXCLUDED_PARENT', blocking: false },
};

describe('a generated export', () => {
  it.each(['all', 'demo', 'none'] as const)(
    'with %s troubles holds the rows that its truth names, and no other defect',
    async (troubles) => {
      const { truth, source, inspection } = await generated({ ...TEN, troubles });
      const counted = new Map(inspection.excluded.map((stream) => [stream.object, stream.rows]));
      for (const { object } of inspection.streams) {
        const rows = await readAll(source, object);
        counted.set(object, rows.length);
        const planted = new Map<number, PlantedTrouble>(
          truth.troubles.filter((one) => one.object === object && one.row > 0).map((one) => [one.row, one]),
        );
        for (const row of rows) {
          const trouble = planted.get(row.row);
          const expected = DEFECT[trouble?.code ?? ''];
          expect(row.defects.map(({ code, blocking }) => ({ code, blocking }))).toEqual(
            expected ? [expected] : [],
          );
          if (trouble) expect(row.sourceId).toBe(trouble.id);
        }
      }
      expect(Object.fromEntries(counted)).toEqual(truth.rows);
    },
  );

  it('shows its troubles of files and columns', async () => {
    const { truth, inspection } = await generated(ALL);
    const planted = (code: string) => truth.troubles.filter((one) => one.code === code);
    const stream = (object: string) => inspection.streams.find((one) => one.object === object);
    const found = (code: string) =>
      inspection.streams
        .filter((one) => one.findings.some((finding) => finding.code === code))
        .map((one) => one.object);

    expect(inspection.excluded.map((one) => one.file)).toEqual(
      planted('SENSITIVE_OBJECT').map((one) => one.id),
    );
    expect(inspection.unknownFiles).toEqual(planted('RENAMED_TWIN').map((one) => one.id));
    expect(
      stream('contacts')
        ?.columns.filter((column) => column.sensitive)
        .map((column) => column.name),
    ).toEqual(planted('SENSITIVE_COLUMN').map((one) => one.id));
    expect(found('HEADER_REPEATED')).toEqual(planted('HEADER_REPEATED').map((one) => one.object));
    expect(found('EMPTY_FILE').toSorted()).toEqual(
      [...planted('EMPTY_FILE'), ...planted('HEADER_ONLY')].map((one) => one.object).toSorted(),
    );
    expect(stream('companies')?.findings).toContainEqual({
      code: 'COLUMN_MISSING',
      detail: expect.stringContaining(planted('HIDDEN_COLUMN')[0]?.id ?? '?'),
    });
    expect(stream('activities')).toBeUndefined();
    expect(
      Object.fromEntries(inspection.streams.map((one) => [one.object, [one.encoding, one.delimiter]])),
    ).toMatchObject({
      owners: ['utf-16le', '\t'],
      pipelines: ['utf-8', ','],
      companies: ['utf-8', ';'],
      contacts: ['utf-8', ','],
      deals: ['windows-1252', ','],
    });
  });

  it('carries values through encodings, quotes and line ends as they were meant', async () => {
    const { truth, source } = await generated(ALL);
    const at = async (object: string, code: string) => {
      const planted = truth.troubles.find((one) => one.object === object && one.code === code);
      return (await readAll(source, object)).find((row) => row.row === planted?.row)?.fields;
    };
    expect(await at('deals', 'WINDOWS_1252')).toMatchObject({ name: 'Prüfgerät „Œuvre“ – 5 €' });
    expect(await at('companies', 'EMOJI')).toMatchObject({ name: '🦷 Smile Studio 👩🏽‍⚕️' });
    expect(await at('contacts', 'QUOTED_NEWLINE')).toMatchObject({
      job_title: 'First line\r\nsecond, with "quotes"\nthird\rfourth',
    });
    expect((await at('companies', 'LONG_BODY'))?.description?.length).toBe(22 * 9091);
    const rows = await readAll(source, 'contacts');
    const same = truth.troubles.find((one) => one.object === 'contacts' && one.code === 'DUPLICATE_ID_SAME');
    expect(rows[(same?.row ?? 0) - 1]?.fields).toEqual(rows[0]?.fields);
  });

  it('of all ten objects shows what it has beside the five', async () => {
    const { truth, source, inspection } = await generated(TEN);
    const planted = (code: string) => truth.troubles.filter((one) => one.code === code);
    expect(inspection.streams.map(({ object }) => object)).toEqual(
      expect.arrayContaining(['activities', 'notes', 'tasks', 'attachments', 'workflows', 'equipment']),
    );
    expect(inspection.unknownFiles).toEqual(
      [...planted('RENAMED_TWIN'), ...planted('UNKNOWN_CUSTOM_FILE')].map(({ id }) => id),
    );
    const equipment = inspection.streams.find(({ object }) => object === 'equipment');
    expect(equipment?.columns.filter(({ sensitive }) => sensitive).map(({ name }) => name)).toEqual([
      'patient_health_card',
    ]);
    const activities = await readAll(source, 'activities');
    const long = planted('LONG_BODY').find(({ object }) => object === 'activities');
    expect(activities[(long?.row ?? 0) - 1]?.fields['body']).toHaveLength(200_000);
  });

  it('has a file, or the planted trouble, for every attachment', async () => {
    const { truth, source } = await generated(TEN);
    const planted = new Map(
      truth.troubles.filter(({ object }) => object === 'attachments').map(({ row, code }) => [row, code]),
    );
    const problems = new Map<string, number[]>();
    for (const row of await readAll(source, 'attachments')) {
      const file = await source.file(row.fields['path'] ?? '');
      if (file.kind === 'found') continue;
      const code = row.defects[0]?.code ?? file.problem;
      expect(code).toBe(planted.get(row.row));
      problems.set(code, [...(problems.get(code) ?? []), row.row]);
    }
    expect([...problems.keys()].toSorted()).toEqual([
      'EXCLUDED_PARENT',
      'FILE_EMPTY',
      'FILE_MISSING',
      'FILE_OUTSIDE',
      'FILE_UNNAMED',
      'FILE_UNREADABLE',
      'ROW_TOO_LONG',
    ]);
  });

  it('is a function of its options', async () => {
    const [first, again, other] = [await tempFolder(), await tempFolder(), await tempFolder()];
    const truth = await generateExport(first, TEN);
    expect(await generateExport(again, TEN)).toEqual(truth);
    expect(await digests(again)).toEqual(await digests(first));
    await generateExport(other, { ...TEN, seed: 8 });
    expect(await digests(other)).not.toEqual(await digests(first));
  });

  it('of clean data has nothing to report', async () => {
    const { truth, inspection } = await generated({ ...TEN, owners: 2, troubles: 'none' });
    expect(truth.troubles).toEqual([]);
    expect(inspection.streams.flatMap((stream) => stream.findings)).toEqual([]);
    expect(inspection.unknownFiles).toEqual([]);
  });
});
