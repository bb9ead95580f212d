import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zipOf } from '../../../fixtures/zip.ts';
import { folderOf, openAt, readAll } from './export-folder.ts';

const SCHEMA = JSON.stringify({
  objects: [
    {
      name: 'equipment',
      labels: { singular: 'Device', plural: 'Devices' },
      fields: [
        { name: 'serial', type: 'text' },
        { name: 'patient_ssn', type: 'text' },
        { name: 'code', type: 'text' },
        { name: 'cf_9', label: 'Date of birth', type: 'date' },
      ],
      associations: [
        { name: 'company', target: 'companies', cardinality: 'one' },
        { name: 'users', target: 'contacts', cardinality: 'many' },
        { name: 'next', target: 'equipment', cardinality: 'many' },
      ],
    },
    { name: 'prescriptions', fields: [{ name: 'drug', type: 'text' }] },
  ],
});

const FILES = {
  'owners.csv': 'id\n',
  'custom_objects.json': `\ufeff${SCHEMA}`,
  'custom/Equipment.csv':
    'id,owner_id,company_id,Serial,patient_ssn,code,cf_9,extra\ne1,o1,c1,S-1,219-09-9999,E11.9,1980-01-01,x\ne2,,,S-2,,K02.1,,y\n',
  'custom/equipment__contacts.csv': 'equipment_id,contact_id\ne1,p1\ne1,p2\n,p3\n',
  'custom/equipment__equipment.csv': 'equipment_id,equipment_id\ne1,e2\n',
  'custom/prescriptions.csv': 'id,drug\n1,x\n',
  'custom/leftover.csv': 'id\n',
};

const folder = async (files: Readonly<Record<string, string>>) => openAt(await folderOf(files));
const zip = async (files: Readonly<Record<string, string>>, prefix = 'export/') => {
  const entries = Object.entries(files).map(([name, content]) => ({ name: prefix + name, content }));
  return openAt(join(await folderOf({ 'e.zip': zipOf(entries) }), 'e.zip'));
};

describe.each([
  ['a folder', folder],
  ['a zip', zip],
])('custom objects in %s', (_, open) => {
  it('are streams with their pairs; what no definition names is unknown', async () => {
    const source = await open(FILES);
    const inspection = await source.inspect();
    expect(inspection.streams.map(({ object, file }) => [object, file])).toEqual([
      ['owners', 'owners.csv'],
      ['equipment', 'custom/Equipment.csv'],
      ['equipment__contacts', 'custom/equipment__contacts.csv'],
      ['equipment__equipment', 'custom/equipment__equipment.csv'],
    ]);
    expect(inspection.excluded.map(({ object, rows }) => [object, rows])).toEqual([['prescriptions', 1]]);
    expect(inspection.unknownFiles).toEqual(['custom/leftover.csv']);
    expect(source.profile.objects['equipment']?.custom?.labelSingular).toBe('Device');
  });

  it('have their columns tested for sensitive names, labels and values', async () => {
    const source = await open(FILES);
    const { streams } = await source.inspect();
    const columns = streams.find(({ object }) => object === 'equipment')?.columns ?? [];
    expect(columns.map(({ name, kind, sensitive }) => [name, kind, sensitive !== undefined])).toEqual([
      ['id', 'declared', false],
      ['owner_id', 'declared', false],
      ['company_id', 'custom', false],
      ['serial', 'custom', false],
      ['patient_ssn', 'custom', true],
      ['code', 'custom', true],
      ['cf_9', 'custom', true],
      ['extra', 'custom', false],
    ]);
    expect((await readAll(source, 'equipment')).map(({ fields }) => fields)).toEqual([
      { id: 'e1', owner_id: 'o1', company_id: 'c1', serial: 'S-1', extra: 'x' },
      { id: 'e2', owner_id: '', company_id: '', serial: 'S-2', extra: 'y' },
    ]);
    const [allowed] = await readAll(source, 'equipment', { allow: new Set(['equipment.code']) });
    expect(allowed?.fields['code']).toBe('E11.9');
  });

  it('have pairs with the ends that the file names in its own words', async () => {
    const source = await open(FILES);
    const pairs = await readAll(source, 'equipment__contacts');
    expect(pairs.map(({ sourceId, fields }) => [sourceId, fields])).toEqual([
      ['e1/p1', { equipment_id: 'e1', contacts_id: 'p1' }],
      ['e1/p2', { equipment_id: 'e1', contacts_id: 'p2' }],
      ['', { equipment_id: '', contacts_id: 'p3' }],
    ]);
    expect((await readAll(source, 'equipment__equipment'))[0]).toMatchObject({
      sourceId: 'e1/e2',
      fields: { equipment_id: 'e1', equipment_id_2: 'e2' },
      defects: [],
    });
    const turned = await open({
      ...FILES,
      'custom/equipment__contacts.csv': 'contact_id,equipment_id\np1,e1\n',
    });
    expect((await readAll(turned, 'equipment__contacts'))[0]?.sourceId).toBe('e1/p1');
  });

  it('are none without a schema export, and refused with a broken one', async () => {
    const { 'custom_objects.json': _schema, ...without } = FILES;
    const source = await open(without);
    expect((await source.inspect()).unknownFiles).toEqual(
      Object.keys(FILES)
        .filter((name) => name.startsWith('custom/'))
        .sort(),
    );
    await expect(open({ ...FILES, 'custom_objects.json': '{"objects": [{}]}' })).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      where: 'custom_objects.json at objects.0.name',
    });
  });
});

