import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ObjectSpec } from '../../worker/twenty/target.ts';
import type { Part } from './target-workbench.ts';

const specOf = (name: string): ObjectSpec => ({
  nameSingular: `contract${name}`,
  namePlural: `contract${name}s`,
  labelSingular: `Contract ${name}`,
  labelPlural: `Contract ${name}s`,
  icon: 'IconBox',
  description: 'Made by the contract suite',
});
/** What notes, tasks, files and the timeline point with. */
const POINTING = ['noteTarget', 'taskTarget', 'attachment', 'timelineActivity'];

export const objectsContract: Part = (bench) => {
  const drop = async () => {
    const { model } = bench().target;
    for (const name of ['contractLink', 'contractHouse', 'contractStreet', 'contractLost'])
      await model.deleteObject(name);
  };
  beforeAll(async () => {
    await bench().target.model.createObject(specOf('House'));
  }, 120_000);
  afterAll(drop, 120_000);

  it('makes an object with system fields, a name, and the relations that point at it', async () => {
    const { target, make, marker } = bench();
    const { objects } = await target.schema();
    const house = objects.get('contractHouse');
    expect(house).toMatchObject({
      nameSingular: 'contractHouse',
      namePlural: 'contractHouses',
      labelSingular: 'Contract House',
      labelPlural: 'Contract Houses',
      isCustom: true,
      isSystem: false,
    });
    const fields = [...(house?.fields.keys() ?? [])].toSorted();
    expect(fields).toEqual(
      [
        'attachments',
        'createdAt',
        'createdBy',
        'deletedAt',
        'id',
        'name',
        'noteTargets',
        'position',
        'searchVector',
        'taskTargets',
        'timelineActivities',
        'updatedAt',
        'updatedBy',
      ].toSorted(),
    );
    for (const object of POINTING)
      expect(objects.get(object)?.fields.get('targetContractHouse')).toMatchObject({
        type: 'MORPH_RELATION',
        relation: {
          type: 'MANY_TO_ONE',
          targetObject: 'contractHouse',
          joinColumn: 'targetContractHouseId',
        },
      });
    const made = await make(
      'contractHouse',
      {
        name: marker,
        createdAt: '2019-01-02T03:04:05.000Z',
        createdBy: { source: 'IMPORT', name: 'Somebody' },
      },
      ['name', 'createdAt', 'createdBy'],
    );
    expect(made).toMatchObject({
      name: marker,
      createdAt: '2019-01-02T03:04:05.000Z',
      createdBy: { source: 'IMPORT', name: 'Somebody' },
    });
  });

  it('says why it refuses a name: taken in either number, reserved, or malformed', async () => {
    const { model } = bench().target;
    const taken = { code: 'TWENTY_SCHEMA', where: 'contractHouse' };
    await expect(model.createObject(specOf('House'))).rejects.toMatchObject(taken);
    await expect(model.createObject(specOf('House'))).rejects.toThrow('contractHouses');
    const plural = { ...specOf('Home'), namePlural: 'contractHouses' };
    await expect(model.createObject(plural)).rejects.toThrow('the name is taken');
    const reserved = { ...specOf('Home'), nameSingular: 'event', namePlural: 'events' };
    await expect(model.createObject(reserved)).rejects.toThrow('This name is reserved');
    const malformed = { ...specOf('Home'), nameSingular: 'Contract home' };
    await expect(model.createObject(malformed)).rejects.toThrow('Name is not valid');
  });

  it('relates objects of ours to each other and to members: a junction of two', async () => {
    const { target, make, marker } = bench();
    const { model } = target;
    await model.createObject(specOf('Street'));
    await model.createObject(specOf('Link'));
    const relate = (name: string, targetObject: string) =>
      model.createField({
        object: 'contractLink',
        name,
        label: name,
        type: 'RELATION',
        relation: { targetObject, inverseLabel: `Contract links of ${name}`, inverseIcon: 'IconLink' },
      });
    expect((await relate('house', 'contractHouse')).relation).toMatchObject({
      targetObject: 'contractHouse',
      joinColumn: 'houseId',
    });
    await relate('street', 'contractStreet');
    await relate('keeper', 'workspaceMember');
    const members = [];
    for await (const page of target.records.scan('workspaceMember', { fields: [] })) members.push(...page);
    const house = await make('contractHouse', { name: marker });
    const street = await make('contractStreet', { name: marker });
    const joins = { houseId: house.id, streetId: street.id, keeperId: members[0]?.id };
    const link = await make('contractLink', { name: marker, ...joins }, ['house', 'street', 'keeper']);
    expect(link).toMatchObject(joins);
    // A record that is destroyed leaves the junction with nothing on that side.
    await target.automations.digested('contractStreet', [street.id], 30_000);
    await target.records.destroyWhere('timelineActivity', { targetContractStreetId: { in: [street.id] } });
    await target.records.destroy('contractStreet', [street.id]);
    expect(await target.records.byIds('contractLink', [link.id], { fields: ['house', 'street'] })).toEqual([
      { id: link.id, houseId: house.id, streetId: null },
    ]);
    // The object goes although others point at it, and what pointed goes with it.
    await model.deleteObject('contractStreet');
    const { objects } = await target.schema();
    expect(objects.has('contractStreet')).toBe(false);
    expect([...(objects.get('contractLink')?.fields.keys() ?? [])]).not.toContain('street');
    for (const object of POINTING)
      expect(objects.get(object)?.fields.has('targetContractStreet')).toBe(false);
    expect(await target.records.byIds('contractLink', [link.id], { fields: ['house'] })).toEqual([
      { id: link.id, houseId: house.id },
    ]);
  });

  it('drops an object once, does not mind that it is gone, and refuses to drop one of Twenty', async () => {
    const { model } = bench().target;
    await model.deleteObject('contractNeverThere');
    await expect(model.deleteObject('company')).rejects.toMatchObject({ name: 'VpError' });
    expect((await bench().target.schema({ fresh: true })).objects.has('company')).toBe(true);
  });

  it('finds an object whose making or dropping was not answered', async () => {
    const { proxied, proxy } = bench();
    proxy.dropAnswers('createOneObject', 1);
    const dropped = proxy.dropped();
    expect(await proxied.model.createObject(specOf('Lost'))).toMatchObject({ nameSingular: 'contractLost' });
    expect(proxy.dropped() - dropped).toBe(1);
    proxy.dropAnswers('deleteOneObject', 1);
    await proxied.model.deleteObject('contractLost');
    expect((await proxied.schema()).objects.has('contractLost')).toBe(false);
  });
};
