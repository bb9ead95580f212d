import type { ColumnType, SourceProfile } from '../domain/source-profile.ts';
import { columnsOf } from './check-mapping.ts';
import type { ColumnAudit, ObjectAudit } from './documents/audit.ts';
import type { NamedFields } from './field-names.ts';
import { fieldLabelFor, fieldNameFor, occupiedByObject, occupiedNames } from './field-names.ts';
import type { Inference, InferredType } from './infer-type.ts';
import { inferType } from './infer-type.ts';
import type { CreateField, FieldMapping, RecordMapping } from './mapping-schema.ts';

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

interface Recipe {
  readonly type: CreateField['type'];
  readonly transform: string;
  readonly role: string;
  readonly icon: string;
  /** What the values are, after "n of m non-empty values are". */
  readonly words: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const RECIPES: Readonly<Record<InferredType, Recipe>> = {
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

/** Declared types that say more than values can: an id of digits is no number, and long text no pick-list. */
const STAYS_TEXT: ReadonlySet<ColumnType> = new Set(['id', 'rich-text', 'reference', 'reference-list']);

/** Name of the value map of a proposed pick-list; also the key in `ObjectAudit.distinct`. */
export function proposedMapName(object: string, column: string): string {
  return `${object}.${column}`;
}

/**
 * Fields of the workspace for the columns that nothing maps and that hold anything, in column order. A type is proposed only when the values bear
 * it (infer-type.ts); values that do not fit are kept as text by the mapping. A custom field of the same name and type is used as it is. Pure.
 */
export function proposeCustomFields(
  audit: ObjectAudit,
  mapping: RecordMapping,
  targetObject: NamedFields,
  profile: SourceProfile,
): Proposal {
  const known = new Set([...columnsOf(mapping), ...(profile.objects[mapping.object]?.id ?? [])]);
  const taken = occupiedByMapping(mapping);
  const onObject = occupiedByObject(targetObject);
  const fields: FieldMapping[] = [];
  const inferred: InferredField[] = [];
  for (const column of audit.columns) {
    if (known.has(column.column) || column.filled === 0) continue;
    const inference = inferenceOf(column);
    const recipe = RECIPES[inference.type];
    const to = nameOf(column.column, recipe.type, taken, onObject, targetObject);
    for (const name of occupiedNames(to, recipe.type)) taken.add(name);
    fields.push(fieldOf(mapping, column.column, to, inference.type));
    inferred.push({
      object: mapping.object,
      column: column.column,
      field: to,
      type: recipe.type,
      evidence: evidenceOf(column, inference),
    });
  }
  return { fields, inferred };
}

function inferenceOf({ declaredType, evidence, filled }: ColumnAudit): Inference {
  if (evidence === undefined || (declaredType !== null && STAYS_TEXT.has(declaredType)))
    return { type: 'text', fits: filled };
  const inference = inferType(evidence);
  const pickList = inference.type === 'option' || inference.type === 'option-list';
  // A column that the profile calls text is no pick-list because its values happen to repeat.
  return declaredType === 'text' && pickList ? { type: 'text', fits: filled } : inference;
}

function nameOf(
  column: string,
  type: string,
  taken: ReadonlySet<string>,
  onObject: ReadonlySet<string>,
  object: NamedFields,
): string {
  const wanted = fieldNameFor(column, type, taken);
  const there = object.fields.get(wanted);
  // An earlier migration, or a person, made the field for just this.
  if (there?.isCustom && there.type === type) return wanted;
  return fieldNameFor(column, type, new Set([...taken, ...onObject]));
}

function fieldOf(mapping: RecordMapping, column: string, to: string, inferred: InferredType): FieldMapping {
  const { type, transform, role, icon, settings } = RECIPES[inferred];
  const map =
    inferred === 'option' || inferred === 'option-list' ? proposedMapName(mapping.object, column) : null;
  return {
    to,
    transform,
    from: { [role]: column },
    options: map === null ? {} : { map },
    unconvertible: 'keep',
    required: false,
    create: {
      type,
      label: fieldLabelFor(column),
      description: `Column ${column} of ${mapping.object} in the source.`,
      icon,
      unique: false,
      ...(settings === undefined ? {} : { settings }),
    },
    ...(map === null ? {} : { valueMap: map }),
  };
}

function occupiedByMapping(mapping: RecordMapping): Set<string> {
  const { identity, keep, times, author, file } = mapping;
  return new Set([
    ...mapping.fields.flatMap(({ to, create }) => occupiedNames(to, create?.type ?? 'TEXT')),
    ...mapping.references.flatMap(({ to }) => occupiedNames(to, 'RELATION')),
    ...mapping.morph.flatMap(({ to }) =>
      Object.values(to).flatMap((name) => occupiedNames(name, 'RELATION')),
    ),
    ...[identity, keep, times.keepCreated, times.keepModified, author?.keep, file?.to, file?.elsewhere]
      .filter((name) => name !== undefined)
      .map((name) => name.toLowerCase()),
  ]);
}

function evidenceOf({ filled, evidence }: ColumnAudit, { type, fits }: Inference): string {
  const n = (count: number) => count.toLocaleString('en-US');
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