const ATTACHMENTS =
  'id,file_name,content_type,size_bytes,sha256,uploaded_by,uploaded_at,parent_object,parent_id,path\n';
const attached = (id: string, parent: string, name: string) =>
  `${id},${name},image/png,1,,o1,2020-01-01,${parent},1,${name}\n`;

describe('children of excluded objects', () => {
  const files = {
    'custom_objects.json': SCHEMA,
    'attachments.csv': [
      ATTACHMENTS,
      attached('a1', ' Claim ', 'SECRET-1.png'),
      attached('a2', 'contacts', 'scan.png'),
      attached('a3', 'IMAGING', 'SECRET-2.png'),
      attached('a4', 'prescriptions', 'SECRET-3.png'),
      attached('a5', 'claims', 'SECRET-4\u0000.png'),
      // Shifted cells: whose child it is, nobody can say.
      `a6,SECRET-5,png,image/png,1,,o1,2020-01-01,claims,1,SECRET-5.png\n`,
      `a7,"SECRET-6,image/png,1,,o1,2020-01-01,claims,1,SECRET-6.png\n`,
    ].join(''),
  };

  it('keep their id and their parent alone', async () => {
    const source = await openAt(await folderOf(files));
    const rows = await readAll(source, 'attachments');
    expect(JSON.stringify(rows)).not.toContain('SECRET');
    expect(rows.map(({ sourceId, fields }) => [sourceId, fields['parent_object'], fields['path']])).toEqual([
      ['a1', ' Claim ', undefined],
      ['a2', 'contacts', 'scan.png'],
      ['a3', 'IMAGING', undefined],
      ['a4', 'prescriptions', undefined],
      ['a5', 'claims', undefined],
      ['a6', undefined, undefined],
      ['a7', undefined, undefined],
    ]);
    expect(rows[0]?.fields).toEqual({ id: 'a1', parent_object: ' Claim ', parent_id: '1' });
    expect(rows[0]?.defects).toEqual([{ code: 'EXCLUDED_PARENT', blocking: false, column: 'parent_object' }]);
    expect(rows[4]?.defects).toHaveLength(1);
    expect(rows[1]?.defects).toEqual([]);
  });

  it('are taken when a person allowed the object, and only then', async () => {
    const source = await openAt(await folderOf(files));
    const rows = await readAll(source, 'attachments', { allow: new Set(['claims.*', 'attachments']) });
    expect(rows.map(({ fields }) => fields['path'])).toEqual([
      'SECRET-1.png',
      'scan.png',
      undefined,
      undefined,
      'SECRET-4\u0000.png',
      undefined,
      undefined,
    ]);
  });
});
