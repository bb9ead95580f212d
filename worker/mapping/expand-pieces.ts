import type { SourceRow } from '../domain/record.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import type { Condition, ObjectMapping, RecordMapping } from './mapping-schema.ts';
import { cleanText, oneLine } from './transforms/clean-text.ts';
import { splitList } from './transforms/list.ts';
import { transforms } from './transforms/registry.ts';
import type { TransformContext } from './transforms/transform.ts';
import { normaliseOption } from './value-map.ts';

/** Columns that a piece has beside those of its row: the object and the id that it is made for. */
export const PIECE_COLUMNS = { object: '$object', id: '$id' } as const;

/** Pieces of one row are numbered from row * STRIDE: more than any cell of a readable row can hold, and exact up to 2^33 rows. */
const STRIDE = 2 ** 20;

export type PieceMapping = RecordMapping & { readonly pieces: NonNullable<RecordMapping['pieces']> };

export function isPieces(mapping: ObjectMapping): mapping is PieceMapping {
  return mapping.kind === 'record' && mapping.pieces !== undefined;
}

/** The source object whose rows a mapping reads. */
export function rowsOf(mapping: ObjectMapping): string {
  return isPieces(mapping) ? mapping.pieces.of : mapping.object;
}

/** The same by name, among these mappings; an object that none of them is about stands for itself. */
export function rowsOfObjects(mappings: readonly ObjectMapping[]): (object: string) => string {
  const of = new Map(mappings.map((mapping) => [mapping.object, rowsOf(mapping)]));
  return (object) => of.get(object) ?? object;
}

/** The number of the source row behind a row of the mapping. */
export function sourceRowNumber(mapping: ObjectMapping, row: number): number {
  return isPieces(mapping) ? Math.floor(row / STRIDE) : row;
}

/** What expanding needs to know: a subset of the plan. */
export interface PieceContext {
  readonly profile: Pick<SourceProfile, 'objects' | 'listSeparator'>;
  readonly transformContext: TransformContext;
}

/**
 * The pieces of one source row, in a fixed order and with fixed numbers: the same row and plan give the same pieces. A row that is broken or has no id has
 * none. An id that stands in a cell twice makes one piece. Pure.
 */
export function expandPieces(mapping: PieceMapping, row: SourceRow, context: PieceContext): SourceRow[] {
  const { pieces } = mapping;
  if (row.sourceId === '' || row.defects.some(({ blocking }) => blocking)) return [];
  if (!pieces.where.every((condition) => holds(condition, row, context.transformContext))) return [];
  const base = { object: mapping.object, defects: [] };
  if (pieces.each === undefined) {
    const piece = { of: row.sourceId, element: '' };
    return [{ ...base, row: row.row * STRIDE, sourceId: row.sourceId, fields: row.fields, piece }];
  }
  const elements = new Map<string, { readonly object: string; readonly id: string }>();
  for (const { from, object } of pieces.each) {
    for (const id of idsIn(row, from, pieces.of, context)) elements.set(`${object}/${id}`, { object, id });
  }
  return [...elements].map(([element, { object, id }], n) => ({
    ...base,
    row: row.row * STRIDE + n,
    sourceId: `${row.sourceId}/${element}`,
    fields: { ...row.fields, [PIECE_COLUMNS.object]: object, [PIECE_COLUMNS.id]: id },
    piece: { of: row.sourceId, element },
  }));
}

function idsIn(row: SourceRow, column: string, object: string, { profile }: PieceContext): string[] {
  const cell = cleanText(row.fields[column] ?? '');
  const isList = profile.objects[object]?.columns[column]?.type === 'reference-list';
  const ids = isList ? splitList(cell, [profile.listSeparator]) : [cell];
  return ids.map(oneLine).filter((id) => id !== '');
}

function holds(
  { transform, from, options, in: wanted }: Condition,
  row: SourceRow,
  context: TransformContext,
): boolean {
  const input: Record<string, string | undefined> = {};
  for (const [role, column] of Object.entries(from)) input[role] = row.fields[column];
  const result = transforms[transform]?.apply(input, options, context);
  if (result?.kind !== 'value') return false;
  if (wanted === undefined) return true;
  return wanted.some((text) => normaliseOption(text) === normaliseOption(String(result.value)));
}
