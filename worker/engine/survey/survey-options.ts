import type { OptionMapping } from '../../mapping/mapping-schema.ts';
import { valueMapKey } from '../../mapping/value-map.ts';
import { eachRow } from '../snapshot-pages.ts';
import type { DefinedOption, OptionSurvey, SurveyContext } from './types.ts';

/**
 * The options that the source defines, in their own order: groups as they appear, within a group by the order column (rows without a number
 * last, as they stand). Rows without a name define nothing; the first row of a key counts.
 */
export async function surveyOptions(
  { ledger, snapshotId }: Pick<SurveyContext, 'ledger' | 'snapshotId'>,
  mapping: OptionMapping,
): Promise<OptionSurvey> {
  const options: (DefinedOption & { readonly groupOrder: number; readonly order: number })[] = [];
  const groups = new Map<string, number>();
  const keys = new Set<string>();
  let rows = 0;
  for await (const row of eachRow(ledger, snapshotId, mapping.object)) {
    rows += 1;
    const group = (row.fields[mapping.group] ?? '').trim();
    const name = (row.fields[mapping.name] ?? '').trim();
    const key = valueMapKey([group, name]);
    if (name === '' || keys.has(key)) continue;
    keys.add(key);
    const groupKey = valueMapKey([group]);
    if (!groups.has(groupKey)) groups.set(groupKey, groups.size);
    const position = (row.fields[mapping.order] ?? '').trim();
    const number = position === '' ? Number.NaN : Number(position.replace(',', '.'));
    const order = Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
    options.push({ row: row.row, key, group, name, groupOrder: groups.get(groupKey) ?? 0, order });
  }
  options.sort((a, b) => a.groupOrder - b.groupOrder || rank(a.order, b.order) || a.row - b.row);
  return {
    object: mapping.object,
    rows,
    options: options.map(({ row, key, group, name }) => ({ row, key, group, name })),
  };
}

function rank(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
