import { canonicalJson } from '../domain/canonical.ts';
import type { KeptText, TransformedRow } from '../mapping/compile.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import { isEmptyValue } from './values.ts';

/**
 * Merges source records that a person decided are one: the first row wins, later rows fill what it leaves empty, and what they say otherwise is kept as
 * text, so that nothing is lost.
 */
export function mergeRows(
  mapping: RecordMapping,
  first: TransformedRow,
  others: readonly TransformedRow[],
): TransformedRow {
  if (others.length === 0) return first;
  const values: Record<string, unknown> = { ...first.values };
  const references = [...first.references];
  const kept: KeptText[] = [...first.kept];
  for (const other of others) {
    for (const field of mapping.fields) {
      const theirs = other.values[field.to];
      if (theirs === undefined || isEmptyValue(theirs)) continue;
      const ours = values[field.to];
      if (ours === undefined || isEmptyValue(ours)) values[field.to] = theirs;
      else if (canonicalJson(toJson(ours)) !== canonicalJson(toJson(theirs)))
        kept.push(...originals(field.from, other));
    }
    for (const reference of other.references) {
      const ours = references.find((candidate) => candidate.to === reference.to);
      if (ours === undefined) references.push(reference);
      else if (ours.sourceId !== reference.sourceId) {
        kept.push({ column: reference.column, text: reference.sourceId, why: 'MERGED_VALUE' });
      }
    }
    kept.push(...other.kept);
  }
  return { ...first, values, references, kept };
}

function originals(from: Readonly<Record<string, string>>, row: TransformedRow): KeptText[] {
  return Object.values(from)
    .map((column) => ({ column, text: (row.row.fields[column] ?? '').trim(), why: 'MERGED_VALUE' as const }))
    .filter((part) => part.text !== '');
}

function toJson(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}
