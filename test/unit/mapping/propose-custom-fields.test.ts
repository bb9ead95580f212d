import { describe, expect, it } from 'vitest';
import type { SourceProfile } from '../../../worker/domain/source-profile.ts';
import type { ObjectAudit } from '../../../worker/mapping/documents/audit.ts';
import type { ObjectMapping, RecordMapping } from '../../../worker/mapping/mapping-schema.ts';
import { objectMappingSchema } from '../../../worker/mapping/mapping-schema.ts';
import { proposeCustomFields } from '../../../worker/mapping/propose-custom-fields.ts';
import { transforms } from '../../../worker/mapping/transforms/registry.ts';
import { ColumnProfile } from '../../../worker/stages/audit/column-profile.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';

const profile = referenceProfile();

const mapping: RecordMapping = (() => {
  const parsed = objectMappingSchema.parse({
    object: 'contacts',
    kind: 'record',
    target: 'person',
    identity: 'visualPracticeId',
    keep: 'visualPracticeOriginalText',
    times: { keepCreated: 'visualPracticeCreatedAt', keepModified: 'visualPracticeModifiedAt' },
    fields: [{ to: 'city', transform: 'text', from: { value: 'city' } }],
    ignore: { last_name: 'For the test.' },
  });
  if (parsed.kind !== 'record') throw new Error('a record mapping');
  return parsed;
})();

const noFields = { fields: new Map() };

function auditOf(columns: Readonly<Record<string, readonly string[]>>): ObjectAudit {
  const profiles = Object.entries(columns).map(([column, cells]) => {
    const declaredType = profile.objects.contacts?.columns[column]?.type ?? null;
    const kind = declaredType === null ? ('custom' as const) : ('declared' as const);
    const one = new ColumnProfile({ column, kind, declaredType, mappedTo: null }, profile);
    for (const [n, cell] of cells.entries()) one.add(cell, { row: n + 1, sourceId: `con-${n + 1}` });
    return one;
  });
  return { object: 'contacts', rows: 0, columns: profiles.map((one) => one.result()), distinct: {} };
}

function propose(columns: Readonly<Record<string, readonly string[]>>, object = noFields) {
  return proposeCustomFields(auditOf(columns), mapping, object, profile);
}

const many = (n: number, value: (i: number) => string) => Array.from({ length: n }, (_, i) => value(i));

