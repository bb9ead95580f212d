import { expect, it } from 'vitest';
import type { Part } from './target-workbench.ts';

export const lostAnswersContract: Part = (bench) => {
  it('finds records whose creation was committed but not answered', async () => {
    const { proxied, proxy, id, marker } = bench();
    const before = proxy.dropped();
    proxy.dropAnswers('createCompanies', 1);
    const records = [0, 1, 2].map((i) => ({ id: id('company'), name: `${marker} ${i}` }));
    const result = await proxied.records.create('company', records, { fields: ['name'] });
    expect(proxy.dropped() - before).toBe(1);
    const ids = records.map((record) => record.id);
    expect(result).toMatchObject({ kind: 'written', recovered: new Set(ids) });
    expect(result.kind === 'written' && result.records.map((record) => record.name).toSorted()).toEqual(
      records.map((record) => record.name),
    );
  });

  it('sends only what an earlier attempt did not write, whether it is told of it or not', async () => {
    const { target, id, marker } = bench();
    for (const mayBeThere of [true, false]) {
      const records = [0, 1, 2, 3].map((i) => ({ id: id('company'), name: `${marker} ${i}` }));
      const early = records.slice(1, 3);
      await target.records.create('company', early, { fields: [] });
      await target.records.softDelete('company', [early[0]?.id ?? '']);
      const result = await target.records.create('company', records, { fields: [], mayBeThere });
      expect(result).toMatchObject({ kind: 'written', recovered: new Set(early.map((record) => record.id)) });
      expect(result.kind === 'written' && result.records).toHaveLength(4);
    }
  });

  it('repeats an update, a soft delete, a restore and a destroy until they are answered', async () => {
    const { proxied, proxy, make, marker } = bench();
    const { id } = await make('company', { name: marker });
    proxy.dropAnswers('createCompanies', 1);
    expect(
      await proxied.records.update('company', [{ id, name: `${marker} new` }], { fields: ['name'] }),
    ).toMatchObject({ kind: 'written', records: [{ id, name: `${marker} new` }] });
    proxy.dropAnswers('deleteCompanies', 1);
    expect(await proxied.records.softDelete('company', [id])).toEqual([id]);
    proxy.dropAnswers('restoreCompanies', 1);
    expect(await proxied.records.restore('company', [id])).toEqual([id]);
    proxy.dropAnswers('destroyCompanies', 1);
    expect(await proxied.records.destroy('company', [id])).toEqual([id]);
    expect(await proxied.records.byIds('company', [id], { fields: [], trash: true })).toEqual([]);
  });

  it('finds a field whose creation was not answered', async () => {
    const { proxied, proxy } = bench();
    proxy.dropAnswers('createOneField', 1);
    const spec = { object: 'company', name: 'contractLost', label: 'Contract lost', type: 'TEXT' };
    expect(await proxied.model.createField(spec)).toMatchObject({ name: 'contractLost', type: 'TEXT' });
    proxy.dropAnswers('deleteOneField', 1);
    await proxied.model.deleteField('company', 'contractLost');
    expect((await proxied.schema()).objects.get('company')?.fields.has('contractLost')).toBe(false);
  });
};
