import { isPieces, type PieceMapping } from './expand-pieces.ts';
import type { ObjectMapping } from './mapping-schema.ts';

/**
 * Where each column of a source object goes: Twenty field (with its object when another source object carries it there). Columns left behind on purpose
 * and columns that nothing reads are not in the map. `idColumns` are those of the profile.
 */
export function mappedColumns(
  object: string,
  mappings: readonly ObjectMapping[],
  idColumns: readonly string[],
): Map<string, string> {
  const to = new Map<string, string>();
  const put = (column: string | undefined, field: string | undefined) => {
    if (column !== undefined && field !== undefined && !to.has(column)) to.set(column, field);
  };
  const mapping = mappings.find((candidate) => candidate.object === object);
  if (mapping?.kind === 'record') {
    for (const { from, to: field } of mapping.fields)
      for (const column of Object.values(from)) put(column, field);
    for (const { from, to: field } of mapping.references) put(from, field);
    for (const { from, objectFrom, to: fields } of mapping.morph) {
      put(objectFrom, Object.values(fields).join(', '));
      put(from, Object.values(fields).join(', '));
    }
    put(mapping.file?.path, mapping.file?.to);
    put(mapping.times.created, mapping.times.keepCreated ?? 'createdAt');
    put(mapping.times.modified, mapping.times.keepModified ?? 'updatedAt');
    put(mapping.author?.from, mapping.author?.keep);
    for (const column of idColumns) put(column, mapping.identity);
  }
  if (mapping?.kind === 'member') {
    put(mapping.email, mapping.path);
    for (const column of mapping.name) put(column, 'name');
    for (const column of idColumns) put(column, 'id');
  }
  if (mapping?.kind === 'option') {
    for (const column of [mapping.name, mapping.group, mapping.order]) put(column, mapping.field);
  }
  for (const other of mappings) {
    if (other.kind !== 'record') continue;
    if (isPieces(other) && other.pieces.of === object)
      for (const [column, field] of columnsOfPieces(other)) put(column, `${other.target}.${field}`);
    for (const { to: field, options } of other.fields) {
      if (options.table === object && typeof options.column === 'string')
        put(options.column, `${other.target}.${field}`);
    }
  }
  return to;
}

/** Columns of an object that pieces made of its rows carry, with the fields that show them (`noteTarget.targetPerson`). */
export function columnsInPieces(
  object: string,
  mappings: readonly ObjectMapping[],
): ReadonlyMap<string, readonly string[]> {
  const columns = new Map<string, string[]>();
  for (const mapping of mappings) {
    if (!isPieces(mapping) || mapping.pieces.of !== object) continue;
    for (const [column, field] of columnsOfPieces(mapping))
      columns.set(column, [...(columns.get(column) ?? []), `${mapping.target}.${field}`]);
  }
  return columns;
}

/** Columns of the source row that a mapping of pieces carries, with the field that shows it. */
function columnsOfPieces(mapping: PieceMapping): [column: string, field: string][] {
  return [
    ...(mapping.pieces.each ?? []).map(({ from, object }): [string, string] => [
      from,
      mapping.morph.find(({ to }) => to[object] !== undefined)?.to[object] ?? mapping.target,
    ]),
    ...mapping.fields.flatMap(({ from, to }) =>
      Object.values(from).map((column): [string, string] => [column, to]),
    ),
  ];
}