describe('proposeCustomFields', () => {
  it.each<[string, readonly string[], string, string]>([
    ['flags', many(20, (i) => (i % 2 ? 'Yes' : 'no')), 'BOOLEAN', 'boolean'],
    ['zeros and ones stay numbers', many(20, (i) => String(i % 2)), 'NUMBER', 'integer'],
    ['whole numbers', many(40, (i) => String(i * 7)), 'NUMBER', 'integer'],
    ['grouped numbers', ['1,234,567', '12', '-3'], 'NUMBER', 'integer'],
    ['decimals', many(40, (i) => `${i}.5`), 'NUMBER', 'number'],
    ['money', ['$1,234.50', '€ 99', 'USD 5', '12 CHF'], 'CURRENCY', 'currency'],
    ['amounts of which some have a currency', ['$5', '6', '7'], 'TEXT', 'text'],
    ['dates', ['2020-01-31', '31/12/2019', '5 May 2021'], 'DATE', 'date'],
    ['dates, some with a time', ['2020-01-31', '2020-01-31 10:15'], 'DATE_TIME', 'datetime'],
    ['bare digits are no dates', ['20191231', '20200101'], 'NUMBER', 'integer'],
    ['e-mail', ['A@x.example', 'b@x.example '], 'EMAILS', 'emails'],
    ['addresses of the web', ['https://x.example/a', 'www.y.example'], 'LINKS', 'link'],
    ['names that look like hosts', ['john.smith', 'jane.doe'], 'TEXT', 'text'],
    ['phones', ['+1 503 555 0142', '(503) 555-0188', '+44 20 7946 0018'], 'PHONES', 'phones'],
    ['digits that could be phones', ['5035550142', '5035550188'], 'NUMBER', 'integer'],
    ['ids with leading zeros', [...many(400, (i) => String(1000 + i)), '0042'], 'TEXT', 'text'],
    ['ids too long for a number', ['12345678901234567890', '22345678901234567890'], 'TEXT', 'text'],
    [
      'few values that repeat',
      many(60, (i) => ['Gold', 'silver ', 'Bronze'][i % 3] ?? ''),
      'SELECT',
      'option',
    ],
    [
      'few values that hardly repeat',
      many(12, (i) => ['Gold', 'Silver', 'Bronze'][i % 3] ?? ''),
      'TEXT',
      'text',
    ],
    ['many values', many(400, (i) => `word ${i % 40}x`), 'TEXT', 'text'],
    ['long values', many(60, (i) => `${'x'.repeat(61)}${i % 2 ? 'a' : 'b'}`), 'TEXT', 'text'],
    ['lines', many(60, () => 'one\ntwo'), 'TEXT', 'text'],
    ['lists', many(60, (i) => (i % 2 ? 'red;blue' : 'green; red')), 'MULTI_SELECT', 'options'],
    ['lists of many things', many(60, (i) => `a${i};b${i}`), 'TEXT', 'text'],
  ])('%s', (_, cells, type, transform) => {
    const { fields, inferred } = propose({ cf_thing: cells });
    expect(fields.map(({ create, transform: name }) => [create?.type, name])).toEqual([[type, transform]]);
    expect(inferred).toMatchObject([{ object: 'contacts', column: 'cf_thing', field: 'thing', type }]);
  });

  it('gives every field what its transform needs', () => {
    const { fields } = propose({
      cf_a: ['yes'],
      cf_b: ['12'],
      cf_c: ['1.5'],
      cf_d: ['$1'],
      cf_e: ['2020-01-01'],
      cf_f: ['2020-01-01T10:00:00Z'],
      cf_g: ['a@x.example'],
      cf_h: ['https://x.example'],
      cf_i: ['+1 503 555 0142'],
      cf_j: many(60, () => 'Gold'),
      cf_k: many(60, () => 'Gold;Silver'),
      cf_l: ['words'],
    });
    expect(fields).toHaveLength(12);
    for (const field of fields) {
      const transform = transforms[field.transform];
      const known = [...(transform?.roles ?? []), ...(transform?.optionalRoles ?? [])];
      expect(known).toEqual(expect.arrayContaining(Object.keys(field.from)));
      expect(transform?.produces).toContain(field.create?.type);
      expect(transform?.optionsSchema.safeParse(field.options).success).toBe(true);
    }
  });

  it('takes a type at 99 in 100 and says how many are kept as text, without their text', () => {
    const dates = many(1204, () => '2020-05-06');
    const { inferred } = propose({ cf_last_visit: [...dates, ...many(6, () => 'ask Bob'), '', ' '] });
    expect(inferred[0]?.evidence).toBe('1,204 of 1,210 non-empty values are dates; 6 are kept as text');
    expect(
      propose({ cf_last_visit: [...many(97, () => '2020-05-06'), ...many(3, () => 'Bob')] }).fields[0]?.create
        ?.type,
    ).not.toBe('DATE');
  });

  it('names the value map of a pick-list after object and column', () => {
    const [field] = propose({ cf_tier: many(60, () => 'Gold') }).fields;
    expect([field?.valueMap, field?.options]).toEqual(['contacts.cf_tier', { map: 'contacts.cf_tier' }]);
  });

  it('leaves out what is mapped, ignored, an id, or empty', () => {
    expect(propose({ id: ['1'], city: ['Bern'], last_name: ['x'], cf_empty: ['', '  '] }).fields).toEqual([]);
  });

  it('keeps a declared text as text: a number of a health card is no number', () => {
    const [field] = propose({ health_card_number: many(60, () => 'HC-1') }).fields;
    expect([field?.to, field?.create?.type]).toEqual(['healthCardNumber', 'TEXT']);
  });

  it("uses a custom field of the same name and type, and never one of Twenty's own", () => {
    const field = (type: string, isCustom: boolean) => ({ name: 'tier', type, isCustom, relation: null });
    const columns = { cf_tier: many(60, () => 'Gold') };
    const to = (type: string, isCustom: boolean) =>
      propose(columns, { fields: new Map([['tier', field(type, isCustom)]]) }).fields[0]?.to;
    expect([to('SELECT', true), to('TEXT', true), to('SELECT', false)]).toEqual(['tier', 'tier2', 'tier2']);
    expect(propose({ cf_city: ['x'], 'CF city': ['y'] }).fields.map((one) => one.to)).toEqual([
      'city2',
      'city3',
    ]);
  });
});

