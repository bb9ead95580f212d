import type { SourceRow } from '../../domain/record.ts';
import type { RowToBuild } from '../build-records.ts';
import type { LoadTarget } from '../load-run.ts';

/**
 * Source columns behind each key that we write (join columns for relations), in the order of the mapping: what a report shows as the source of a field,
 * and what coverage is counted by. The `keep` field has none of its own.
 */
export function columnsByKey(
  { mapping, object }: LoadTarget,
  idColumns: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const columns = new Map<string, readonly string[]>();
  for (const field of mapping.fields) columns.set(field.to, [...new Set(Object.values(field.from))]);
  for (const { to, from } of mapping.references)
    columns.set(object.fields.get(to)?.relation?.joinColumn ?? `${to}Id`, [from]);
  const { times, author } = mapping;
  const created = one(times.created);
  const modified = times.modified === undefined ? created : [times.modified];
  for (const { from, objectFrom, to } of mapping.morph) {
    for (const field of Object.values(to))
      columns.set(object.fields.get(field)?.relation?.joinColumn ?? `${field}Id`, [objectFrom, from]);
  }
  if (mapping.file !== undefined) {
    columns.set(mapping.file.to, [mapping.file.path, mapping.file.name]);
    columns.set(mapping.file.elsewhere, [mapping.file.path]);
  }
  if (times.keepCreated !== undefined) columns.set(times.keepCreated, created);
  if (times.keepModified !== undefined) columns.set(times.keepModified, one(times.modified));
  if (author !== undefined) columns.set(author.keep, [author.from]);
  columns.set(mapping.identity, idColumns);
  if (mapping.keep !== undefined) columns.set(mapping.keep, []);
  columns.set('createdAt', created);
  columns.set('updatedAt', modified);
  columns.set('createdBy', one(author?.from));
  return columns;
}

/** Raw cells of these columns: of the row, or where it is empty of a row that was merged into it. */
export function cellsOf(
  { row, merged }: Pick<RowToBuild, 'row' | 'merged'>,
  columns: readonly string[],
): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, cellOf([row, ...merged], column)]));
}

function cellOf(rows: readonly SourceRow[], column: string): string {
  const texts = rows.map((row) => row.fields[column] ?? '');
  return texts.find((text) => text.trim() !== '') ?? texts[0] ?? '';
}

function one(column: string | undefined): string[] {
  return column === undefined ? [] : [column];
}
