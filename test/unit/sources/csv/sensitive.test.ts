import { describe, expect, it } from 'vitest';
import {
  looksSensitive,
  SensitiveValueCount,
  type SensitiveValueKind,
} from '../../../../worker/domain/sensitive-values.ts';
import { folderOf, openAt, readAll } from './export-folder.ts';

describe('value detectors', () => {
  // Test numbers that issuers publish, or that were never issued.
  it.each<[SensitiveValueKind, string[], string[]]>([
    [
      'us-ssn',
      ['219-09-9999', ' 078-05-1120 '],
      ['219099999', '000-12-3456', '666-12-3456', '900-12-3456', '123-00-4567', '123-45-0000'],
    ],
    [
      'ca-sin',
      ['130 692 544', '130692544', '130-692-544'],
      ['130692545', '046454286', '13069254', 'A30692544'],
    ],
    ['uk-nhs', ['943 476 5919', '9434765919'], ['9434765918', '1111111111', '943476591']],
    [
      'payment-card',
      ['4111 1111 1111 1111', '5555555555554444', '378282246310005'],
      ['4111111111111112', '1111111111111117', '411111'],
    ],
    [
      'iban',
      ['GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000'],
      ['GB82WEST12345698765433', 'DE8937', 'hello'],
    ],
    ['icd-10', ['E11.9', 'K02', 'S72.001A'], ['U07.1', 'E1', 'A1B 2C3', '11.9', 'E119']],
  ])('%s', (kind, hits, misses) => {
    expect(hits.filter((value) => !looksSensitive(kind, value))).toEqual([]);
    expect(misses.filter((value) => looksSensitive(kind, value))).toEqual([]);
  });

  it('wants more than half of the values that are there', () => {
    const verdict = (values: readonly string[]) => {
      const count = new SensitiveValueCount(['icd-10', 'us-ssn']);
      for (const value of values) count.add(value);
      return count.verdict();
    };
    expect(verdict(['E11.9', '', ' ', 'K02.1', 'x'])).toBe('icd-10');
    expect(verdict(['E11.9', 'x'])).toBeNull();
    expect(verdict([])).toBeNull();
  });
});

const CONTACTS = [
  'id,first_name,date_of_birth,Date Of Birth,Health Card Number,patientMRN,cf_code,cf_colour',
  'c1,Ada,1980-01-02,1980-01-03,HC-1,MRN-1,E11.9,teal',
  'c2,Ben,1981-01-02,1981-01-03,HC-2,MRN-2,K02.1,ochre',
  '',
].join('\n');

describe('sensitive columns', () => {
  it('are named with their reason, and leave no trace in rows', async () => {
    const source = await openAt(await folderOf({ 'contacts.csv': CONTACTS }));
    const { streams } = await source.inspect();
    const sensitive = streams[0]?.columns.filter((column) => column.sensitive).map((column) => column.name);
    expect(sensitive).toEqual([
      'date_of_birth',
      'date_of_birth_2',
      'health_card_number',
      'patientMRN',
      'cf_code',
    ]);
    const rows = await readAll(source, 'contacts');
    expect(rows.map((row) => row.fields)).toEqual([
      { id: 'c1', first_name: 'Ada', cf_colour: 'teal' },
      { id: 'c2', first_name: 'Ben', cf_colour: 'ochre' },
    ]);
  });

  it('are kept one by one when a person allowed them by name', async () => {
    const source = await openAt(await folderOf({ 'contacts.csv': CONTACTS }));
    const [row] = await readAll(source, 'contacts', {
      allow: new Set(['contacts.date_of_birth', 'contacts.cf_code']),
    });
    expect(row?.fields).toEqual({
      id: 'c1',
      first_name: 'Ada',
      date_of_birth: '1980-01-02',
      cf_code: 'E11.9',
      cf_colour: 'teal',
    });
    // A whole object that is not sensitive cannot be allowed: its sensitive columns are named one by one.
    const [other] = await readAll(source, 'contacts', { allow: new Set(['contacts', 'contacts.*']) });
    expect(other?.fields).not.toHaveProperty('date_of_birth');
  });

  it('do not leak through rows whose cells are shifted or whose quotes are broken', async () => {
    const text = [
      'id,first_name,date_of_birth,city',
      'c1,Ada,extra,1980-01-02,Bern',
      'c2,"Ben,1981-01-02,Biel',
      'c3,Cy,1982-01-02,Chur',
      'c4,"D" x,"e" y,1983-01-02,Chur',
      '',
    ].join('\n');
    const rows = await readAll(await openAt(await folderOf({ 'contacts.csv': text })), 'contacts');
    expect(rows.map((row) => row.sourceId)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(JSON.stringify(rows)).not.toMatch(/198\d/);
    expect(rows[2]?.fields).toEqual({ id: 'c3', first_name: 'Cy', city: 'Chur' });
  });
});

describe('sensitive objects', () => {
  const files = { 'claims.csv': 'id,patient,icd10\n1,x,E11.9\n2,y,K02.1\n', 'owners.csv': 'id,email\n' };

  it('are counted and left where they are', async () => {
    const source = await openAt(await folderOf(files));
    const inspection = await source.inspect();
    expect(inspection.excluded).toMatchObject([{ object: 'claims', file: 'claims.csv', rows: 2 }]);
    expect(inspection.streams.map((stream) => stream.object)).toEqual(['owners']);
    await expect(readAll(source, 'claims')).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });

  it.each(['claims', 'claims.*'])('are a stream with all their columns when allowed as %s', async (name) => {
    const source = await openAt(await folderOf(files), { allow: [name] });
    const inspection = await source.inspect();
    expect(inspection.excluded).toEqual([]);
    expect(inspection.streams.map((stream) => stream.object)).toContain('claims');
    expect((await readAll(source, 'claims', { allow: new Set([name]) }))[0]?.fields).toEqual({
      id: '1',
      patient: 'x',
      icd10: 'E11.9',
    });
  });
});
