import type { DeadLetterReason } from '../domain/dead-letter.ts';
import { objectNamed } from '../domain/object-named.ts';
import type { SourceRow } from '../domain/record.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import { fileFailure } from './file-failure.ts';
import type { FieldMapping, MorphReference, ObjectMapping, RecordMapping } from './mapping-schema.ts';
import { transforms } from './transforms/registry.ts';
import type { TransformContext, UnconvertedReason } from './transforms/transform.ts';
import type { ValueMap } from './value-map.ts';
import { valueMapKey } from './value-map.ts';

/** What a source row becomes, before its references are resolved. Values are Twenty input values by field name. */
export interface TransformedRow {
  readonly row: SourceRow;
  readonly values: Readonly<Record<string, unknown>>;
  /** Original times, as Twenty takes them; `modified` is `created` where the source has none. */
  readonly times: { readonly created: string | null; readonly modified: string | null };
  /** References with a source id; empty ones are left out. */
  readonly references: readonly TransformedReference[];
  /** Original text of what could not be converted, by column. */
  readonly kept: readonly KeptText[];
  /** Set when the record must not be loaded. */
  readonly failure: DeadLetterReason | null;
}

export interface TransformedReference {
  /** Relation field. */
  readonly to: string;
  readonly column: string;
  readonly object: string;
  readonly sourceId: string;
  readonly missing: 'keep' | 'dead-letter';
}

export interface KeptText {
  readonly column: string;
  readonly text: string;
  readonly why: KeptReason;
}

/** Why a text was kept: it did not convert, its reference leads nowhere, another record owns the key, or a match had another value. */
export type KeptReason =
  | UnconvertedReason
  | 'DANGLING_REFERENCE'
  | 'ORPHAN_OWNER'
  | 'DUPLICATE_KEY'
  | 'MERGED_VALUE'
  | 'BROKEN_PARENT';

/** Data that transforms look into: value maps of the plan and rows of small source objects by their id parts. */
export interface MappingData {
  readonly profile: SourceProfile;
  readonly valueMaps: Readonly<Record<string, ValueMap>>;
  /** Source object -> key of its id parts (value-map.ts) -> fields. */
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, string>>>>;
}

/** The context that transforms see, made once per run. */
export function transformContext(data: MappingData): TransformContext {
  const { profile } = data;
  return {
    timeZone: profile.timeZone,
    dateOrder: profile.dateOrder,
    decimalSeparator: profile.decimalSeparator,
    listSeparator: profile.listSeparator,
    defaultCountry: profile.defaultCountry,
    defaultCurrency: profile.defaultCurrency,
    valueMap: (name, source) => {
      const map = data.valueMaps[name];
      return map !== undefined && Object.hasOwn(map, source) ? map[source] : undefined;
    },
    lookup: (table, key, column) => data.tables.get(table)?.get(valueMapKey(key))?.[column],
    objectNamed: (text) => objectNamed(profile, text),
  };
}

/** Source objects that these mappings look into: their transforms (`options.table`), and the names of authors. */
export function lookupTables(mapping: readonly ObjectMapping[]): Set<string> {
  const tables = new Set<string>();
  for (const object of mapping) {
    if (object.kind !== 'record') continue;
    if (object.author !== undefined) tables.add(object.author.object);
    for (const field of [...object.fields, ...(object.pieces?.where ?? [])]) {
      const table = field.options['table'];
      if (typeof table === 'string') tables.add(table);
    }
  }
  return tables;
}

/** Twenty fields of a record mapping that the product writes: mapped fields, identity, keep and times. For selections and base images. */
export function writtenFields(mapping: RecordMapping): string[] {
  const fields = new Set<string>(
    [
      ...mapping.fields.map((field) => field.to),
      ...mapping.references.map((reference) => reference.to),
      ...mapping.morph.flatMap(({ to }) => Object.values(to)),
      mapping.identity,
      mapping.keep,
      mapping.times.keepCreated,
      mapping.times.keepModified,
      mapping.author?.keep,
      mapping.file?.to,
      mapping.file?.elsewhere,
      'createdAt',
      'updatedAt',
      'createdBy',
    ].filter((field) => field !== undefined),
  );
  return [...fields];
}

/**
 * Applies the mapping to one row. Total: whatever stands in the row, the result accounts for every non-empty mapped cell as a value, a
 * reference, a kept text or a failure.
 */
