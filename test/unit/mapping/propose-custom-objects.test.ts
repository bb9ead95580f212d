import { describe, expect, it } from 'vitest';
import type { SourceProfile } from '../../../worker/domain/source-profile.ts';
import { checkMapping } from '../../../worker/mapping/check-mapping.ts';
import type { CustomObjectsInput } from '../../../worker/mapping/custom-context.ts';
import { objectMappingSchema } from '../../../worker/mapping/mapping-schema.ts';
import type { WorkspaceObject } from '../../../worker/mapping/new-object.ts';
import {
  insertCustomObjects,
  proposeCustomObjects,
  withCustomTargets,
} from '../../../worker/mapping/propose-custom-objects.ts';
import {
  customObject,
  fileMappings,
  pairsOf,
  profileWith,
  relatesTo,
  workspace,
  workspaceField,
  workspaceObject,
} from './custom-source.ts';

function propose(
  objects: SourceProfile['objects'],
  more: Partial<Omit<CustomObjectsInput, 'profile' | 'schema'>> & { there?: readonly WorkspaceObject[] } = {},
) {
  const profile = profileWith(objects);
  const { there = [], ...input } = more;
  const proposed = proposeCustomObjects({
    profile,
    mappings: fileMappings,
    schema: workspace(...there),
    ...input,
  });
  const of = (object: string) => {
    const found = proposed.mappings.find((mapping) => mapping.object === object);
    if (found === undefined) throw new Error(`no mapping for ${object}`);
    return found;
  };
  const adapted = (object: string) =>
    proposed.adapted.filter((one) => one.object === object).map(({ what, from, to }) => [what, from, to]);
  return { ...proposed, profile, of, adaptedOf: adapted };
}

const policy = customObject(
  'insurance_policy',
  {
    policy_number: { type: 'text', label: 'Policy number' },
    premium: { type: 'money', label: 'Premium' },
    status: { type: 'option', label: 'Status', options: ['Draft', 'Active'] },
    cover: { type: 'option-list', label: 'Cover', options: ['Fire', 'Water'] },
    starts_on: { type: 'date' },
    seen_at: { type: 'datetime' },
    active: { type: 'boolean' },
    units: { type: 'decimal' },
    site: { type: 'url' },
    mail: { type: 'email' },
    hotline: { type: 'phone' },
    company_id: { ...relatesTo('companies'), label: 'company' },
    parent_policy_id: { ...relatesTo('insurance_policy'), label: 'parent_policy' },
  },
  ['Insurance policy', 'Insurance policies'],
);

describe('a custom object', () => {
  const { of, mappings, adapted, profile } = propose({ insurance_policy: policy });
  const mapping = of('insurance_policy');

  it("becomes an object of the workspace with its labels, by Twenty's names", () => {
    expect(mappings).toHaveLength(1);
    expect(mapping.target).toBe('insurancePolicy');
    expect(mapping.createObject).toMatchObject({
      namePlural: 'insurancePolicies',
      labelSingular: 'Insurance policy',
      labelPlural: 'Insurance policies',
    });
    expect(mapping).toMatchObject({
      identity: 'visualPracticeId',
      keep: 'visualPracticeOriginalText',
      times: {
        created: 'created_at',
        modified: 'modified_at',
        keepCreated: 'visualPracticeCreatedAt',
        keepModified: 'visualPracticeModifiedAt',
      },
    });
    expect(adapted).toEqual([]);
  });

  it('has a field by declared type for every column', () => {
    const fields = mapping.fields.map(({ to, transform, create }) => [to, transform, create?.type]);
    expect(fields).toEqual([
      ['name', 'text', undefined],
      ['premium', 'currency', 'CURRENCY'],
      ['premiumWithoutCurrency', 'amount-without-currency', 'NUMBER'],
      ['status', 'option', 'SELECT'],
      ['cover', 'options', 'MULTI_SELECT'],
      ['startsOn', 'date', 'DATE'],
      ['seenAt', 'datetime', 'DATE_TIME'],
      ['active', 'boolean', 'BOOLEAN'],
      ['units', 'number', 'NUMBER'],
      ['site', 'link', 'LINKS'],
      ['mail', 'emails', 'EMAILS'],
      ['hotline', 'phones', 'PHONES'],
    ]);
    expect(mapping.fields[0]?.from).toEqual({ value: 'policy_number' });
    expect(mapping.fields[3]).toMatchObject({
      valueMap: 'insurance_policy.status',
      options: { map: 'insurance_policy.status' },
      sourceOptions: ['Draft', 'Active'],
    });
  });

  it('points at its owner, at companies, and at its parent', () => {
    expect(mapping.references.map(({ to, from, object, missing }) => [to, from, object, missing])).toEqual([
      ['owner', 'owner_id', 'owners', 'keep'],
      ['company', 'company_id', 'companies', 'keep'],
      ['parentPolicy', 'parent_policy_id', 'insurance_policy', 'keep'],
    ]);
    expect(mapping.parent).toBe('parentPolicy');
    expect(mapping.references.map(({ create }) => [create?.label, create?.inverseLabel])).toEqual([
      ['Owner', 'Insurance policies'],
      ['Company', 'Insurance policies'],
      ['Parent policy', 'Child insurance policies'],
    ]);
  });

  it('goes before what points at custom records, passes the check and the schema', () => {
    const proposed = propose({ insurance_policy: policy });
    const all = withCustomTargets(insertCustomObjects(fileMappings, proposed), proposed);
    expect(all.map(({ object }) => object)).toEqual([
      'owners',
      'companies',
      'contacts',
      'insurance_policy',
      'deals',
    ]);
    expect(checkMapping(profile, all)).toEqual([]);
    for (const one of all) expect(objectMappingSchema.parse(one)).toEqual(one);
    const files = all.at(-1);
    expect(files?.kind === 'record' && files.morph[0]?.to).toEqual({
      companies: 'targetCompany',
      insurance_policy: 'targetInsurancePolicy',
    });
  });
});

