import { expect, it } from 'vitest';
import { COMPOSITES } from '../../worker/twenty/composites.ts';
import type { TargetRecord } from '../../worker/twenty/target.ts';
import type { Part } from './target-workbench.ts';

async function all(pages: AsyncIterable<readonly TargetRecord[]>): Promise<(readonly TargetRecord[])[]> {
  const found = [];
  for await (const page of pages) found.push(page);
  return found;
}

export const readsContract: Part = (bench) => {
  it('scans page by page in id order, each record once, live or trashed or both', async () => {
    const { target, id, marker } = bench();
    const records = Array.from({ length: 25 }, (_, i) => ({ id: id('company'), name: `${marker} ${i}` }));
    await target.records.create('company', records, { fields: [] });
    const trashed = records.slice(0, 5).map((record) => record.id);
    await target.records.softDelete('company', trashed);
    const filter = { name: { like: `${marker}%` } };
    const options = { fields: ['name'], filter, pageSize: 10 };
    const live = await all(target.records.scan('company', options));
    expect(live.map((page) => page.length)).toEqual([10, 10]);
    const ids = live.flat().map((record) => record.id);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids)).toEqual(new Set(records.slice(5).map((record) => record.id)));
    const only = await all(target.records.scan('company', { ...options, trash: 'only' }));
    expect(new Set(only.flat().map((record) => record.id))).toEqual(new Set(trashed));
    expect((await all(target.records.scan('company', { ...options, trash: 'with' }))).flat()).toHaveLength(
      25,
    );
    expect(await target.records.count('company', { filter })).toBe(20);
    expect(await target.records.count('company', { filter, trash: 'only' })).toBe(5);
    expect(await target.records.count('company', { filter, trash: 'with' })).toBe(25);
  });

  it('joins conditions on one field with and, because a field takes one operator', async () => {
    const { target, make, raw, marker } = bench();
    const record = await make('company', { name: marker, createdAt: '2001-02-03T04:05:06.000Z' });
    const [from, to] = ['2001-02-03T00:00:00Z', '2001-02-04T00:00:00Z'];
    const filter = { and: [{ createdAt: { gte: from } }, { createdAt: { lt: to } }] };
    const found = await all(target.records.scan('company', { fields: [], filter }));
    expect(found.flat()).toEqual([{ id: record.id }]);
    const query =
      'query Find($filter: CompanyFilterInput) { companies(filter: $filter) { edges { node { id } } } }';
    const both = await raw('/graphql', query, { filter: { createdAt: { gte: from, lt: to } } });
    expect(both.kind).toBe('refused');
  });

  it('finds records by normalised e-mail and address of the web, and by plain text', async () => {
    const { target, make, marker } = bench();
    const company = await make('company', {
      name: marker,
      domainName: { primaryLinkUrl: `https://WWW.${marker}.Example/` },
    });
    const person = await make('person', {
      name: { firstName: marker, lastName: 'x' },
      emails: {
        primaryEmail: `Ann.${marker}@Practice.Example`,
        additionalEmails: [`Two.${marker}@Practice.Example`],
      },
    });
    const { byValues } = target.records;
    const emails = [`ann.${marker}@practice.example`, `nobody.${marker}@practice.example`, ''];
    const [foundPerson, ...otherPeople] = await byValues('person', 'emails.primaryEmail', emails, {
      fields: ['emails'],
    });
    expect(otherPeople).toEqual([]);
    expect(foundPerson).toEqual({
      id: person.id,
      emails: {
        primaryEmail: `ann.${marker}@practice.example`,
        additionalEmails: [`two.${marker}@practice.example`],
      },
    });
    const urls = [`https://www.${marker}.example`, `https://${marker}.example`];
    const byUrl = await byValues('company', 'domainName.primaryLinkUrl', urls, { fields: ['domainName'] });
    expect(byUrl).toMatchObject([{ id: company.id, domainName: { primaryLinkUrl: urls[0] } }]);
    expect(await byValues('company', 'name', [marker], { fields: [] })).toEqual([{ id: company.id }]);
    await target.records.softDelete('company', [company.id]);
    expect(await byValues('company', 'name', [marker], { fields: [] })).toEqual([]);
    expect(await byValues('company', 'name', [marker], { fields: [], trash: true })).toEqual([
      { id: company.id },
    ]);
  });

  it('reads empty texts as empty and a record of nothing as nothing', async () => {
    const { make } = bench();
    const fields = ['name', 'emails', 'phones', 'linkedinLink', 'jobTitle', 'companyId', 'deletedAt'];
    expect(await make('person', {}, fields)).toMatchObject({
      name: { firstName: '', lastName: '' },
      emails: { primaryEmail: '', additionalEmails: [] },
      phones: {
        primaryPhoneNumber: '',
        primaryPhoneCountryCode: '',
        primaryPhoneCallingCode: '',
        additionalPhones: [],
      },
      linkedinLink: { primaryLinkUrl: '', primaryLinkLabel: '', secondaryLinks: [] },
      jobTitle: '',
      companyId: null,
      deletedAt: null,
    });
  });

  it('selects every sub-field that the server has', async () => {
    const { raw } = bench();
    for (const { graphqlType, fields } of new Set(Object.values(COMPOSITES))) {
      const verdict = await raw('/graphql', `{ __type(name: "${graphqlType}") { fields { name } } }`);
      const type = verdict.kind === 'ok' ? verdict.data.__type : null;
      expect(type, graphqlType).toEqual({ fields: expect.arrayContaining(fields.map((name) => ({ name }))) });
      expect(type, graphqlType).toHaveProperty('fields.length', fields.length);
    }
  });

  it('shows the standard objects with types, options, uniqueness and join columns', async () => {
    const { objects } = await bench().target.schema({ fresh: true });
    const field = (object: string, name: string) => objects.get(object)?.fields.get(name);
    expect(objects.get('company')).toMatchObject({
      namePlural: 'companies',
      isCustom: false,
      isSystem: false,
    });
    expect(field('company', 'domainName')).toMatchObject({ type: 'LINKS', isUnique: true, isCustom: false });
    expect(field('person', 'emails')).toMatchObject({ type: 'EMAILS', isUnique: true });
    expect(field('person', 'company')?.relation).toEqual({
      type: 'MANY_TO_ONE',
      targetObject: 'company',
      targetField: 'people',
      joinColumn: 'companyId',
    });
    expect(field('company', 'people')?.relation).toMatchObject({ type: 'ONE_TO_MANY', joinColumn: null });
    expect(field('opportunity', 'stage')).toMatchObject({
      type: 'SELECT',
      isNullable: false,
      defaultValue: "'NEW'",
    });
    const stages = field('opportunity', 'stage')?.options?.map((option) => option.value);
    expect(stages).toEqual(['NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER']);
    expect(field('timelineActivity', 'targetPerson')?.relation?.joinColumn).toBe('targetPersonId');
    expect(field('workspaceMember', 'userEmail')).toMatchObject({ type: 'TEXT', isUnique: true });
  });
};
