import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import type { OptionCheck } from '../../mapping/documents/reconciliation.ts';
import type { TargetSchema } from '../../twenty/target.ts';

/** Options that the plan makes, or that its value maps lead to, are in Twenty; those that it makes stand in the planned order. */
export function checkOptions(decided: DecidedPlan, schema: TargetSchema): OptionCheck[] {
  const checks: OptionCheck[] = [];
  for (const [key, planned] of plannedOptions(decided)) {
    const [targetObject = '', field = ''] = key.split('.');
    const options = schema.objects.get(targetObject)?.fields.get(field)?.options ?? [];
    const there = [...options].sort((a, b) => a.position - b.position).map(({ value }) => value);
    const made = new Set(planned.made);
    const found = there.filter((value) => made.has(value));
    const missing = [...new Set([...planned.made, ...planned.used])].filter(
      (value) => !there.includes(value),
    );
    const inOrder = planned.made
      .filter((value) => there.includes(value))
      .every((value, at) => value === found[at]);
    checks.push({ targetObject, field, planned: planned.made, found, missing, inOrder });
  }
  return checks;
}

function plannedOptions(
  decided: DecidedPlan,
): Map<string, { readonly made: string[]; readonly used: string[] }> {
  const planned = new Map<string, { made: string[]; used: string[] }>();
  const of = (object: string, field: string) => {
    const entry = planned.get(`${object}.${field}`) ?? { made: [], used: [] };
    planned.set(`${object}.${field}`, entry);
    return entry;
  };
  for (const change of decided.schema) {
    if (change.kind === 'options')
      of(change.object, change.field).made.push(...change.options.map(({ value }) => value));
    if (change.kind === 'field' && change.options !== null)
      of(change.object, change.name).made.push(...change.options.map(({ value }) => value));
  }
  for (const mapping of decided.mapping) {
    if (mapping.kind !== 'record') continue;
    for (const { to, valueMap } of mapping.fields) {
      if (valueMap === undefined) continue;
      const targets = Object.values(decided.valueMaps[valueMap] ?? {}).filter((value) => value !== null);
      of(mapping.target, to).used.push(...new Set(targets));
    }
  }
  return planned;
}
