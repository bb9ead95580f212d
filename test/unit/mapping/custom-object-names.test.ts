import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceProfile } from '../../../worker/domain/source-profile.ts';
import { COLUMN_TYPES } from '../../../worker/domain/source-profile.ts';
import { checkMapping } from '../../../worker/mapping/check-mapping.ts';
import { isPieces } from '../../../worker/mapping/expand-pieces.ts';
import { occupiedNames } from '../../../worker/mapping/field-names.ts';
import { objectMappingSchema, type RecordMapping } from '../../../worker/mapping/mapping-schema.ts';
import { insertCustomObjects, proposeCustomObjects } from '../../../worker/mapping/propose-custom-objects.ts';
import { isReserved } from '../../../worker/mapping/reserved-names.ts';
import { systemFields } from '../../../worker/mapping/system-fields.ts';
import { RESERVED_NAMES } from '../../doubles/twenty/field-names.ts';
import { customObject, fileMappings, pairsOf, profileWith, workspace } from './custom-source.ts';

const wild = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'type',
    'Type',
    'TYPE',
    'address',
    'event',
    'Events',
    'user',
    'company',
    'people',
    'note',
    'Query',
    'id',
    'name',
    'createdAt',
    'position',
    'visualPracticeId',
    'attachments',
    '3',
    '2nd',
    '🙂',
    '👩‍👩‍👧',
    'Größe',
    '客户',
    'שלום',
    'a',
    'A',
    'a_id',
    'A id',
    'amount',
    'amountMicros',
    'amount currency code',
    'x'.repeat(100),
    'X'.repeat(100),
    `${'long '.repeat(30)}1`,
    'tab\tand\nline',
    '\ud800',
    '\u0000',
    "driver's",
    'series',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Each run names dozens of things. */
const RUNS = 100;

const KEYS = ['k0', 'k1', 'k2', 'k3', 'k4'];
const references = fc.constantFrom(
  ...KEYS,
  'companies',
  'contacts',
  'owners',
  'claims',
  'deals',
  'pipelines',
);

const column = fc.record({
  name: wild,
  label: fc.option(wild, { nil: undefined }),
  type: fc.constantFrom(...COLUMN_TYPES),
  references,
  options: fc.array(wild, { maxLength: 3 }),
});

type Columns = SourceProfile['objects'][string]['columns'];

const object = fc.record({
  name: wild,
  singular: wild,
  plural: wild,
  columns: fc.array(column, { maxLength: 10 }),
});

function columnsFrom(list: readonly (typeof column extends fc.Arbitrary<infer C> ? C : never)[]): Columns {
  const columns: Columns = {};
  for (const { name, label, type, references: to, options } of list) {
    if (name === 'id' || name === '__proto__') continue;
    columns[name] = {
      type,
      fromSchema: true,
      ...(label === undefined ? {} : { label }),
      ...(type === 'reference' || type === 'reference-list' ? { references: to } : {}),
      ...(type === 'option' || type === 'option-list' ? { options } : {}),
    };
  }
  return columns;
}

const sources = fc.record({
  objects: fc.array(object, { minLength: 1, maxLength: KEYS.length }),
  associations: fc.array(fc.tuple(wild, references, references), { maxLength: 3 }),
});

function objectsFrom({ objects, associations }: typeof sources extends fc.Arbitrary<infer S> ? S : never) {
  const profile: SourceProfile['objects'] = {};
  for (const [n, { name, singular, plural, columns }] of objects.entries())
    profile[`k${n}`] = customObject(name, columnsFrom(columns), [singular, plural]);
  for (const [n, [association, from, to]] of associations.entries())
    profile[`pairs${n}`] = pairsOf(association, ['one_id', from], ['two_id', to]);
  return profile;
}

const NAME = /^[a-z][a-zA-Z0-9]*$/;

function expectLabel(label: string | undefined): void {
  expect(label).toBeDefined();
  expect(label?.trim()).toBe(label);
  expect((label ?? '').length).toBeGreaterThanOrEqual(1);
  expect((label ?? '').length).toBeLessThanOrEqual(63);
  expect(label?.isWellFormed()).toBe(true);
}

/** Names on a new object, with those that Twenty and the product give it. */
function namesOn(mapping: RecordMapping): string[] {
  return [
    'id',
    'createdat',
    'updatedat',
    'deletedat',
    'position',
    'searchvector',
    'noteTargets',
    'taskTargets',
    'attachments',
    'timelineActivities',
    ...occupiedNames('createdBy', 'ACTOR'),
    ...systemFields(mapping).map(({ name }) => name),
    ...mapping.fields.flatMap(({ to, create }) => occupiedNames(to, create?.type ?? 'TEXT')),
    ...mapping.references.flatMap(({ to }) => occupiedNames(to, 'RELATION')),
  ].map((name) => name.toLowerCase());
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ð: 'd',
};

/** As 2.21 names an inverse field, seen on a server: `Größen probe` is grossenProbe, `Œuvre straße` oeuvreStrasse, `NPS scores` npsScores. */
function inverseName(label: string): string {
  return label
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđþð]/gu, (letter) => LETTERS[letter] ?? '')
    .replace(/[^a-z0-9]+/gu, '');
}