describe('columns that the schema of the source declares', () => {
  type Column = SourceProfile['objects'][string]['columns'][string];

  function proposeDeclared(
    column: Omit<Column, 'fromSchema'>,
    cells: readonly string[],
    convertible?: number,
  ) {
    const contacts = profile.objects.contacts;
    if (contacts === undefined) throw new Error('the reference profile has contacts');
    const columns = { ...contacts.columns, thing: { ...column, fromSchema: true } };
    const extended = { ...profile, objects: { ...profile.objects, contacts: { ...contacts, columns } } };
    const one = new ColumnProfile(
      { column: 'thing', kind: 'custom', declaredType: column.type, mappedTo: null },
      profile,
    );
    for (const [n, cell] of cells.entries()) one.add(cell, { row: n + 1, sourceId: `con-${n + 1}` });
    const { evidence, ...rest } = one.result();
    if (evidence === undefined) throw new Error('a column that nothing maps has evidence');
    const audited = {
      ...rest,
      evidence: { ...evidence, ...(convertible === undefined ? {} : { convertible }) },
    };
    const audit = { object: 'contacts', rows: cells.length, columns: [audited], distinct: {} };
    return proposeCustomFields(audit, mapping, noFields, extended);
  }

  it.each<[string, Column['type'], readonly string[], string]>([
    ['numbers that look like text', 'text', many(40, (i) => String(i)), 'TEXT'],
    ['numbers with decimals only in the schema', 'decimal', many(40, (i) => String(i)), 'NUMBER'],
    ['zeros and ones', 'boolean', many(40, (i) => String(i % 2)), 'BOOLEAN'],
    ['digits as phone numbers', 'phone', many(40, (i) => String(5035550100 + i)), 'PHONES'],
    ['a pick-list that hardly repeats', 'option', many(12, (i) => `v${i}`), 'SELECT'],
    ['a pick-list of several values', 'option-list', ['a;b', 'c'], 'MULTI_SELECT'],
    ['dates of which some have a time', 'datetime', ['2020-01-01', '2020-01-01 10:00'], 'DATE_TIME'],
    ['dates, a fifth unreadable', 'date', many(50, (i) => (i % 5 ? '2020-01-01' : 'soon')), 'DATE'],
    ['dates, most unreadable', 'date', many(50, (i) => (i % 5 ? 'soon' : '2020-01-01')), 'TEXT'],
    ['numbers with leading zeros', 'integer', many(40, (i) => `00${i}`), 'TEXT'],
    ['a pick-list of everything', 'option', many(60, (i) => `v${i}`), 'TEXT'],
    ['numbers that all name a currency', 'decimal', many(40, (i) => `$${i}.50`), 'CURRENCY'],
  ])('%s', (_, type, cells, made) => {
    const { fields } = proposeDeclared({ type, label: 'The thing' }, cells);
    expect(fields[0]?.create).toMatchObject({ type: made, label: 'The thing' });
  });

  it('says in words why a declared type did not win, without a value', () => {
    const { inferred } = proposeDeclared(
      { type: 'date' },
      many(1000, () => 'soon'),
    );
    expect(inferred[0]?.evidence).toBe(
      'the source declares dates, and the values do not bear it: 1,000 non-empty values, taken as text',
    );
    const borne = proposeDeclared(
      { type: 'date' },
      many(10, (i) => (i === 0 ? 'soon' : '2020-01-01')),
    );
    expect(borne.inferred[0]?.evidence).toBe(
      'the source declares dates: 9 of 10 non-empty values are dates; 1 is kept as text',
    );
  });

  it('counts what converts, where the audit counted it', () => {
    const hosts = many(10, (i) => `site-${i}.example`);
    expect(proposeDeclared({ type: 'url' }, hosts).fields[0]?.create?.type).toBe('TEXT');
    expect(proposeDeclared({ type: 'url' }, hosts, 10).fields[0]?.create?.type).toBe('LINKS');
  });

  it('takes the options of the schema with it, and keeps amounts without a currency apart', () => {
    const [tier] = proposeDeclared({ type: 'option', options: ['Gold', 'Silver'] }, ['Gold']).fields;
    expect([tier?.sourceOptions, tier?.valueMap]).toEqual([['Gold', 'Silver'], 'contacts.thing']);
    const money = proposeDeclared({ type: 'money', label: 'Fee' }, ['$1', '2']).fields;
    expect(money.map(({ to, create }) => [to, create?.type, create?.label])).toEqual([
      ['thing', 'CURRENCY', 'Fee'],
      ['thingWithoutCurrency', 'NUMBER', 'Fee (no currency)'],
    ]);
  });
});

describe('names that other mappings have', () => {
  const other = (fields: object): ObjectMapping =>
    objectMappingSchema.parse({
      object: 'leads',
      kind: 'record',
      target: 'person',
      identity: 'visualPracticeId',
      times: {},
      fields: [],
      ...fields,
    });

  it('are not given twice on one object, inverse fields of relations included', () => {
    const score = {
      to: 'score',
      transform: 'text',
      from: { value: 'x' },
      create: { type: 'TEXT', label: 'x' },
    };
    const relation = { label: 'Contact', icon: 'i', inverseLabel: 'Open claims', inverseIcon: 'i' };
    const mappings = [
      mapping,
      other({ fields: [score] }),
      other({
        object: 'cases',
        target: 'case',
        references: [{ to: 'contact', from: 'x', object: 'contacts', create: relation }],
      }),
    ];
    const audit = auditOf({ cf_score: ['words'], cf_open_claims: ['words'] });
    const names = proposeCustomFields(audit, mapping, noFields, profile, mappings).fields.map(({ to }) => to);
    expect(names).toEqual(['score2', 'openClaims2']);
  });

  it('pieces get no fields of their own, nor columns that another mapping carries', () => {
    const pieces = other({ pieces: { of: 'contacts' } });
    if (pieces.kind !== 'record') throw new Error('a record mapping');
    const audit = auditOf({ cf_score: ['words'] });
    expect(proposeCustomFields(audit, pieces, noFields, profile).fields).toEqual([]);
    const carried = { ...audit, columns: audit.columns.map((one) => ({ ...one, mappedTo: 'task.score' })) };
    expect(proposeCustomFields(carried, mapping, noFields, profile).fields).toEqual([]);
  });
});