describe('the name of a record', () => {
  it.each([
    ['title before label', { label: { type: 'text' }, title: { type: 'text' } }, 'title', 'text'],
    [
      'the name of the object',
      { word: { type: 'text' }, thing_name: { type: 'text' } },
      'thing_name',
      'text',
    ],
    ['the first text', { count: { type: 'integer' }, colour: { type: 'text' } }, 'colour', 'text'],
    ['a number that has a field too', { number: { type: 'integer' } }, 'number', 'source-text'],
    ['the id', { count: { type: 'integer' } }, 'id', 'source-text'],
  ] as const)('%s', (_, columns, column, transform) => {
    const { fields } = propose({ thing: customObject('thing', columns) }).of('thing');
    expect([fields[0]?.to, fields[0]?.from.value, fields[0]?.transform]).toEqual(['name', column, transform]);
    const others = fields.slice(1).flatMap(({ from }) => Object.values(from));
    expect(others).toEqual(
      Object.keys(columns).filter((one) => one !== column || transform === 'source-text'),
    );
  });
});

describe('names that Twenty refuses', () => {
  it.each([
    ['event', 'eventCustom', 'eventsCustom'],
    ['note', 'noteCustom', 'notesCustom'],
    ['company', 'companyCustom', 'companysCustom'],
    ['3d model', 'object3dModel', 'object3dModels'],
  ])('%s', (name, singular, plural) => {
    const { of, adaptedOf } = propose({ thing: customObject(name, {}) });
    expect([of('thing').target, of('thing').createObject?.namePlural]).toEqual([singular, plural]);
    expect(adaptedOf('thing')).toContainEqual(['name', name, singular]);
  });

  it('makes the plural differ from the singular, in labels and names', () => {
    const { of, adaptedOf } = propose({
      equipment: customObject('equipment', {}, ['Equipment', 'equipment']),
    });
    expect(of('equipment').createObject).toMatchObject({
      labelPlural: 'Equipment records',
      namePlural: 'equipmentRecords',
    });
    expect(adaptedOf('equipment')).toEqual([['plural label', 'equipment', 'Equipment records']]);
  });

  it('keeps apart what differs in case only, and columns of one name', () => {
    const columns = { Colour: { type: 'text' }, colour: { type: 'text' }, type: { type: 'text' } } as const;
    const { of, adaptedOf } = propose({
      a: customObject('Asset', columns),
      b: customObject('ASSET', {}),
    });
    expect([of('a').target, of('b').target]).toEqual(['asset', 'assetCustom']);
    expect(of('a').fields.map(({ to }) => to)).toEqual(['name', 'colour', 'typeCustom']);
    expect(adaptedOf('a')).toEqual([['field name', 'type', 'typeCustom']]);
  });
});