export function transformRow(
  mapping: RecordMapping,
  row: SourceRow,
  context: TransformContext,
): TransformedRow {
  const values: Record<string, unknown> = {};
  const kept: KeptText[] = [];
  let failure: DeadLetterReason | null = null;
  const fail = (field: FieldMapping, code: 'UNCONVERTIBLE' | 'REQUIRED_MISSING', columns: string) => {
    failure ??= {
      code,
      field: field.to,
      todo:
        code === 'UNCONVERTIBLE'
          ? `Correct the column ${columns} and retry with --from, or decide on the value in decisions.yaml and plan again.`
          : `Give the column ${columns} a value and retry with --from.`,
    };
  };

  for (const field of mapping.fields) {
    const input: Record<string, string | undefined> = {};
    for (const [role, column] of Object.entries(field.from)) input[role] = row.fields[column];
    const result = transforms[field.transform]?.apply(input, field.options, context);
    if (result === undefined) continue;
    const columns = Object.values(field.from).join(', ');
    if (result.kind === 'value') values[field.to] = result.value;
    if (result.kind === 'empty' && field.required) fail(field, 'REQUIRED_MISSING', columns);
    if (result.kind === 'empty') continue;
    const unconverted = result.kept ?? [];
    if (unconverted.length > 0 && field.unconvertible === 'dead-letter')
      fail(field, 'UNCONVERTIBLE', columns);
    for (const part of unconverted) {
      kept.push({ column: field.from[part.role] ?? part.role, text: part.text, why: part.why });
    }
  }

  const { times } = mapping;
  const created = readTime(times.created, row, context, kept);
  const modified = readTime(times.modified, row, context, kept);
  if (created !== null && times.keepCreated !== undefined) values[times.keepCreated] = created;
  if (modified !== null && times.keepModified !== undefined) values[times.keepModified] = modified;

  const references = referencesOf(mapping, row, context);
  for (const morph of mapping.morph) {
    const target = morphTarget(morph, row, context);
    if (target.kind !== 'unknown') continue;
    if (morph.missing === 'keep')
      kept.push({ column: morph.objectFrom, text: target.text, why: 'DANGLING_REFERENCE' });
    else failure ??= parentUnknown(morph);
  }
  failure ??= fileFailure(mapping, row);
  return { row, values, times: { created, modified: modified ?? created }, references, kept, failure };
}

/** The references of a row that carry an id, in the order of the mapping. Pure; needs of the context only the names of objects. */
export function referencesOf(
  mapping: RecordMapping,
  row: SourceRow,
  context: Pick<TransformContext, 'objectNamed'>,
): TransformedReference[] {
  const plain = mapping.references.flatMap(({ to, from, object, missing }): TransformedReference[] => {
    const sourceId = (row.fields[from] ?? '').trim();
    return sourceId === '' ? [] : [{ to, column: from, object, sourceId, missing }];
  });
  const morph = mapping.morph.flatMap((one): TransformedReference[] => {
    const target = morphTarget(one, row, context);
    return target.kind === 'reference' ? [target.reference] : [];
  });
  return [...plain, ...morph];
}

type MorphTarget =
  | { readonly kind: 'reference'; readonly reference: TransformedReference }
  | { readonly kind: 'unknown'; readonly text: string }
  | { readonly kind: 'none' };

/** The relation that a morph reference of a row means. Without an id, or with an object that has no relation field here, there is none. */
function morphTarget(
  morph: MorphReference,
  row: SourceRow,
  context: Pick<TransformContext, 'objectNamed'>,
): MorphTarget {
  const named = (row.fields[morph.objectFrom] ?? '').trim();
  const sourceId = (row.fields[morph.from] ?? '').trim();
  if (named === '' && sourceId === '')
    return morph.missing === 'keep' ? { kind: 'none' } : { kind: 'unknown', text: '' };
  const object = context.objectNamed(named);
  const to = object === null ? undefined : morph.to[object];
  if (object === null || to === undefined || sourceId === '')
    return { kind: 'unknown', text: `${named} ${sourceId}`.trim() };
  return {
    kind: 'reference',
    reference: { to, column: morph.from, object, sourceId, missing: morph.missing },
  };
}

function parentUnknown({ objectFrom, from }: MorphReference): DeadLetterReason {
  return {
    code: 'REFERENCE_FAILED',
    field: objectFrom,
    todo: `Name an object that is migrated in ${objectFrom} and its id in ${from}, then retry with --from.`,
  };
}

function readTime(
  column: string | undefined,
  row: SourceRow,
  context: TransformContext,
  kept: KeptText[],
): string | null {
  if (column === undefined) return null;
  const result = transforms.datetime.apply({ value: row.fields[column] }, {}, context);
  if (result.kind === 'value' && typeof result.value === 'string') return result.value;
  for (const part of result.kind === 'empty' ? [] : (result.kept ?? []))
    kept.push({ column, text: part.text, why: part.why });
  return null;
}

/** The lines of the `keep` field: `column: text`, one each, in column order as they came. Null when nothing was kept. */
export function keptText(kept: readonly KeptText[]): string | null {
  if (kept.length === 0) return null;
  // Two entries may read one column (an amount, a stage looked up twice): its text is kept once.
  return [...new Set(kept.map((part) => `${part.column}: ${part.text}`))].join('\n');
}
