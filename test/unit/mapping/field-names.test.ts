import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fieldLabelFor,
  fieldNameFor,
  occupiedByObject,
  occupiedNames,
} from '../../../worker/mapping/field-names.ts';

const NONE: ReadonlySet<string> = new Set();

describe('fieldNameFor', () => {
  it.each([
    ['cf_referral_partner', 'TEXT', 'referralPartner'],
    ['CF Referral-Partner', 'TEXT', 'referralPartner'],
    ['ReferralPartner', 'TEXT', 'referralPartner'],
    ['NPS score', 'NUMBER', 'npsScore'],
    ['2nd phone', 'PHONES', 'field2ndPhone'],
    ['Größe (cm)', 'NUMBER', 'grosseCm'],
    ['客户等级', 'TEXT', 'customField'],
    ['', 'TEXT', 'customField'],
    // Names that Twenty keeps for itself (twenty-facts 7.2).
    ['cf_type', 'TEXT', 'typeCustom'],
    ['address', 'TEXT', 'addressCustom'],
    ['links', 'TEXT', 'linksCustom'],
    ['currencies', 'TEXT', 'currenciesCustom'],
    ['Feature flags', 'TEXT', 'featureFlagsCustom'],
    ['select', 'TEXT', 'select'],
    ['order', 'TEXT', 'order'],
  ])('names %j as %s: %s', (column, type, name) => {
    expect(fieldNameFor(column, type, NONE)).toBe(name);
  });

  it('avoids the columns of composites, both ways, and join columns', () => {
    const taken = new Set(occupiedNames('budget', 'CURRENCY'));
    expect(fieldNameFor('budget_amount_micros', 'NUMBER', taken)).toBe('budgetAmountMicros2');
    expect(fieldNameFor('budget', 'CURRENCY', new Set(['budgetcurrencycode']))).toBe('budget2');
    const company = {
      name: 'company',
      type: 'RELATION',
      isCustom: false,
      relation: { joinColumn: 'companyId' },
    };
    const object = occupiedByObject({ fields: new Map([['company', company]]) });
    expect(fieldNameFor('company_id', 'TEXT', object)).toBe('companyId2');
  });

  it("gives a name by Twenty's rules for any column, free of what is taken", () => {
    const types = fc.constantFrom('TEXT', 'NUMBER', 'CURRENCY', 'PHONES', 'LINKS', 'EMAILS', 'SELECT');
    const columns = fc.array(fc.tuple(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), types), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(columns, (list) => {
        const taken = new Set<string>(['id', 'name', 'createdat']);
        for (const [column, type] of list) {
          const name = fieldNameFor(column, type, taken);
          expect(name).toMatch(/^[a-z][a-zA-Z0-9]*$/);
          const occupied = occupiedNames(name, type);
          for (const one of occupied) {
            expect(one.length).toBeLessThanOrEqual(63);
            expect(taken.has(one)).toBe(false);
            taken.add(one);
          }
        }
      }),
    );
  });
});

describe('fieldLabelFor', () => {
  it.each([
    ['cf_referral_partner', 'Referral partner'],
    ['NPS score', 'NPS score'],
    ['PreferredChannel', 'Preferred channel'],
    ['Größe (cm)', 'Größe cm'],
    ['客户等级', '客户等级'],
    ['___', 'Custom field'],
  ])('labels %j as %j', (column, label) => {
    expect(fieldLabelFor(column)).toBe(label);
  });

  it('is between 1 and 63 characters for any column', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (column) => {
        const { length } = [...fieldLabelFor(column)];
        expect(length >= 1 && length <= 63).toBe(true);
      }),
    );
  });
});
