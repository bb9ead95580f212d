import { describe, expect, it } from 'vitest';
import { driftOf, editorOf } from '../../../worker/engine/drift.ts';
import { field, manyToOne, object } from './target-model.ts';

const company = object('company', [
  field('name', 'TEXT'),
  field('updatedAt', 'DATE_TIME'),
  field('updatedBy', 'ACTOR'),
  field('annualRevenue', 'CURRENCY'),
  manyToOne('parentCompany', 'company'),
]);
const base = {
  id: 'c1',
  name: 'Acme',
  updatedAt: '2020-01-01T00:00:00.000Z',
  annualRevenue: { amountMicros: 5, currencyCode: 'EUR' },
  parentCompanyId: 'c0',
  gone: 'x',
};
const later = '2026-01-01T00:00:00.000Z';

describe('driftOf', () => {
  it('takes an equal time for untouched, whatever a SET NULL cleared', () => {
    expect(
      driftOf(company, base, { ...base, updatedAt: '2020-01-01T01:00:00+01:00', parentCompanyId: null }),
    ).toEqual({ kind: 'untouched' });
  });

  it.each([
    ['MANUAL', 'person'],
    ['API', 'api'],
    ['WORKFLOW', 'automation'],
    ['APPLICATION', 'automation'],
    ['SYSTEM', 'automation'],
    ['AGENT', 'automation'],
    ['SOMETHING_NEW', 'person'],
  ])('names the fields and who: %s is %s', (source, by) => {
    const found = {
      ...base,
      updatedAt: later,
      updatedBy: { source },
      name: 'Acme Ltd',
      parentCompanyId: 'c9',
    };
    expect(driftOf(company, base, found)).toEqual({
      kind: 'drifted',
      by,
      fields: ['name', 'parentCompanyId'],
    });
  });

  it('remembers a person whom a later write of ours hid', () => {
    const hiding = { ...base, updatedBy: { source: 'MANUAL', name: 'Ada' } };
    const found = { ...base, updatedAt: later, updatedBy: { source: 'API', name: 'Key' } };
    expect(driftOf(company, hiding, found)).toEqual({ kind: 'touched', by: 'person' });
    expect(driftOf(company, { ...base, updatedBy: { source: 'WORKFLOW' } }, found)).toEqual({
      kind: 'touched',
      by: 'api',
    });
  });

  it('says touched when only fields changed that we did not write', () => {
    const found = {
      ...base,
      updatedAt: later,
      updatedBy: { source: 'MANUAL' },
      annualRevenue: { amountMicros: '5', currencyCode: 'EUR' },
    };
    expect(driftOf(company, base, found)).toEqual({ kind: 'touched', by: 'person' });
  });

  it('counts an image without a time as written since', () => {
    expect(
      driftOf(company, { ...base, updatedAt: null }, { ...base, updatedBy: { source: 'MANUAL' } }),
    ).toEqual({ kind: 'touched', by: 'person' });
  });

  it('takes an unknown author for a person', () => {
    expect(editorOf(null)).toBe('person');
    expect(editorOf({})).toBe('person');
  });
});
