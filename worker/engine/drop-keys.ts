import type { KeptText, TransformedRow } from '../mapping/compile.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import { valueAt, withoutPath } from './values.ts';

/** Takes unique values away from a record because another one keeps them; their text stays in the `keep` field. */
export function dropKeys(
  row: TransformedRow,
  mapping: RecordMapping,
  paths: readonly string[],
): TransformedRow {
  let values: Readonly<Record<string, unknown>> = row.values;
  const kept: KeptText[] = [...row.kept];
  for (const path of new Set(paths)) {
    const value = valueAt(values, path);
    if (typeof value !== 'string' || value === '') continue;
    values = withoutPath(values, path);
    const field = mapping.fields.find((candidate) => candidate.to === path.split('.')[0]);
    const columns = Object.values(field?.from ?? {});
    // The column whose text made the key: the one that carries it, else the first.
    const column =
      columns.find((name) => (row.row.fields[name] ?? '').toLowerCase().includes(value)) ??
      columns[0] ??
      path;
    kept.push({ column, text: (row.row.fields[column] ?? '').trim() || value, why: 'DUPLICATE_KEY' });
  }
  return { ...row, values, kept };
}
