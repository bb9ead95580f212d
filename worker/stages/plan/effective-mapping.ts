import { FILE_COLUMNS } from '../../domain/record.ts';
import type { SourceProfile } from '../../domain/source-profile.ts';
import { columnsOf } from '../../mapping/check-mapping.ts';
import type { AuditReport } from '../../mapping/documents/audit.ts';
import type { ForeseenPlan } from '../../mapping/documents/plan.ts';
import type { NamedFields } from '../../mapping/field-names.ts';
import { mappedColumns } from '../../mapping/mapped-columns.ts';
import type { ObjectMapping } from '../../mapping/mapping-schema.ts';
import { proposeCustomFields } from '../../mapping/propose-custom-fields.ts';
import type { TargetSchema } from '../../twenty/target.ts';
import { objectsToMake } from './objects-to-make.ts';

export interface EffectiveMapping {
  readonly mapping: readonly ObjectMapping[];
  readonly inferred: ForeseenPlan['inferred'];
  readonly unmapped: ForeseenPlan['unmapped'];
}

/** The mappings with a field for every custom column that holds anything; what stays unmapped is listed with the reason. */
export function withCustomFields(
  audit: AuditReport,
  mappings: readonly ObjectMapping[],
  schema: TargetSchema,
  profile: SourceProfile,
): EffectiveMapping {
  const inferred: ForeseenPlan['inferred'][number][] = [];
  const unmapped: ForeseenPlan['unmapped'][number][] = [];
  const made = objectsToMake(schema, mappings);
  const mapping: ObjectMapping[] = [];
  for (const [at, object] of mappings.entries()) {
    const audited = audit.objects.find((candidate) => candidate.object === object.object);
    const target = schema.objects.get(object.target) ?? made.get(object.target)?.object;
    // What other mappings put on the same Twenty object is there by then: the same name and type is shared, another type takes another name.
    const others = [...mapping, ...mappings.slice(at + 1)].filter((other) => other.target === object.target);
    const carried = mappedColumns(object.object, mappings, profile.objects[object.object]?.id ?? []);
    const extended =
      audited === undefined || target === undefined
        ? object
        : extend(object, uncarried(audited, carried), withFieldsOf(target, others), profile, inferred);
    const known = new Set([...columnsOf(extended), ...carried.keys(), ...Object.values(FILE_COLUMNS)]);
    for (const { column, filled } of audited?.columns ?? []) {
      const ignored = extended.kind === 'record' ? extended.ignore[column] : undefined;
      if (ignored !== undefined) unmapped.push({ object: object.object, column, reason: ignored });
      else if (!known.has(column))
        unmapped.push({ object: object.object, column, reason: reasonFor(extended, filled) });
    }
    mapping.push(extended);
  }
  return { mapping, inferred, unmapped };
}

function extend(
  object: ObjectMapping,
  audited: AuditReport['objects'][number],
  target: NamedFields,
  profile: SourceProfile,
  inferred: ForeseenPlan['inferred'][number][],
): ObjectMapping {
  if (object.kind !== 'record') return object;
  const proposal = proposeCustomFields(audited, object, target, profile);
  inferred.push(...proposal.inferred);
  return { ...object, fields: [...object.fields, ...proposal.fields] };
}

/** Without the columns that other mappings read, such as those of pieces: they need no field here. */
function uncarried(
  audited: AuditReport['objects'][number],
  carried: ReadonlyMap<string, string>,
): AuditReport['objects'][number] {
  return { ...audited, columns: audited.columns.filter(({ column }) => !carried.has(column)) };
}

function withFieldsOf(target: NamedFields, others: readonly ObjectMapping[]): NamedFields {
  const fields = new Map(target.fields);
  for (const other of others) {
    if (other.kind !== 'record') continue;
    for (const { to, create } of other.fields)
      if (create !== undefined && !fields.has(to))
        fields.set(to, { name: to, type: create.type, isCustom: true, relation: null });
  }
  return { fields };
}

function reasonFor(object: ObjectMapping, filled: number): string {
  if (filled === 0) return 'The column is empty in every row.';
  if (object.kind === 'member')
    return 'Owners are matched to workspace members; their other columns stay in the snapshot.';
  if (object.kind === 'option') return 'Read by the mappings that look into it, or of no use for an option.';
  return 'No mapping reads it.';
}

/**
 * Without the pick-lists that no value of the source would ever fill: Twenty makes no SELECT without options, and there is nothing to write into it.
 */
export function withoutEmptySelects(
  mappings: readonly ObjectMapping[],
  schema: TargetSchema,
  needed: ReadonlyMap<string, readonly unknown[]>,
): ObjectMapping[] {
  return mappings.map((mapping) => {
    if (mapping.kind !== 'record') return mapping;
    const fields = mapping.fields.filter(({ to, create }) => {
      const isSelect = create?.type === 'SELECT' || create?.type === 'MULTI_SELECT';
      const isThere = schema.objects.get(mapping.target)?.fields.has(to) === true;
      return !isSelect || isThere || (needed.get(`${mapping.target}.${to}`)?.length ?? 0) > 0;
    });
    return { ...mapping, fields };
  });
}
