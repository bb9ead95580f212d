import type { ColumnType, SourceProfile } from '../domain/source-profile.ts';
import { columnsOf } from './check-mapping.ts';
import type { ColumnAudit, ObjectAudit } from './documents/audit.ts';
import { isPieces } from './expand-pieces.ts';
import type { NamedFields } from './field-names.ts';
import { fieldLabelFor, fieldNameFor, occupiedByObject, occupiedNames } from './field-names.ts';
import { fieldMappingOf, moneyMappingsOf, RECIPES, withoutCurrencyName } from './field-recipes.ts';
import type { Inference, InferredType } from './infer-type.ts';
import { declaredAs, inferDeclared, inferType } from './infer-type.ts';
import type { FieldMapping, ObjectMapping, RecordMapping } from './mapping-schema.ts';
import { NEW_OBJECT } from './new-object.ts';
import { occupiedByMapping, occupiedOnTarget } from './occupied-names.ts';
import { labelOf } from './plain-name.ts';

type SourceColumn = SourceProfile['objects'][string]['columns'][string];

/** Why a column became the field it became, in words without values. */
export interface InferredField {
  readonly object: string;
  readonly column: string;
  readonly field: string;
  /** Twenty's type. */
  readonly type: string;
  readonly evidence: string;
}

export interface Proposal {
  readonly fields: readonly FieldMapping[];
  readonly inferred: readonly InferredField[];
}

const DECLARED_WORDS: Readonly<Record<InferredType, string>> = {
  text: 'text',
  boolean: 'yes or no',
  integer: 'whole numbers',
  decimal: 'numbers',
  money: 'amounts of money',
  date: 'dates',
  datetime: 'dates with a time',
  email: 'e-mail addresses',
  url: 'web addresses',
  phone: 'phone numbers',
  option: 'a pick-list',
  'option-list': 'a pick-list of several values',
};

/** Declared types that say more than values can: an id of digits is no number, and long text no pick-list. */
const STAYS_TEXT: ReadonlySet<ColumnType> = new Set(['id', 'rich-text', 'reference', 'reference-list']);

/**
 * Fields of the workspace for the columns that nothing maps and that hold anything, in column order. A type is proposed only when the values bear
 * it (infer-type.ts), where the source's schema declares one as well; values that do not fit are kept as text by the mapping. A custom field of the same
 * name and type is used as it is. `mappings`: all that are known so far, those of other objects too, so that no two want one name. Pieces have no
 * columns of their own: nothing is proposed for them. Pure.
 */
export function proposeCustomFields(
  audit: ObjectAudit,
  mapping: RecordMapping,
  targetObject: NamedFields,
  profile: SourceProfile,
  mappings: readonly ObjectMapping[] = [],
): Proposal {
  if (isPieces(mapping)) return { fields: [], inferred: [] };
  const declared = profile.objects[mapping.object];
  const known = new Set([...columnsOf(mapping), ...(declared?.id ?? [])]);
  const names: Names = {
    taken: new Set([...occupiedByMapping(mapping), ...occupiedOnTarget(mapping.target, mappings)]),
    target: mapping.target,
    object: targetObject,
    occupied: occupiedByObject(targetObject),
  };
  const fields: FieldMapping[] = [];
  const inferred: InferredField[] = [];
  for (const column of audit.columns) {
    if (known.has(column.column) || column.mappedTo !== null || column.filled === 0) continue;
    const source = declared?.columns[column.column];
    const inference = inferenceOf(column, source);
    const proposed = fieldsFor(mapping.object, column.column, source, inference.type, names);
    fields.push(...proposed);
    const evidence = evidenceOf(column, inference, source);
    for (const { to, create } of proposed) {
      const type = create?.type ?? RECIPES[inference.type].type;
      inferred.push({ object: mapping.object, column: column.column, field: to, type, evidence });
    }
  }
  return { fields, inferred };
}

interface Names {
  readonly taken: Set<string>;
  readonly target: string;
  readonly object: NamedFields;
  readonly occupied: ReadonlySet<string>;
}