describe('associations', () => {
  it('many to many: a junction with two relations that a pair cannot miss', () => {
    const { of, adaptedOf, profile, targets } = propose({
      insurance_policy: policy,
      insurance_policy__contacts: pairsOf(
        'insured',
        ['insurance_policy_id', 'insurance_policy'],
        ['contacts_id', 'contacts'],
      ),
    });
    const junction = of('insurance_policy__contacts');
    expect([junction.target, junction.createObject?.labelPlural]).toEqual([
      'insurancePolicyInsuredLink',
      'Insurance policy insured links',
    ]);
    expect(junction.references.map(({ to, object, missing }) => [to, object, missing])).toEqual([
      ['insurancePolicy', 'insurance_policy', 'dead-letter'],
      ['contacts', 'contacts', 'dead-letter'],
    ]);
    expect(junction.fields).toMatchObject([
      {
        to: 'name',
        transform: 'join',
        options: { before: { first: 'Insurance policy', second: 'Person' } },
      },
    ]);
    expect(adaptedOf('insurance_policy__contacts')[0]).toEqual([
      'association',
      'insured',
      'insurancePolicyInsuredLink',
    ]);
    expect([...targets]).toEqual([['insurance_policy', 'insurancePolicy']]);
    const all = insertCustomObjects(fileMappings, propose(profile.objects));
    expect(checkMapping(profile, all)).toEqual([]);
  });

  it('many to many with itself', () => {
    const { of } = propose({
      insurance_policy: policy,
      related: pairsOf('related', ['policy_id', 'insurance_policy'], ['policy_id_2', 'insurance_policy']),
    });
    expect(of('related').references.map(({ to, create }) => [to, create?.inverseLabel])).toEqual([
      ['policy', 'Insurance policy related links'],
      ['policy2', 'Insurance policy related links Policy 2'],
    ]);
  });

  it('comes after what it refers to, whatever the order of the export', () => {
    const a = customObject('a', { b_id: relatesTo('b'), c_id: relatesTo('c') });
    const b = customObject('b', { c_id: relatesTo('c') });
    const c = customObject('c', {});
    const one = propose({ a, b, c });
    const two = propose({ c, b, a });
    expect(one.mappings.map(({ object }) => object)).toEqual(['c', 'b', 'a']);
    expect(two.mappings).toEqual(one.mappings);
    expect(two.adapted).toEqual(one.adapted);
  });

  it('carries one side of a circle by links, made of the rows that have it', () => {
    const proposed = propose({
      a: customObject('Asset', { site_id: relatesTo('b') }),
      b: customObject('Site', { asset_id: relatesTo('a') }),
      c: customObject('Visit', { asset_id: relatesTo('a') }),
    });
    expect(proposed.mappings.map(({ object }) => object)).toEqual(['a', 'b', 'c', 'a__site_id']);
    expect(proposed.of('a').references.map(({ to }) => to)).toEqual(['owner']);
    expect(proposed.of('b').references.map(({ to }) => to)).toEqual(['owner', 'asset']);
    const links = proposed.of('a__site_id');
    expect(links.pieces).toEqual({
      of: 'a',
      where: [{ transform: 'text', from: { value: 'site_id' }, options: {} }],
    });
    expect(links.references.map(({ to, from, object, missing }) => [to, from, object, missing])).toEqual([
      ['asset', 'id', 'a', 'dead-letter'],
      ['site', 'site_id', 'b', 'dead-letter'],
    ]);
    expect(proposed.adaptedOf('a')).toEqual([['association', 'site_id', 'assetSiteLink']]);
  });

  it('carries a second association of an object with itself by links', () => {
    const proposed = propose({
      a: customObject('Asset', { parent_id: relatesTo('a'), twin_id: relatesTo('a') }),
    });
    expect(proposed.of('a').parent).toBe('parent');
    expect(proposed.of('a__twin_id').references.map(({ to, object }) => [to, object])).toEqual([
      ['asset', 'a'],
      ['twin', 'a'],
    ]);
  });

  it('calls a relation like its column, less what only says that it is an id', () => {
    const columns = {
      insurerId: relatesTo('companies'),
      android: relatesTo('companies'),
      id_id: relatesTo('companies'),
    };
    const { of } = propose({ a: customObject('Asset', columns) });
    expect(of('a').references.map(({ to }) => to)).toEqual(['owner', 'insurer', 'android', 'id2']);
  });

  it.each(['claims', 'deals', 'pipelines'])('keeps the id as text where it leads nowhere: %s', (object) => {
    const { of, adaptedOf } = propose({ a: customObject('Asset', { case_id: relatesTo(object) }) });
    expect(of('a').fields.at(-1)).toMatchObject({
      to: 'caseId',
      transform: 'text',
      create: { type: 'TEXT', label: 'Case (Visual Practice ID)' },
    });
    expect(adaptedOf('a')).toEqual([['association', 'case_id', 'caseId']]);
  });

  it('labels inverse fields so that no two on one object have one name', () => {
    const company = workspaceObject('company', 'companies', [workspaceField('people', 'RELATION')], false);
    const columns = { buyer_id: relatesTo('companies'), seller_id: relatesTo('companies') };
    const { of, adaptedOf } = propose(
      { a: customObject('buyer group', columns, ['Group', 'People']) },
      { there: [company], mappings: fileMappings.slice(0, 2) },
    );
    expect(of('a').references.map(({ create }) => create?.inverseLabel)).toEqual([
      'People',
      'People Buyer',
      'People Seller',
    ]);
    expect(adaptedOf('a')).toEqual([
      ['inverse label', 'People', 'People Buyer'],
      ['inverse label', 'People', 'People Seller'],
    ]);
  });
});

