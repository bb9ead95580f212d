import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import { VpError } from '../../worker/domain/errors.ts';
import type { Part } from './target-workbench.ts';

const SECRET = 'zq-customer-value';

/** What Twenty refuses (twenty-facts 1.7): object, values, and what the refusal must say. */
const CASES: readonly (readonly [
  string,
  string,
  Readonly<Record<string, unknown>>,
  Readonly<Record<string, unknown>>,
])[] = [
  ['an unknown option', 'opportunity', { stage: SECRET }, { reason: 'invalid-value', field: 'stage' }],
  ['an empty required field', 'opportunity', { stage: null }, { reason: 'missing-value', field: 'stage' }],
  [
    'a malformed e-mail',
    'person',
    { emails: { primaryEmail: SECRET } },
    { reason: 'invalid-value', field: 'emails.primaryEmail' },
  ],
  [
    'a malformed phone',
    'person',
    { phones: { primaryPhoneNumber: SECRET } },
    { reason: 'invalid-value', subCode: 'INVALID_PHONE_NUMBER' },
  ],
  [
    'a phone of another country',
    'person',
    { phones: { primaryPhoneNumber: '+33612345678', primaryPhoneCountryCode: 'US' } },
    { reason: 'invalid-value', subCode: 'CONFLICTING_PHONE_COUNTRY_CODE' },
  ],
  ['a reference to nothing', 'person', { companyId: randomUUID() }, { reason: 'missing-reference' }],
  [
    'a reference that is no id',
    'person',
    { companyId: SECRET },
    { reason: 'invalid-value', field: 'companyId' },
  ],
  [
    'a malformed address of the web',
    'company',
    { domainName: { primaryLinkUrl: `not a ${SECRET}` } },
    { reason: 'invalid-value', subCode: 'INVALID_URL' },
  ],
  ['a malformed date', 'opportunity', { closeDate: SECRET }, { reason: 'invalid-value', field: 'closeDate' }],
  ['a number for a text', 'company', { name: 42 }, { reason: 'invalid-value', field: 'name' }],
  ['a NUL byte', 'company', { name: 'a\u0000b' }, { reason: 'unclassified', code: 'INTERNAL_SERVER_ERROR' }],
];

export const refusalsContract: Part = (bench) => {
  it.each(CASES)('names reason and field of %s, and no value', async (_, object, data, expected) => {
    const { target, id, logged } = bench();
    const result = await target.records.create(object, [{ id: id(object), ...data }], { fields: [] });
    expect(result).toMatchObject({ kind: 'refused', refusal: expected });
    expect(JSON.stringify([result, logged])).not.toContain(SECRET);
  });

  it('refuses ids of version 7', async () => {
    const { target } = bench();
    const result = await target.records.create('company', [{ id: v7(), name: 'x' }], { fields: [] });
    expect(result).toMatchObject({ kind: 'refused', refusal: { reason: 'invalid-value' } });
  });

  it('names the live record that holds a unique value', async () => {
    const { target, make, id, marker } = bench();
    const emails = { primaryEmail: `${marker}@practice.example` };
    const holder = await make('person', { emails });
    const again = { id: id('person'), emails: { primaryEmail: `${marker.toUpperCase()}@Practice.example` } };
    expect(await target.records.create('person', [again], { fields: [] })).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'duplicate', conflictingRecordId: holder.id },
    });
  });

  it('refuses a unique value that a trashed record holds, without naming it, until it is freed', async () => {
    const { target, make, id, marker } = bench();
    const domainName = { primaryLinkUrl: `https://${marker}.example` };
    const trashed = await make('company', { name: marker, domainName });
    await target.records.softDelete('company', [trashed.id]);
    const again = { id: id('company'), name: marker, domainName };
    const refused = await target.records.create('company', [again], { fields: [] });
    expect(refused).toMatchObject({ kind: 'refused', refusal: { reason: 'duplicate' } });
    expect(refused.kind === 'refused' && refused.refusal.conflictingRecordId).toBeUndefined();
    await target.records.updateSame(
      'company',
      [trashed.id],
      { domainName: { primaryLinkUrl: null } },
      { fields: [] },
    );
    expect(await target.records.create('company', [again], { fields: [] })).toMatchObject({
      kind: 'written',
    });
  });

  it('refuses two records with one id or one unique value in a batch', async () => {
    const { target, id, marker } = bench();
    const one = id('company');
    const sameId = [
      { id: one, name: `${marker} a` },
      { id: one, name: `${marker} b` },
    ];
    const refusal = { kind: 'refused', refusal: { reason: 'duplicate' } };
    expect(await target.records.create('company', sameId, { fields: [] })).toMatchObject(refusal);
    const domainName = { primaryLinkUrl: `https://${marker}.example` };
    const sameKey = [
      { id: id('company'), domainName },
      { id: id('company'), domainName },
    ];
    expect(await target.records.create('company', sameKey, { fields: [] })).toMatchObject(refusal);
  });

  it('refuses an update whose unique value another record holds', async () => {
    const { target, make, marker } = bench();
    const domainName = { primaryLinkUrl: `https://${marker}.example` };
    await make('company', { name: marker, domainName });
    const other = await make('company', { name: marker });
    const result = await target.records.update('company', [{ id: other.id, domainName }], { fields: [] });
    expect(result).toMatchObject({ kind: 'refused', refusal: { reason: 'multiple-matches' } });
  });

  it('stops, instead of refusing record by record, when the workspace lacks a field or an object', async () => {
    const { target, id, raw, marker } = bench();
    const stopped = expect.objectContaining({ code: 'TWENTY_INCOMPATIBLE' });
    const records = [{ id: id('company'), noSuchField: 1 }];
    await expect(target.records.create('company', records, { fields: [] })).rejects.toEqual(stopped);
    await expect(target.records.count('noSuchObject')).rejects.toBeInstanceOf(VpError);
    // Should the model change between our look and the call, the server says so.
    const query = 'mutation Create($data: [CompanyCreateInput!]!) { createCompanies(data: $data) { id } }';
    const data = [{ id: id('company'), name: marker, noSuchField: 1 }];
    expect(await raw('/graphql', query, { data })).toMatchObject({ kind: 'fatal', error: stopped });
    expect(await raw('/graphql', '{ noSuchObjects { edges { node { id } } } }')).toMatchObject({
      error: stopped,
    });
  });

  it('refuses what is larger than a request may be, without sending it', async () => {
    const { target, id } = bench();
    const before = target.usage().createCalls;
    const record = { id: id('company'), name: 'x'.repeat(11 * 1024 * 1024) };
    expect(await target.records.create('company', [record], { fields: [] })).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'too-large' },
    });
    expect(target.usage().createCalls - before).toBe(1);
  });
};
