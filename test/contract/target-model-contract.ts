import { afterAll, describe, expect, it } from 'vitest';
import type { FieldSpec } from '../../worker/twenty/target.ts';
import type { Part } from './target-workbench.ts';

const OPTIONS = [
  { value: 'FIRST', label: 'First', color: 'green', position: 0 },
  { value: 'SECOND', label: 'Second', color: 'red', position: 1 },
];

/** A field of each type we make: a value that we write, and how Twenty shows it. */
const FIELDS: readonly (readonly [string, Partial<FieldSpec>, unknown, unknown])[] = [
  ['TEXT', {}, 'a text', 'a text'],
  ['NUMBER', {}, 12.5, 12.5],
  ['BOOLEAN', {}, true, true],
  ['DATE', {}, '2019-12-31', '2019-12-31'],
  ['DATE_TIME', {}, '2019-12-31T23:59:58+02:00', '2019-12-31T21:59:58.000Z'],
  [
    'CURRENCY',
    {},
    { amountMicros: 1_500_000, currencyCode: 'CAD' },
    { amountMicros: 1_500_000, currencyCode: 'CAD' },
  ],
  [
    'LINKS',
    {},
    { primaryLinkUrl: 'https://A.Example/', primaryLinkLabel: 'A' },
    { primaryLinkUrl: 'https://a.example', primaryLinkLabel: 'A', secondaryLinks: [] },
  ],
  ['EMAILS', {}, { primaryEmail: 'A@B.example' }, { primaryEmail: 'a@b.example', additionalEmails: [] }],
  [
    'PHONES',
    {},
    { primaryPhoneNumber: '+33612345678' },
    {
      primaryPhoneNumber: '612345678',
      primaryPhoneCountryCode: 'FR',
      primaryPhoneCallingCode: '+33',
      additionalPhones: [],
    },
  ],
  [
    'ADDRESS',
    {},
    { addressCity: 'Lyon' },
    expect.objectContaining({ addressCity: 'Lyon', addressStreet1: '' }),
  ],
  ['SELECT', { options: OPTIONS }, 'SECOND', 'SECOND'],
  ['MULTI_SELECT', { options: OPTIONS }, ['SECOND', 'FIRST'], ['SECOND', 'FIRST']],
  ['ARRAY', {}, ['a', 'b'], ['a', 'b']],
];

const nameOf = (type: string) =>
  `contract${type.replace(/(?:^|_)([A-Z])([A-Z]*)/g, (_, a, b) => a + b.toLowerCase())}`;