describe('names of wild sources', () => {
  const inWorkspace = [
    'company',
    'companies',
    'person',
    'people',
    'note',
    'notes',
    'workspacemember',
    'workspacemembers',
  ];

  it("are all by Twenty's rules, and all distinct", () => {
    fc.assert(
      fc.property(sources, (source) => {
        const profile = profileWith(objectsFrom(source));
        const { mappings } = proposeCustomObjects({ profile, mappings: fileMappings, schema: workspace() });
        const objects = mappings.flatMap(({ target, createObject }) => [
          target,
          createObject?.namePlural ?? '',
        ]);
        expect(new Set([...objects.map((name) => name.toLowerCase()), ...inWorkspace]).size).toBe(
          objects.length + inWorkspace.length,
        );
        for (const name of objects) {
          expect(name).toMatch(NAME);
          expect(`target${name}Id`.length).toBeLessThanOrEqual(63);
          expect(RESERVED_NAMES.has(name) || isReserved(name)).toBe(false);
        }
        for (const mapping of mappings) {
          expectLabel(mapping.createObject?.labelSingular);
          expectLabel(mapping.createObject?.labelPlural);
          expect(mapping.createObject?.labelPlural.toLowerCase()).not.toBe(
            mapping.createObject?.labelSingular.toLowerCase(),
          );
          const names = namesOn(mapping);
          expect(new Set(names).size).toBe(names.length);
          for (const { to, create } of mapping.fields) {
            if (to === 'name') continue;
            expect(to).toMatch(NAME);
            expect(RESERVED_NAMES.has(to) || isReserved(to)).toBe(false);
            for (const name of occupiedNames(to, create?.type ?? ''))
              expect(name.length).toBeLessThanOrEqual(63);
            expectLabel(create?.label);
            if (create?.type === 'SELECT')
              expect(`_${mapping.target}_${to}_enum`.length).toBeLessThanOrEqual(63);
          }
          for (const { to, create } of mapping.references) {
            expect(`${to}Id`).toMatch(/^[a-z][a-zA-Z0-9]{0,62}$/);
            expectLabel(create?.label);
            expectLabel(create?.inverseLabel);
            expect(create?.icon && create.inverseIcon).toBeTruthy();
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('whose plural label is nothing but marks leave the inverse field the name of the object', () => {
    const boxes = customObject('box', {}, ['Box', '\u00a8\u0300\u2190\u0338']);
    const { mappings } = proposeCustomObjects({
      profile: profileWith({ boxes }),
      mappings: fileMappings,
      schema: workspace(),
    });
    const labels = mappings.flatMap(({ references: all }) => all.map(({ create }) => create?.inverseLabel));
    expect(labels).toEqual(['Boxes']);
  });

  it('leave every inverse field a name of its own', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const profile = profileWith(objectsFrom(source));
        const { mappings } = proposeCustomObjects({ profile, mappings: fileMappings, schema: workspace() });
        const targets = new Map([...fileMappings, ...mappings].map((one) => [one.object, one.target]));
        const inverse = mappings.flatMap(({ references: all }) =>
          all.map(
            ({ object: to, create }) => [targets.get(to), inverseName(create?.inverseLabel ?? '')] as const,
          ),
        );
        for (const [target, name] of inverse) {
          expect(name).toMatch(/^[a-z][a-z0-9]{0,62}$/);
          expect(isReserved(name)).toBe(false);
          const owner = mappings.find((one) => one.target === target);
          expect(owner === undefined ? [] : namesOn(owner)).not.toContain(name);
        }
        expect(new Set(inverse.map((one) => one.join('.'))).size).toBe(inverse.length);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('mappings of wild sources', () => {
  it('pass schema and check, lose no column, and do not depend on the order of objects', () => {
    fc.assert(
      fc.property(sources, (source) => {
        const objects = objectsFrom(source);
        const profile = profileWith(objects);
        const input = { mappings: fileMappings, schema: workspace() };
        const proposed = proposeCustomObjects({ profile, ...input });
        const reversed = profileWith(Object.fromEntries(Object.entries(objects).reverse()));
        expect(proposeCustomObjects({ profile: reversed, ...input })).toEqual(proposed);
        for (const mapping of proposed.mappings) expect(objectMappingSchema.parse(mapping)).toEqual(mapping);

        const pieces = proposed.mappings.filter(isPieces);
        const plain = { ...proposed, mappings: proposed.mappings.filter((mapping) => !isPieces(mapping)) };
        expect(checkMapping(profile, insertCustomObjects(fileMappings, plain))).toEqual([]);
        const position = new Map(proposed.mappings.map(({ object: key }, n) => [key, n]));
        for (const {
          object: key,
          pieces: { of },
          references: all,
        } of pieces) {
          for (const other of [of, ...all.map(({ object: to }) => to)])
            expect(position.get(other) ?? -1).toBeLessThan(position.get(key) ?? -1);
        }
        for (const [key, { columns }] of Object.entries(objects)) {
          const carried = proposed.mappings
            .filter((mapping) => mapping.object === key || mapping.pieces?.of === key)
            .flatMap(({ fields, references: all, times, pieces: made }) => [
              ...fields.flatMap(({ from }) => Object.values(from)),
              ...all.map(({ from }) => from),
              ...(made === undefined ? [times.created, times.modified] : []),
            ]);
          expect(carried).toEqual(
            expect.arrayContaining(Object.keys(columns).filter((name) => name !== 'id')),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });
});
