import type { InferredType } from './infer-type.ts';
import type { CreateField, FieldMapping } from './mapping-schema.ts';
import { labelOf } from './plain-name.ts';

/** How values of a type become a field. */
export interface Recipe {
  readonly type: CreateField['type'];
  readonly transform: string;
  readonly role: string;
  readonly icon: string;
  /** What the values are, after "n of m non-empty values are". */
  readonly words: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export const RECIPES: Readonly<Record<InferredType, Recipe>> = {
  text: { type: 'TEXT', transform: 'text', role: 'value', icon: 'IconAbc', words: 'text' },
  boolean: {
    type: 'BOOLEAN',
    transform: 'boolean',
    role: 'value',
    icon: 'IconToggleRight',
    words: 'yes or no',
  },
  integer: {
    type: 'NUMBER',
    transform: 'integer',
    role: 'value',
    icon: 'IconNumber123',
    words: 'whole numbers',
    settings: { dataType: 'int' },
  },
  decimal: {
    type: 'NUMBER',
    transform: 'number',
    role: 'value',
    icon: 'IconDecimal',
    words: 'numbers',
    settings: { dataType: 'float' },
  },
  money: {
    type: 'CURRENCY',
    transform: 'currency',
    role: 'amount',
    icon: 'IconCoins',
    words: 'amounts with a currency',
  },
  date: { type: 'DATE', transform: 'date', role: 'value', icon: 'IconCalendar', words: 'dates' },
  datetime: {
    type: 'DATE_TIME',
    transform: 'datetime',
    role: 'value',
    icon: 'IconCalendarClock',
    words: 'dates with a time',
  },
  email: {
    type: 'EMAILS',
    transform: 'emails',
    role: 'primary',
    icon: 'IconMail',
    words: 'e-mail addresses',
  },
  url: { type: 'LINKS', transform: 'link', role: 'value', icon: 'IconLink', words: 'web addresses' },
  phone: { type: 'PHONES', transform: 'phones', role: 'primary', icon: 'IconPhone', words: 'phone numbers' },
  option: { type: 'SELECT', transform: 'option', role: 'value', icon: 'IconTag', words: 'of a pick-list' },
  'option-list': {
    type: 'MULTI_SELECT',
    transform: 'options',
    role: 'value',
    icon: 'IconTags',
    words: 'of a pick-list',
  },
};

/** Name of the value map of a proposed pick-list; also the key in `ObjectAudit.distinct`. */
export function proposedMapName(object: string, column: string): string {
  return `${object}.${column}`;
}

export interface ProposedField {
  readonly object: string;
  readonly column: string;
  readonly to: string;
  readonly type: InferredType;
  readonly label: string;
  /** Values that the source defines for a pick-list. */
  readonly options?: readonly string[] | undefined;
}

/** The mapping of one column to a field of the workspace, made when it lacks it. What cannot be converted is kept as text. */
export function fieldMappingOf({ object, column, to, type, label, options }: ProposedField): FieldMapping {
  const recipe = RECIPES[type];
  const isPickList = type === 'option' || type === 'option-list';
  const map = proposedMapName(object, column);
  return {
    to,
    transform: recipe.transform,
    from: { [recipe.role]: column },
    options: isPickList ? { map } : {},
    unconvertible: 'keep',
    required: false,
    create: createOf(recipe, object, column, label),
    ...(isPickList ? { valueMap: map } : {}),
    ...(isPickList && options !== undefined ? { sourceOptions: [...options] } : {}),
  };
}

function createOf(recipe: Recipe, object: string, column: string, label: string): CreateField {
  const { type, icon, settings } = recipe;
  return {
    type,
    label,
    description: `Column ${column} of ${object} in the source.`,
    icon,
    unique: false,
    ...(settings === undefined ? {} : { settings }),
  };
}

/** What a field for amounts that name no currency is called, from the name and the label of the field for those that do. */
export function withoutCurrencyName(to: string): string {
  return `${to}WithoutCurrency`;
}

/**
 * Amounts of a declared money column: those that name their currency, in the text or in the column `currency`, as CURRENCY; the others as a number beside
 * it, because a guessed currency would look like a fact.
 */
export function moneyMappingsOf(
  field: Omit<ProposedField, 'type' | 'options'>,
  withoutCurrencyTo: string,
  currency: string | null,
): FieldMapping[] {
  const { object, column, label } = field;
  const from = { amount: column, ...(currency === null ? {} : { currency }) };
  const withCurrency = fieldMappingOf({ ...field, type: 'money' });
  const { options: _none, ...number } = fieldMappingOf({ ...field, type: 'decimal' });
  return [
    { ...withCurrency, from, options: { withoutCurrency: 'elsewhere' } },
    {
      ...number,
      to: withoutCurrencyTo,
      transform: 'amount-without-currency',
      from,
      options: {},
      create: createOf(RECIPES.decimal, object, column, labelOf(`${label} (no currency)`)),
    },
  ];
}