export const modelContract: Part = (bench) => {
  const madeOn: [string, string][] = [];
  const create = (spec: FieldSpec) => {
    madeOn.push([spec.object, spec.name]);
    return bench().target.model.createField(spec);
  };
  afterAll(async () => {
    for (const [object, name] of madeOn) await bench().target.model.deleteField(object, name);
  }, 120_000);

  it.each(FIELDS)('makes a %s field that keeps what is written to it', async (type, more, written, read) => {
    const { make } = bench();
    const name = nameOf(type);
    const field = await create({
      object: 'company',
      name,
      label: `Contract ${type}`,
      type,
      icon: 'IconBox',
      ...more,
    });
    expect(field).toMatchObject({ name, type, label: `Contract ${type}`, isCustom: true, isSystem: false });
    expect(await make('company', { [name]: written }, [name])).toHaveProperty(name, read);
  });

  it('makes a unique text field, and enforces it', async () => {
    const { target, id, make, marker } = bench();
    const name = 'contractUnique';
    const spec = { object: 'company', name, label: 'Contract unique', type: 'TEXT', isUnique: true };
    expect(await create(spec)).toMatchObject({ type: 'TEXT', isUnique: true });
    const holder = await make('company', { [name]: marker });
    const again = await target.records.create('company', [{ id: id('company'), [name]: marker }], {
      fields: [],
    });
    expect(again).toMatchObject({ refusal: { reason: 'duplicate', conflictingRecordId: holder.id } });
    expect(await target.records.byValues('company', name, [marker], { fields: [] })).toEqual([
      { id: holder.id },
    ]);
    // Many records without a value are no duplicates.
    await make('company', { [name]: '' });
    await make('company', { [name]: '' });
  });

  it('makes a relation to the same object and to workspace members', async () => {
    const { target, id, make, marker } = bench();
    const parent = await create({
      object: 'company',
      name: 'contractParent',
      label: 'Contract parent',
      type: 'RELATION',
      relation: { targetObject: 'company', inverseLabel: 'Contract children', inverseIcon: 'IconBox' },
    });
    expect(parent.relation).toEqual({
      type: 'MANY_TO_ONE',
      targetObject: 'company',
      targetField: 'contractChildren',
      joinColumn: 'contractParentId',
    });
    const owner = await create({
      object: 'person',
      name: 'contractOwner',
      label: 'Contract owner',
      type: 'RELATION',
      relation: { targetObject: 'workspaceMember', inverseLabel: 'Contract people', inverseIcon: 'IconBox' },
    });
    expect(owner.relation).toMatchObject({ targetObject: 'workspaceMember', joinColumn: 'contractOwnerId' });
    // A child may stand before its parent in one batch.
    const parentId = id('company');
    const batch = [
      { id: id('company'), name: `${marker} child`, contractParentId: parentId },
      { id: parentId, name: marker },
    ];
    const result = await target.records.create('company', batch, { fields: ['contractParent'] });
    const byId = new Map(
      result.kind === 'written' ? result.records.map((record) => [record.id, record]) : [],
    );
    expect(byId.get(batch[0]?.id ?? '')).toHaveProperty('contractParentId', parentId);
    const members = [];
    for await (const page of target.records.scan('workspaceMember', { fields: [] })) members.push(...page);
    const person = await make('person', { contractOwnerId: members[0]?.id }, ['contractOwner']);
    expect(person).toHaveProperty('contractOwnerId', members[0]?.id);
  });

  describe('options', () => {
    it('adds, and takes away, without touching what records have', async () => {
      const { target, make, marker } = bench();
      const won = await make('opportunity', { name: marker, stage: 'PROPOSAL' }, ['stage', 'updatedAt']);
      const before = (await target.schema()).objects.get('opportunity')?.fields.get('stage')?.options ?? [];
      const added = {
        value: 'CONTRACT_STAGE',
        label: 'Contract stage',
        color: 'blue',
        position: before.length,
      };
      // Without their ids too: the target adds the ones it knows.
      const bare = before.map(({ id: _, ...option }) => option);
      const after = await target.model.setOptions('opportunity', 'stage', [...bare, added]);
      expect(after.slice(0, -1)).toEqual(before);
      expect(after.at(-1)).toMatchObject(added);
      const used = await make('opportunity', { name: marker, stage: 'CONTRACT_STAGE' }, ['stage']);
      expect(used).toHaveProperty('stage', 'CONTRACT_STAGE');
      const fields = ['stage', 'updatedAt'];
      expect(await target.records.byIds('opportunity', [won.id], { fields })).toEqual([won]);
      expect(await target.model.setOptions('opportunity', 'stage', before)).toEqual(before);
      expect(await target.records.byIds('opportunity', [won.id], { fields })).toEqual([won]);
      // An option that is taken away leaves its records the default.
      const left = await target.records.byIds('opportunity', [used.id], { fields: ['stage'] });
      expect(left).toEqual([{ id: used.id, stage: 'NEW' }]);
    });
  });

  it.each(['links', 'type', 'address'])('refuses the reserved name %s, with the reason', async (name) => {
    const spec = { object: 'person', name, label: name, type: 'TEXT' };
    const refused = bench().target.model.createField(spec);
    await expect(refused).rejects.toMatchObject({ code: 'TWENTY_SCHEMA', where: `person.${name}` });
    await expect(refused).rejects.toThrow('This name is reserved');
  });

  it('refuses a name that is taken, and to delete a standard field', async () => {
    const { model } = bench().target;
    const spec = { object: 'person', name: 'jobTitle', label: 'Job', type: 'TEXT' };
    await expect(model.createField(spec)).rejects.toThrow('NOT_AVAILABLE');
    await expect(model.deleteField('opportunity', 'stage')).rejects.toMatchObject({ name: 'VpError' });
    await model.deleteField('person', 'contractNeverThere');
  });

  it('forgets a field that was deleted, and knows one that was made elsewhere', async () => {
    const { target, proxied, make } = bench();
    const spec = { object: 'company', name: 'contractElsewhere', label: 'Contract elsewhere', type: 'TEXT' };
    await target.schema();
    madeOn.push(['company', 'contractElsewhere']);
    await proxied.model.createField(spec);
    expect(await make('company', { contractElsewhere: 'x' }, ['contractElsewhere'])).toHaveProperty(
      'contractElsewhere',
      'x',
    );
    await target.model.deleteField('company', 'contractElsewhere');
    expect((await target.schema()).objects.get('company')?.fields.has('contractElsewhere')).toBe(false);
  });
};
