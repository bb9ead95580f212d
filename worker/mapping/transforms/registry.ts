import { address } from './address.ts';
import { boolean } from './boolean.ts';
import { constant } from './constant.ts';
import { amountWithoutCurrency, currency } from './currency.ts';
import { date } from './date.ts';
import { datetime } from './datetime.ts';
import { emails } from './emails.ts';
import { fileCategory } from './file-category.ts';
import { fileName } from './file-name.ts';
import { fullName } from './full-name.ts';
import { join } from './join.ts';
import { link } from './link.ts';
import { list } from './list.ts';
import { lookupThen } from './lookup.ts';
import { integer, number } from './number.ts';
import { option, options } from './option.ts';
import { phones } from './phones.ts';
import { richText } from './rich-text.ts';
import { sourceText, text } from './text.ts';
import { title } from './title.ts';
import type { TransformDefinition } from './transform.ts';

/** Transforms of one column each, or of columns that belong together; what `lookup` may apply to what it finds. */
const direct = {
  text,
  'full-name': fullName,
  emails,
  phones,
  link,
  address,
  currency,
  'amount-without-currency': amountWithoutCurrency,
  number,
  integer,
  boolean,
  date,
  datetime,
  option,
  options,
  list,
  'source-text': sourceText,
  join,
  'rich-text': richText,
  title,
  'file-name': fileName,
  'file-category': fileCategory,
} as const satisfies Record<string, TransformDefinition>;

const named = { ...direct, lookup: lookupThen(direct), constant } as const satisfies Record<
  string,
  TransformDefinition
>;

export type TransformName = keyof typeof named;

/** Every transform by the name that mapping files use. Any other name is undefined, inherited ones included. */
export const transforms: Readonly<Record<TransformName, TransformDefinition>> &
  Readonly<Record<string, TransformDefinition>> = Object.freeze(Object.assign(Object.create(null), named));