function fieldsFor(
  object: string,
  column: string,
  source: SourceColumn | undefined,
  type: InferredType,
  names: Names,
): FieldMapping[] {
  const to = takeName(column, RECIPES[type].type, names);
  const declaredLabel = labelOf(source?.label ?? '');
  const label = declaredLabel === '' ? fieldLabelFor(column) : declaredLabel;
  const field = { object, column, to, label };
  if (type === 'money' && source?.fromSchema === true)
    return moneyMappingsOf(field, takeName(withoutCurrencyName(to), 'NUMBER', names), null);
  return [fieldMappingOf({ ...field, type, options: source?.fromSchema ? source.options : undefined })];
}

function inferenceOf(
  { declaredType, evidence, filled }: ColumnAudit,
  source: SourceColumn | undefined,
): Inference {
  if (evidence === undefined || (declaredType !== null && STAYS_TEXT.has(declaredType)))
    return { type: 'text', fits: filled };
  if (source?.fromSchema === true) {
    const declared = inferDeclared(declaredAs(source.type), source.options ?? [], evidence);
    // A number of which every value names a currency is an amount of money.
    const amounts = source.type === 'decimal' && evidence.kinds.money === filled;
    return amounts ? { type: 'money', fits: filled } : declared;
  }
  const inference = inferType(evidence);
  const pickList = inference.type === 'option' || inference.type === 'option-list';
  // A column that the profile calls text is no pick-list because its values happen to repeat.
  return declaredType === 'text' && pickList ? { type: 'text', fits: filled } : inference;
}

function takeName(column: string, type: string, { taken, target, object, occupied }: Names): string {
  const wanted = fieldNameFor(column, type, taken, target);
  const there = object.fields.get(wanted);
  // An earlier migration, or a person, made the field for just this; the fields that Twenty gives every object are not meant.
  const name =
    there?.isCustom && there.type === type && !NEW_OBJECT.fields.has(wanted)
      ? wanted
      : fieldNameFor(column, type, new Set([...taken, ...occupied]), target);
  for (const one of occupiedNames(name, type)) taken.add(one);
  return name;
}

function evidenceOf(column: ColumnAudit, inference: Inference, source: SourceColumn | undefined): string {
  const seen = seenIn(column, inference, source?.fromSchema === true);
  if (source?.fromSchema !== true) return seen;
  const declared = declaredAs(source.type);
  if (declared === inference.type) return `the source declares ${DECLARED_WORDS[declared]}: ${seen}`;
  return `the source declares ${DECLARED_WORDS[declared]}, and the values do not bear it: ${seen}`;
}

function seenIn({ filled, evidence }: ColumnAudit, { type, fits }: Inference, declared: boolean): string {
  const n = (count: number) => count.toLocaleString('en-US');
  if (type === 'text' && declared) return `${n(filled)} non-empty values, taken as text`;
  if (type === 'text') {
    const why =
      evidence !== undefined && evidence.leadingZeros > 0 ? '; some are digits with leading zeros' : '';
    return `${n(filled)} non-empty values, of no one type${why}`;
  }
  if (type === 'option')
    return `${n(evidence?.values ?? 0)} different values in ${n(filled)} non-empty cells`;
  if (type === 'option-list') {
    return `${n(evidence?.items ?? 0)} different items in lists of ${n(filled)} non-empty cells`;
  }
  const rest = filled - fits;
  const kept = rest === 0 ? '' : `; ${n(rest)} ${rest === 1 ? 'is' : 'are'} kept as text`;
  const ambiguous =
    (type === 'date' || type === 'datetime') && evidence !== undefined && evidence.ambiguousDates > 0
      ? `; the profile's date order decides ${n(evidence.ambiguousDates)}`
      : '';
  const subject = rest === 0 ? `all ${n(filled)}` : `${n(fits)} of ${n(filled)}`;
  return `${subject} non-empty values are ${RECIPES[type].words}${kept}${ambiguous}`;
}
