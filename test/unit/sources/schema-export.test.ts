import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SourceProfile, sourceProfileSchema } from '../../../worker/domain/source-profile.ts';
import { columnTypeOf } from '../../../worker/sources/schema-export/column-type.ts';
import { extendProfile } from '../../../worker/sources/schema-export/extend-profile.ts';
import { parseSchemaExport } from '../../../worker/sources/schema-export/schema-export.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';

const base = referenceProfile();

function extended(schema: unknown, files: readonly string[] = []): SourceProfile {
  const present = new Set(files.map((file) => file.toLowerCase()));
  return extendProfile(base, parseSchemaExport(JSON.stringify(schema), 'custom_objects.json'), (path) =>
    present.has(path.toLowerCase()),
  );
}

const EQUIPMENT = {
  name: 'equipment',
  labels: { singular: 'Device', plural: 'Devices' },
  api_version: 3,
  fields: [
    { name: 'serial', label: 'Serial number', type: 'text', required: true },
    {
      name: 'kind',
      label: 'Kind',
      type: 'picklist',
      options: ['Scanner', { value: 'xray', label: 'X-Ray' }, ''],
    },
    { name: 'price', label: 'Price', type: 'money' },
    { name: 'id', label: 'Own id', type: 'text' },
    { name: 'Serial', type: 'number' },
    { name: '__proto__', type: 'text' },
  ],
  associations: [
    { name: 'company', target: 'Company', cardinality: 'one' },
    { name: 'users', target: 'contacts', cardinality: 'many' },
    { name: 'site', target: 'nowhere', cardinality: 'one' },
    { name: 'ghosts', target: 'nowhere', cardinality: 'many' },
  ],
};

