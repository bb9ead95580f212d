import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Part } from './target-workbench.ts';

export const writesContract: Part = (bench) => {
  it('keeps our id, createdAt, updatedAt and createdBy, and answers with what is stored', async () => {
    const { make, target, marker } = bench();
    const created = await make(
      'company',
      {
        name: marker,
        domainName: { primaryLinkUrl: `https://${marker.toUpperCase()}.Example/` },
        createdAt: '2019-03-04T05:06:07.089Z',
        updatedAt: '2020-03-04T05:06:07.089Z',
        createdBy: { source: 'IMPORT', name: 'Old Author' },
      },
      ['name', 'domainName', 'createdAt', 'updatedAt', 'createdBy', 'accountOwner'],
    );
    expect(created).toMatchObject({
      name: marker,
      domainName: { primaryLinkUrl: `https://${marker}.example`, primaryLinkLabel: '', secondaryLinks: [] },
      createdAt: '2019-03-04T05:06:07.089Z',
      updatedAt: '2020-03-04T05:06:07.089Z',
      createdBy: { source: 'IMPORT', name: 'Old Author', workspaceMemberId: null },
      accountOwnerId: null,
    });
    const [read] = await target.records.byIds('company', [created.id], { fields: ['name', 'createdAt'] });
    expect(read).toEqual({ id: created.id, name: marker, createdAt: '2019-03-04T05:06:07.089Z' });
  });

  it('takes a full batch of 200 in one call, and more in several', async () => {
    const { target, id, marker } = bench();
    const before = target.usage().createCalls;
    const full = Array.from({ length: 200 }, (_, i) => ({ id: id('company'), name: `${marker} ${i}` }));
    const result = await target.records.create('company', full, { fields: ['name'] });
    expect(result.kind === 'written' && new Map(result.records.map((r) => [r.id, r.name]))).toEqual(
      new Map(full.map((r) => [r.id, r.name])),
    );
    expect(target.usage().createCalls - before).toBe(1);
    const more = Array.from({ length: 201 }, (_, i) => ({ id: id('company'), name: `${marker} b${i}` }));
    const second = await target.records.create('company', more, { fields: [] });
    expect(second.kind === 'written' && second.records.length).toBe(201);
    expect(target.usage().createCalls - before).toBe(3);
  });

  it('says how many records a call takes, in the refusal of more', async () => {
    const { raw, marker } = bench();
    const data = Array.from({ length: 201 }, (_, i) => ({ id: randomUUID(), name: `${marker} ${i}` }));
    const query = 'mutation Create($data: [CompanyCreateInput!]!) { createCompanies(data: $data) { id } }';
    expect(await raw('/graphql', query, { data })).toEqual({ kind: 'too-many', max: 200 });
  });

  it('writes all of an insert or nothing, so that bisection finds the poison record', async () => {
    const { target, id, marker } = bench();
    const good = Array.from({ length: 4 }, (_, i) => ({ id: id('opportunity'), name: `${marker} ${i}` }));
    const bad = { id: id('opportunity'), name: marker, companyId: randomUUID() };
    const batch = [good[0], good[1], bad, good[2], good[3]].filter((record) => record !== undefined);
    const refused = await target.records.create('opportunity', batch, { fields: [] });
    expect(refused).toMatchObject({ kind: 'refused', refusal: { reason: 'missing-reference' } });
    const ids = batch.map((record) => record.id);
    expect(await target.records.byIds('opportunity', ids, { fields: [], trash: true })).toEqual([]);
    expect(await target.records.create('opportunity', good, { fields: [] })).toMatchObject({
      kind: 'written',
    });
    expect(await target.records.create('opportunity', [bad], { fields: [] })).toMatchObject({
      kind: 'refused',
    });
  });

  it('updates by id, each record its own values, and leaves fields and sub-fields out of it alone', async () => {
    const { target, make, marker } = bench();
    const one = await make('company', {
      name: marker,
      createdAt: '2019-03-04T05:06:07.089Z',
      address: { addressCity: 'Lyon', addressCountry: 'France' },
      annualRevenue: { amountMicros: 5_000_000, currencyCode: 'EUR' },
    });
    const two = await make('company', { name: `${marker} two` });
    const fields = ['name', 'address', 'annualRevenue', 'createdAt'];
    const result = await target.records.update(
      'company',
      [
        { id: two.id, name: `${marker} second` },
        { id: one.id, address: { addressCity: 'Paris' } },
      ],
      { fields },
    );
    const byId = new Map(result.kind === 'written' ? result.records.map((r) => [r.id, r]) : []);
    expect(byId.get(two.id)).toMatchObject({ name: `${marker} second` });
    expect(byId.get(one.id)).toMatchObject({
      name: marker,
      createdAt: '2019-03-04T05:06:07.089Z',
      address: { addressCity: 'Paris', addressCountry: 'France' },
      annualRevenue: { amountMicros: 5_000_000, currencyCode: 'EUR' },
    });
  });

  it('does not take back the updates before the one that is refused', async () => {
    const { target, make, marker } = bench();
    const first = await make('company', { name: `${marker} a` });
    const second = await make('company', { name: `${marker} b` });
    const result = await target.records.update(
      'company',
      [
        { id: first.id, name: `${marker} changed` },
        { id: second.id, accountOwnerId: randomUUID() },
      ],
      { fields: [] },
    );
    expect(result).toMatchObject({ kind: 'refused', refusal: { reason: 'missing-reference' } });
    const [read] = await target.records.byIds('company', [first.id], { fields: ['name'] });
    expect(read?.name).toBe(`${marker} changed`);
  });

  it('hides soft-deleted records, shows them on demand, restores and destroys them', async () => {
    const { target, make, marker } = bench();
    const { id } = await make('company', { name: marker });
    const read = (trash: boolean) => target.records.byIds('company', [id], { fields: ['deletedAt'], trash });
    expect(await target.records.softDelete('company', [id])).toEqual([id]);
    expect(await read(false)).toEqual([]);
    expect(await read(true)).toMatchObject([{ id, deletedAt: expect.any(String) }]);
    expect(await target.records.restore('company', [id])).toEqual([id]);
    expect(await read(false)).toMatchObject([{ id, deletedAt: null }]);
    await target.records.softDelete('company', [id]);
    expect(await target.records.destroy('company', [id, randomUUID()])).toEqual([id]);
    expect(await read(true)).toEqual([]);
    expect(await target.records.destroy('company', [id])).toEqual([]);
  });

  it('brings a trashed record back with update, but not with updateSame', async () => {
    const { target, make, marker } = bench();
    const { id } = await make('company', { name: marker });
    await target.records.softDelete('company', [id]);
    const fields = ['name', 'deletedAt'];
    const same = await target.records.updateSame('company', [id], { name: `${marker} same` }, { fields });
    expect(same).toMatchObject([{ id, name: `${marker} same`, deletedAt: expect.any(String) }]);
    const updated = await target.records.update('company', [{ id, name: marker }], { fields });
    expect(updated).toMatchObject({ kind: 'written', records: [{ id, name: marker, deletedAt: null }] });
  });

  it('sets references to a destroyed record to null', async () => {
    const { target, make, marker } = bench();
    const company = await make('company', { name: marker });
    const person = await make('person', {
      name: { firstName: marker, lastName: 'x' },
      companyId: company.id,
    });
    const deal = await make('opportunity', {
      name: marker,
      companyId: company.id,
      pointOfContactId: person.id,
    });
    await target.records.destroy('company', [company.id]);
    await target.records.destroy('person', [person.id]);
    const fields = ['companyId', 'pointOfContact'];
    expect(await target.records.byIds('opportunity', [deal.id], { fields })).toEqual([
      { id: deal.id, companyId: null, pointOfContactId: null },
    ]);
  });
};
