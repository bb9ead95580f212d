import type { SourceRow } from '../../domain/record.ts';
import { eachRow } from '../../engine/snapshot-pages.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { AuditReport, DistinctValue } from '../../mapping/documents/audit.ts';
import type { PlannedOption } from '../../mapping/documents/plan.ts';
import { rowsOf } from '../../mapping/expand-pieces.ts';
import type { ObjectMapping } from '../../mapping/mapping-schema.ts';
import { withSourceOptions } from '../../mapping/source-options.ts';
import type { ValueMap } from '../../mapping/value-map.ts';
import type { TargetSchema } from '../../twenty/target.ts';
import type { Questionnaire } from './questions.ts';
import { type PlannedMap, planGroupedOptions, planPickList } from './value-maps.ts';

export interface PlannedMaps {
  readonly valueMaps: Record<string, ValueMap>;
  /** Options that a field must have, by `<object>.<field>`. */
  readonly needed: ReadonlyMap<string, readonly PlannedOption[]>;
}

/** Every value map of the mapping, from the source's own definitions and from the values that the audit saw. */
export async function planValueMaps(input: {
  readonly audit: AuditReport;
  readonly mapping: readonly ObjectMapping[];
  readonly schema: TargetSchema;
  readonly ledger: Ledger;
  readonly snapshotId: string;
  readonly ask: Questionnaire;
}): Promise<PlannedMaps> {
  const { audit, mapping, schema, ask } = input;
  const valueMaps: Record<string, ValueMap> = {};
  const needed = new Map<string, readonly PlannedOption[]>();
  const distinct = (object: string, name: string): readonly DistinctValue[] =>
    audit.objects.find((candidate) => candidate.object === object)?.distinct[name] ?? [];
  const existing = (object: string, field: string) => [
    ...(schema.objects.get(object)?.fields.get(field)?.options ?? []),
    ...(needed.get(`${object}.${field}`) ?? []),
  ];
  const take = (name: string, where: string, planned: PlannedMap) => {
    valueMaps[name] = planned.map;
    // Several mappings may write one field (a task of a task, and of a call): it needs the options of them all.
    const before = needed.get(where) ?? [];
    const more = planned.options.filter(({ value }) => !before.some((option) => option.value === value));
    needed.set(where, [...before, ...more]);
  };

  for (const object of mapping) {
    if (object.kind !== 'option') continue;
    const rows: SourceRow[] = [];
    for await (const row of eachRow(input.ledger, input.snapshotId, object.object)) rows.push(row);
    const used = distinct(object.usedBy.object, object.valueMap);
    take(
      object.valueMap,
      `${object.target}.${object.field}`,
      planGroupedOptions(object, rows, used, existing(object.target, object.field), ask),
    );
  }
  for (const object of mapping) {
    if (object.kind !== 'record') continue;
    for (const field of object.fields) {
      if (field.valueMap === undefined || valueMaps[field.valueMap] !== undefined) continue;
      const used = withSourceOptions(field.sourceOptions ?? [], distinct(rowsOf(object), field.valueMap));
      take(
        field.valueMap,
        `${object.target}.${field.to}`,
        planPickList(field.valueMap, field, used, existing(object.target, field.to), ask),
      );
    }
  }
  return { valueMaps, needed };
}