describe('a schema export', () => {
  it.each([
    ['{', 'custom_objects.json'],
    ['{"objects": 3}', 'custom_objects.json at objects'],
    [
      '{"objects": [{"name": "a", "fields": [{"label": "secret"}]}]}',
      'custom_objects.json at objects.0.fields.0.name',
    ],
    [
      '[{"name": "a", "associations": [{"name": "b", "target": "c", "cardinality": "some"}]}]',
      'custom_objects.json at 0.associations.0.cardinality',
    ],
    ['"text"', 'custom_objects.json at (top)'],
  ])('%s is refused with its place', (text, where) => {
    expect(() => parseSchemaExport(text, 'custom_objects.json')).toThrow(
      expect.objectContaining({ code: 'SOURCE_UNREADABLE', where }),
    );
    try {
      parseSchemaExport(text, 'custom_objects.json');
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
  });

  it('takes nulls, labels as one text, and numbers as options', () => {
    const [object] = parseSchemaExport(
      '[{"name": " a ", "labels": "An A", "fields": [{"name": "n", "label": null, "type": null, "options": [1, 2, 2, true]}], "associations": null}]',
      'x',
    ).objects;
    expect(object).toEqual({
      name: 'a',
      labelSingular: 'An A',
      labelPlural: 'An A',
      fields: [{ name: 'n', label: '', type: '', options: ['1', '2', 'true'] }],
      associations: [],
    });
  });

  it.each([
    ['Multi Pick-List', 'option-list'],
    ['PICKLIST', 'option'],
    ['long_text', 'rich-text'],
    ['money', 'money'],
    ['date_time', 'datetime'],
    ['datetime', 'datetime'],
    ['geo-point', 'text'],
    ['constructor', 'text'],
  ])('%s is %s', (word, type) => {
    expect(columnTypeOf(word)).toBe(type);
  });
});

describe('the profile with custom objects', () => {
  it('has each object with its columns, after the declared ones', () => {
    const { objects } = extended({ objects: [EQUIPMENT] });
    expect(Object.keys(objects)).toEqual([...Object.keys(base.objects), 'equipment', 'equipment__contacts']);
    expect(objects['equipment']).toEqual({
      file: 'custom/equipment.csv',
      id: ['id'],
      aliases: ['Device', 'Devices', 'equipments'],
      custom: { name: 'equipment', labelSingular: 'Device', labelPlural: 'Devices' },
      optional: false,
      columns: {
        id: { type: 'id' },
        owner_id: { type: 'reference', references: 'owners' },
        company_id: { type: 'reference', references: 'companies', label: 'company', fromSchema: true },
        site_id: { type: 'text', label: 'site', fromSchema: true },
        serial: { type: 'text', label: 'Serial number', fromSchema: true },
        kind: { type: 'option', label: 'Kind', options: ['Scanner', 'xray'], fromSchema: true },
        price: { type: 'money', label: 'Price', fromSchema: true },
        created_at: { type: 'datetime' },
        modified_at: { type: 'datetime' },
      },
    });
    expect(objects['equipment__contacts']).toEqual({
      file: 'custom/equipment__contacts.csv',
      id: ['equipment_id', 'contacts_id'],
      optional: false,
      pairs: {
        association: 'users',
        from: { column: 'equipment_id', object: 'equipment' },
        to: { column: 'contacts_id', object: 'contacts' },
      },
      columns: {
        equipment_id: { type: 'reference', references: 'equipment' },
        contacts_id: { type: 'reference', references: 'contacts' },
      },
    });
  });

  it('adds what an entry for a declared object says to that object', () => {
    const { objects } = extended([
      {
        name: 'Contact',
        fields: [
          { name: 'cf_size', label: 'Shoe size', type: 'picklist', options: ['S', 'M'] },
          { name: 'lead_source', label: 'Lead source', type: 'text', options: ['Web'] },
          { name: 'tags', label: 'Tags', type: 'multiselect', options: ['vip'] },
        ],
        associations: [{ name: 'clinic', target: 'companies', cardinality: 'one' }],
      },
    ]);
    expect(Object.keys(objects)).toEqual(Object.keys(base.objects));
    expect(objects['contacts']?.columns).toEqual({
      ...base.objects['contacts']?.columns,
      lead_source: { type: 'option', label: 'Lead source' },
      tags: { type: 'option-list', label: 'Tags', options: ['vip'] },
      clinic_id: { type: 'reference', references: 'companies', label: 'clinic', fromSchema: true },
      cf_size: { type: 'option', label: 'Shoe size', options: ['S', 'M'], fromSchema: true },
    });
  });

  it('makes another object of a namesake that has rows of its own, as sensitive as the first', () => {
    const { objects } = extended(
      [{ name: 'Tasks' }, { name: 'claims' }],
      ['custom/tasks.csv', 'CUSTOM/Claims.csv'],
    );
    expect(objects['custom_tasks']).toMatchObject({ file: 'custom/Tasks.csv', custom: { name: 'Tasks' } });
    expect(objects['custom_tasks']?.sensitive).toBeUndefined();
    expect(objects['custom_claims']?.sensitive).toEqual(base.objects['claims']?.sensitive);
    expect(objects['tasks']).toEqual(base.objects['tasks']);
  });

  it('gives every object a key of its own, whatever its name', () => {
    const names = [
      'Geräte',
      'geräte',
      'gera te',
      '3D Scans',
      '日本',
      'workflows',
      'constructor',
      '../owners',
    ];
    const { objects } = extended(names.map((name) => ({ name })));
    const made = Object.entries(objects).slice(Object.keys(base.objects).length);
    expect(made.map(([key, { custom }]) => [key, custom?.name])).toEqual([
      ['gerate', 'Geräte'],
      ['gerate_2', 'geräte'],
      ['gera_te', 'gera te'],
      ['object_3_d_scans', '3D Scans'],
      ['object', '日本'],
      ['custom_workflows', 'workflows'],
      ['constructor', 'constructor'],
      ['owners_2', '../owners'],
    ]);
  });

  it('leaves objects with a clinical name where they are, and their pairs', () => {
    const { objects } = extended([
      { name: 'Prescription', associations: [{ name: 'patients', target: 'contact', cardinality: 'many' }] },
      { name: 'rooms', labels: { singular: 'Room', plural: 'Treatments' } },
    ]);
    expect(objects['prescription']?.sensitive?.reason).toBe('Clinical information');
    expect(objects['prescription__contacts']?.sensitive?.reason).toBe('Clinical information');
    expect(objects['rooms']?.sensitive?.reason).toBe('Clinical information');
  });

  it('finds the pairs under the names that exports use, and one association seen from both ends once', () => {
    const both = [
      { name: 'rooms', associations: [{ name: 'devices', target: 'device', cardinality: 'many' }] },
      { name: 'devices', associations: [{ name: 'rooms', target: 'room', cardinality: 'many' }] },
    ];
    const pairsOf = (schema: unknown, files: readonly string[]) =>
      Object.entries(extended(schema, files).objects)
        .filter(([, { pairs }]) => pairs !== undefined)
        .map(([key, { file, id }]) => [key, file, ...id]);
    expect(pairsOf(both, ['custom/devices__rooms.csv'])).toEqual([
      ['devices__rooms', 'custom/devices__rooms.csv', 'devices_id', 'room_id'],
    ]);
    expect(pairsOf(both, [])).toEqual([
      ['rooms__devices', 'custom/rooms__device.csv', 'rooms_id', 'device_id'],
    ]);
    const twice = [
      {
        name: 'rooms',
        associations: [
          { name: 'users', target: 'contacts', cardinality: 'many' },
          { name: 'cleaners', target: 'contacts', cardinality: 'many' },
          { name: 'next', target: 'rooms', cardinality: 'many' },
        ],
      },
    ];
    expect(pairsOf(twice, ['custom/rooms__contacts.csv', 'custom/rooms__cleaners.csv'])).toEqual([
      ['rooms__contacts', 'custom/rooms__contacts.csv', 'rooms_id', 'contacts_id'],
      ['rooms__contacts_2', 'custom/rooms__cleaners.csv', 'rooms_id', 'contacts_id'],
      ['rooms__rooms', 'custom/rooms__rooms.csv', 'rooms_id', 'rooms_id_2'],
    ]);
  });

  it('stays a valid profile that keeps every declared object, for any names', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
      fc.constantFrom('contacts', 'Contact', 'claims', '__proto__', 'id', 'x__y', 'a', 'A', 'workflows'),
    );
    const object = fc.record({
      name,
      fields: fc.array(fc.record({ name, type: fc.string(), options: fc.array(fc.string()) }), {
        maxLength: 4,
      }),
      associations: fc.array(
        fc.record({ name, target: name, cardinality: fc.constantFrom('one', 'many', ' Many ') }),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), fc.boolean(), (objects, present) => {
        let schema: ReturnType<typeof parseSchemaExport>;
        try {
          schema = parseSchemaExport(JSON.stringify({ objects }), 'x');
        } catch {
          // A name of blanks only.
          return;
        }
        const profile = extendProfile(base, schema, () => present);
        expect(sourceProfileSchema.parse(profile)).toEqual(profile);
        for (const [key, declared] of Object.entries(base.objects)) {
          const now = profile.objects[key];
          expect({ ...now, columns: null }).toEqual({ ...declared, columns: null });
          for (const [column, { type, sensitive }] of Object.entries(declared.columns))
            expect(now?.columns[column]).toMatchObject(
              sensitive === undefined ? { type } : { type, sensitive },
            );
        }
        for (const one of Object.values(profile.objects)) {
          const ends = one.pairs === undefined ? [] : [one.pairs.from.object, one.pairs.to.object];
          const targets = Object.values(one.columns).flatMap(({ references }) => references ?? []);
          for (const target of [...ends, ...targets]) expect(Object.keys(profile.objects)).toContain(target);
          for (const id of one.id) expect(Object.keys(one.columns)).toContain(id);
        }
      }),
    );
  });
});
