import fc from 'fast-check';
import type { TransformName } from '../../../../worker/mapping/transforms/registry.ts';
import { transforms } from '../../../../worker/mapping/transforms/registry.ts';
import type {
  TransformContext,
  TransformInput,
  TransformOptions,
  TransformResult,
} from '../../../../worker/mapping/transforms/transform.ts';
import { normaliseOption } from '../../../../worker/mapping/value-map.ts';

const STAGES: Readonly<Record<string, string | null>> = {
  new: 'NEW',
  'closed won': 'WON',
  'do not use': null,
};

/** A German profile unless told otherwise; value map `stages`, table `pipelines` with the row (Sales, New). */
export function contextWith(changes: Partial<TransformContext> = {}): TransformContext {
  return {
    timeZone: 'Europe/Berlin',
    dateOrder: 'dmy',
    decimalSeparator: ',',
    listSeparator: ';',
    defaultCountry: 'DE',
    defaultCurrency: 'EUR',
    valueMap: (name, source) =>
      name === 'stages' && Object.hasOwn(STAGES, source) ? STAGES[source] : undefined,
    lookup: (table, key, column) => {
      if (table !== 'pipelines' || key.map(normaliseOption).join('/') !== 'sales/new') return undefined;
      return { probability: '12,5', outcome: 'New', broken: 'soon', blank: '' }[column];
    },
    objectNamed: () => null,
    ...changes,
  };
}

/** Applies a transform with options that a mapping would be allowed to have. */
export function run(
  name: TransformName,
  input: TransformInput | string,
  changes: Partial<TransformContext> = {},
  options: TransformOptions = {},
): TransformResult {
  const given =
    typeof input === 'string'
      ? { [transforms[name].roles[0] ?? transforms[name].optionalRoles[0] ?? 'value']: input }
      : input;
  return transforms[name].apply(given, options, contextWith(changes));
}

/** The value of a result that converted wholly; fails the test otherwise. */
export function convertedValue(result: TransformResult): unknown {
  if (result.kind !== 'value' || result.kept !== undefined)
    throw new Error(`not wholly converted: ${JSON.stringify(result)}`);
  return result.value;
}

/** Reasons of what was kept. */
export function reasons(result: TransformResult): string[] {
  return result.kind === 'empty' ? [] : (result.kept ?? []).map((part) => part.why);
}

const troubles = [
  '\u0000',
  '\ud800',
  '\udfff',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\u00a0',
  '\r\n',
  ';',
  ',',
  '.',
  '-',
  '(',
  ')',
  "'",
  ' ',
  '@',
  '<',
  '>',
  ':',
  '/',
  '+',
  '€',
  '$',
  'CR',
  'EUR',
  '1',
  '234',
  '00',
  '12',
  '2019',
  '31',
  'T',
  'Z',
  'ext',
  '👩‍👩‍👧',
  'שלום',
  'mailto:',
  'http://',
  '.com',
];

/** Text as bad exports hold it: any UTF-16, lone surrogates included, and pieces that mean something to a parser. */
export const wildText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)))
    .map((units) => units.join('')),
  fc.array(fc.constantFrom(...troubles), { maxLength: 12 }).map((pieces) => pieces.join('')),
);
