import type { ColumnType } from '../../domain/source-profile.ts';

/** The words that schema exports have for a type, compared without case, blanks and signs. */
const WORDS: Readonly<Partial<Record<ColumnType, string>>> = {
  text: 'text string shorttext singleline varchar uuid',
  'rich-text': 'richtext longtext textarea multiline multilinetext html markdown',
  email: 'email emailaddress',
  phone: 'phone phonenumber telephone mobile',
  url: 'url link website weburl',
  integer: 'integer int whole wholenumber bigint',
  decimal: 'number decimal float double numeric percent percentage',
  money: 'money currency amount',
  boolean: 'boolean bool checkbox yesno flag',
  date: 'date',
  datetime: 'datetime timestamp dateandtime',
  option: 'option picklist singlepicklist select singleselect dropdown enum enumeration radio status',
  'option-list': 'optionlist multipicklist multiplepicklist multiselect multioption options tags checkboxes',
};

const TYPES = new Map(
  Object.entries(WORDS).flatMap(([type, words]) => words.split(' ').map((word) => [word, type] as const)),
);

const isColumnType = (text: string): text is ColumnType => Object.hasOwn(WORDS, text);

/** What a declared type means for a column. A word that nobody knows is text: its values are then looked at like any others. */
export function columnTypeOf(declared: string): ColumnType {
  const type = TYPES.get(declared.toLowerCase().replace(/[^a-z0-9]/g, '')) ?? '';
  return isColumnType(type) ? type : 'text';
}
