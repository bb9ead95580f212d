import { cut, labelOf, MAX_NAME, plainName, sentenceOf, wordsOf } from './plain-name.ts';
import { isReserved } from './reserved-names.ts';

/**
 * Longest name of a new object: `target<Name>Id` on notes, tasks and files, and the Postgres types of its pick-lists (`_<name>_<field>_enum`), must fit
 * into 63 characters and leave the fields room.
 */
export const MAX_OBJECT_NAME = 36;

/** What the source calls an object; `key` is its key in the profile. */
export interface SourceNames {
  readonly key: string;
  readonly name: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
}

export interface ObjectNames {
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
}

/** One change that Twenty's rules forced, for the plan. */
export interface NameChange {
  readonly what: 'name' | 'plural name' | 'label' | 'plural label';
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/**
 * Names and labels of a new Twenty object, by Twenty's rules (twenty-facts 7.1). The name is the source's name in camel case, else its label's, else its
 * key's; `object…` before a digit; cut. The plural name comes from the plural label where the name comes from the singular one, else from the name by
 * English rule. A name that Twenty keeps, or that `isTaken`, gets `Custom`, then `Custom2`, …. Labels are one line of 1 to 63 characters; a plural that
 * equals the singular becomes `… records`. Deterministic.
 */
export function nameObject(
  source: SourceNames,
  isTaken: (nameSingular: string, namePlural: string) => boolean,
): { readonly names: ObjectNames; readonly changes: readonly NameChange[] } {
  const changes: NameChange[] = [];
  const labels = labelsOf(source, changes);
  const origin = [source.name, source.labelSingular, source.key].find((text) => plainName(text) !== '');
  const plain = letterFirst(plainName(origin ?? 'object'));
  const base = cut(plain, MAX_OBJECT_NAME - 'Custom99'.length);
  const plural = pluralOf(source, base, labels.labelPlural);
  for (let n = 0; ; n += 1) {
    const suffix = n === 0 ? '' : n === 1 ? 'Custom' : `Custom${n}`;
    const nameSingular = `${base}${suffix}`;
    const namePlural = `${plural}${suffix}`;
    const both = [nameSingular, namePlural];
    if (both.some(isReserved) || isTaken(nameSingular, namePlural)) continue;
    const whys = [
      ...(origin === source.name ? [] : ['the name has no letter or digit that a name may have']),
      ...(plain === plainName(origin ?? 'object') ? [] : ['a name begins with a letter']),
      ...(base === plain ? [] : ['it is too long']),
      ...whyNot(base, plural, isTaken),
    ];
    if (whys.length > 0)
      changes.push({ what: 'name', from: source.name, to: nameSingular, why: whys.join('; ') });
    return { names: { nameSingular, namePlural, ...labels }, changes };
  }
}

function whyNot(
  nameSingular: string,
  namePlural: string,
  isTaken: (nameSingular: string, namePlural: string) => boolean,
): string[] {
  if ([nameSingular, namePlural].some(isReserved)) return ['Twenty keeps the name for itself'];
  return isTaken(nameSingular, namePlural)
    ? ['the workspace or another object of the source has the name']
    : [];
}

function labelsOf(
  source: SourceNames,
  changes: NameChange[],
): Pick<ObjectNames, 'labelSingular' | 'labelPlural'> {
  const fallback = labelOf(sentenceOf(wordsOf(source.name))) || labelOf(sentenceOf(wordsOf(source.key)));
  const change = (what: NameChange['what'], from: string, to: string, why: string) => {
    if (from !== to) changes.push({ what, from, to, why });
    return to;
  };
  const rule = 'a label is one line of 1 to 63 characters';
  const singular = labelOf(source.labelSingular) || fallback || 'Object';
  const plural = labelOf(source.labelPlural) || singular;
  const differs = plural.toLowerCase() !== singular.toLowerCase();
  return {
    labelSingular: change('label', source.labelSingular, singular, rule),
    labelPlural: differs
      ? change('plural label', source.labelPlural, plural, rule)
      : change('plural label', source.labelPlural, otherLabel(singular), 'singular and plural must differ'),
  };
}

function otherLabel(singular: string): string {
  const records = `${cut(singular, MAX_NAME - ' records'.length)} records`;
  return records === singular ? `${cut(singular, MAX_NAME - ' entries'.length)} entries` : records;
}

function pluralOf(source: SourceNames, base: string, labelPlural: string): string {
  const label = plainName(labelPlural);
  const belongs = plainName(source.labelSingular) === base;
  const usable = belongs && /^[a-z]/.test(label) && label.length <= MAX_OBJECT_NAME - 'Custom99'.length;
  return usable && label.toLowerCase() !== base.toLowerCase() ? label : englishPlural(base);
}

/** Never the singular itself. */
function englishPlural(name: string): string {
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/i.test(name) ? `${name}es` : `${name}s`;
}

function letterFirst(plain: string): string {
  return /^[0-9]/.test(plain) ? `object${plain}` : plain;
}
