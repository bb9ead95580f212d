import type { SourceObjectProfile, SourceProfile } from '../domain/source-profile.ts';
import { checkEntry } from './check-entry.ts';
import { isPieces, PIECE_COLUMNS, type PieceMapping, rowsOf } from './expand-pieces.ts';
import type { ObjectMapping, RecordMapping } from './mapping-schema.ts';

export interface MappingProblem {
  readonly where: string;
  readonly what: string;
}

/**
 * What a schema cannot see: that the columns exist in the profile, that references point to objects that come before, that transforms exist and
 * get the roles and options they need. Pure; an empty list means consistent.
 */
export function checkMapping(profile: SourceProfile, objects: readonly ObjectMapping[]): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const before = new Map<string, ObjectMapping>();
  for (const mapping of objects) {
    const where = `${mapping.object}.mapping.yaml`;
    const declared = profile.objects[rowsOf(mapping)];
    if (declared === undefined)
      problems.push({ where, what: `the profile has no object "${rowsOf(mapping)}"` });
    else problems.push(...missingColumns(mapping, declared).map((what) => ({ where, what })));
    if (isPieces(mapping))
      problems.push(...checkPieces(mapping, profile, before).map((what) => ({ where, what })));
    if (declared !== undefined && mapping.kind === 'record')
      problems.push(...checkRecord(mapping, before).map((what) => ({ where, what })));
    before.set(mapping.object, mapping);
  }
  return problems;
}

type Before = ReadonlyMap<string, ObjectMapping>;

function missingColumns(mapping: ObjectMapping, declared: SourceObjectProfile): string[] {
  const ofPieces: readonly string[] =
    isPieces(mapping) && mapping.pieces.each !== undefined ? Object.values(PIECE_COLUMNS) : [];
  return columnsOf(mapping)
    .filter((column) => declared.columns[column] === undefined && !ofPieces.includes(column))
    .map((column) => `the profile has no column "${column}" in "${rowsOf(mapping)}"`);
}

function checkPieces(mapping: PieceMapping, profile: SourceProfile, before: Before): string[] {
  const problems: string[] = [];
  const { of, each = [], where } = mapping.pieces;
  if (profile.objects[mapping.object] !== undefined)
    problems.push(`"${mapping.object}" is an object of the profile: pieces need a name of their own`);
  const owner = before.get(of);
  if (owner === undefined || isPieces(owner))
    problems.push(
      `it is made of "${of}", which has no mapping of its own that comes before it in the load order`,
    );
  for (const [index, condition] of where.entries())
    problems.push(...checkEntry(`condition ${index + 1}`, condition));
  const made = mapping.morph.filter(({ objectFrom }) => objectFrom === PIECE_COLUMNS.object);
  for (const { object } of each) {
    if (!before.has(object))
      problems.push(
        `it has a piece for each of "${object}", which does not come before it in the load order`,
      );
    if (made.length > 0 && made.every(({ to }) => to[object] === undefined))
      problems.push(`it has a piece for each of "${object}", for which no relation field is named`);
  }
  return problems;
}

function checkRecord(mapping: RecordMapping, before: Before): string[] {
  const problems: string[] = [];
  const written = [
    ...mapping.fields.map(({ to }) => to),
    ...mapping.references.map(({ to }) => to),
    // Two objects may be carried by one relation field: an activity is a task.
    ...mapping.morph.flatMap(({ to }) => [...new Set(Object.values(to))]),
    ...(mapping.file === undefined ? [] : [mapping.file.to]),
  ];
  for (const field of new Set(written)) {
    if (written.indexOf(field) !== written.lastIndexOf(field)) problems.push(`two entries write "${field}"`);
  }
  for (const field of mapping.fields)
    problems.push(...checkEntry(`"${field.to}"`, field, field.create?.type));
  for (const reference of mapping.references) {
    if (reference.object !== mapping.object && !before.has(reference.object)) {
      problems.push(
        `"${reference.to}" refers to "${reference.object}", which does not come before it in the load order`,
      );
    }
  }
  for (const { to } of mapping.morph) {
    for (const [object, field] of Object.entries(to)) {
      if (object !== mapping.object && !before.has(object))
        problems.push(`"${field}" refers to "${object}", which does not come before it in the load order`);
    }
  }
  if (mapping.parent !== undefined) {
    const parent = mapping.references.find((reference) => reference.to === mapping.parent);
    if (parent === undefined || parent.object !== mapping.object) {
      problems.push(`parent "${mapping.parent}" is not a reference of "${mapping.object}" to itself`);
    }
  }
  if (mapping.keep === undefined)
    problems.push(
      ...keepers(mapping, before).map((what) => `it has no field "keep", and ${what} keeps text there`),
    );
  return problems;
}

/** Entries of a mapping that put text into its `keep` field. The times of a piece are kept by the record that the row itself becomes. */
function keepers(mapping: RecordMapping, before: Before): string[] {
  const owner = isPieces(mapping) ? before.get(mapping.pieces.of) : undefined;
  const elsewhere = owner?.kind === 'record' && owner.keep !== undefined ? columnsOf(owner) : [];
  const times = [mapping.times.created, mapping.times.modified].filter((column) => column !== undefined);
  return [
    ...mapping.fields
      .filter(({ unconvertible, from }) => unconvertible === 'keep' && Object.keys(from).length > 0)
      .map(({ to }) => `"${to}"`),
    ...mapping.references.filter(({ missing }) => missing === 'keep').map(({ to }) => `"${to}"`),
    ...mapping.morph
      .filter(({ missing }) => missing === 'keep')
      .map(({ from }) => `the relation of "${from}"`),
    ...times.filter((column) => !elsewhere.includes(column)).map((column) => `the time "${column}"`),
  ];
}

/** Source columns that a mapping reads; of pieces also those that expanding adds. */
export function columnsOf(mapping: ObjectMapping): string[] {
  if (mapping.kind === 'member') return [mapping.email, ...mapping.name];
  if (mapping.kind === 'option') return [mapping.name, mapping.group, mapping.order];
  return [
    ...mapping.fields.flatMap((field) => Object.values(field.from)),
    ...mapping.references.map((reference) => reference.from),
    ...mapping.morph.flatMap(({ objectFrom, from }) => [objectFrom, from]),
    ...(mapping.pieces?.where ?? []).flatMap(({ from }) => Object.values(from)),
    ...(mapping.pieces?.each ?? []).map(({ from }) => from),
    ...[
      mapping.times.created,
      mapping.times.modified,
      mapping.author?.from,
      mapping.file?.path,
      mapping.file?.name,
    ].filter((column) => column !== undefined),
    ...mapping.sums.flatMap((sum) => [sum.amount, sum.currency, ...sum.by]),
    ...Object.keys(mapping.ignore),
  ];
}