describe('what stays', () => {
  it('leaves out objects that a person excludes, sensitive ones, and columns that are not in the snapshot', () => {
    const secret = { ...customObject('secret', {}), sensitive: { reason: 'Clinical.' } };
    const objects = {
      secret,
      other: customObject('other', {}),
      asset: customObject('asset', {
        hidden: { type: 'text', sensitive: { reason: 'A number of a person.' } },
        looked: { type: 'text' },
        secret_id: relatesTo('secret'),
        other_id: relatesTo('other'),
      }),
    } as const;
    const { mappings, of } = propose(objects, {
      without: new Set(['other']),
      dropped: new Set(['asset.looked']),
    });
    expect(mappings.map(({ object }) => object)).toEqual(['asset']);
    expect(of('asset').fields.map(({ to }) => to)).toEqual(['name', 'secretId', 'otherId']);
    const allowed = propose(objects, { allowed: new Set(['secret', 'asset.hidden']) });
    expect(allowed.mappings.map(({ object }) => object)).toEqual(['other', 'secret', 'asset']);
    expect(allowed.of('asset').fields[0]?.from).toEqual({ value: 'hidden' });
  });

  it('leaves an object to the mapping file that carries it', () => {
    const file = objectMappingSchema.parse({
      object: 'asset',
      kind: 'record',
      target: 'asset',
      identity: 'x',
      times: {},
      fields: [],
    });
    const { mappings } = propose(
      { asset: customObject('asset', {}) },
      { mappings: [...fileMappings.slice(0, 3), file] },
    );
    expect(mappings).toEqual([]);
  });
});

describe('a workspace that has the object', () => {
  const asset = {
    asset: customObject('asset', { colour: { type: 'text' }, weight: { type: 'decimal' } }),
  } as const;

  it.each([
    ['its own, with fitting fields', true, 'NUMBER', 'asset'],
    ['its own, with another type', true, 'TEXT', 'assetCustom'],
    ["not the workspace's", false, 'NUMBER', 'assetCustom'],
  ])('%s', (_, isCustom, type, target) => {
    const there = workspaceObject('asset', 'assetses', [workspaceField('weight', type)], isCustom);
    const { of } = propose(asset, { there: [there] });
    expect(of('asset').target).toBe(target);
    expect(of('asset').fields.map(({ to }) => to)).toEqual(['name', 'weight']);
    expect(of('asset').createObject?.namePlural).toBe(
      isCustom && type === 'NUMBER' ? 'assetses' : 'assetsCustom',
    );
  });

  it('takes no name that is the plural of another object', () => {
    const there = workspaceObject('machine', 'assets', []);
    expect(propose(asset, { there: [there] }).of('asset').target).toBe('assetCustom');
  });

  it('proposes the same again when only the inverse fields of its own relations are left', () => {
    const first = propose({ insurance_policy: policy });
    const company = workspaceObject(
      'company',
      'companies',
      [
        workspaceField('insurancePolicies', 'RELATION', {
          type: 'ONE_TO_MANY',
          targetObject: 'insurancePolicy',
          targetField: 'company',
          joinColumn: null,
        }),
      ],
      false,
    );
    const again = propose({ insurance_policy: policy }, { there: [company] });
    expect(again.mappings).toEqual(first.mappings);
    const relation = {
      type: 'ONE_TO_MANY',
      targetObject: 'other',
      targetField: 'x',
      joinColumn: null,
    } as const;
    const foreign = workspaceObject(
      'company',
      'companies',
      [workspaceField('insurancePolicies', 'RELATION', relation)],
      false,
    );
    const beside = propose({ insurance_policy: policy }, { there: [foreign] });
    expect(beside.of('insurance_policy').references[1]?.create?.inverseLabel).toBe(
      'Insurance policies Company',
    );
  });
});
