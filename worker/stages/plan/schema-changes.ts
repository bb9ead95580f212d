import { VpError } from '../../domain/errors.ts';
import type { PlannedOption, SchemaChange } from '../../mapping/documents/plan.ts';
import type { FieldMapping, ObjectMapping, RecordMapping } from '../../mapping/mapping-schema.ts';
import { systemFields } from '../../mapping/system-fields.ts';
import type { TargetObject, TargetSchema } from '../../twenty/target.ts';
import { objectsToMake } from './objects-to-make.ts';

/** Options that fields need, by `<object>.<field>`. */
export type OptionsNeeded = ReadonlyMap<string, readonly PlannedOption[]>;

/**
 * What the workspace lacks for this mapping: objects, lasting fields, mapped fields with `create`, relations, select options, in that order. Throws
 * TWENTY_INCOMPATIBLE when something is missing that the mapping does not create, or is of another type.
 */
export function schemaChanges(
  schema: TargetSchema,
  mappings: readonly ObjectMapping[],
  needed: OptionsNeeded,
): SchemaChange[] {
  const made = objectsToMake(schema, mappings);
  const fields: SchemaChange[] = [];
  const relations: SchemaChange[] = [];
  const options: SchemaChange[] = [];
  for (const mapping of mappings) {
    const object = schema.objects.get(mapping.target) ?? made.get(mapping.target)?.object;
    if (object === undefined) throw incompatible(mapping.target, 'The workspace has no such object.');
    if (mapping.kind === 'member') continue;
    if (mapping.kind === 'option') {
      addOptions(options, object, mapping.field, needed);
      continue;
    }
    fields.push(...lastingFields(object, mapping));
    for (const field of mapping.fields) {
      const change = mappedField(object, field, needed);
      if (change !== null) fields.push(change);
      else if (field.valueMap !== undefined) addOptions(options, object, field.to, needed);
    }
    relations.push(...missingRelations(object, mapping, mappings));
    requireMorph(object, mapping, mappings, made);
    requireFile(object, mapping);
  }
  return once([...[...made.values()].map(({ change }) => change), ...fields, ...relations, ...options]);
}

/** A relation to several objects is Twenty's own: it comes with each object and cannot be made. */
function requireMorph(
  object: TargetObject,
  mapping: RecordMapping,
  mappings: readonly ObjectMapping[],
  made: ReadonlyMap<string, unknown>,
): void {
  for (const { to } of mapping.morph) {
    for (const [source, field] of Object.entries(to)) {
      const target = mappings.find((candidate) => candidate.object === source)?.target ?? '';
      if (made.has(target)) continue;
      if (object.fields.get(field)?.relation?.type !== 'MANY_TO_ONE')
        throw incompatible(`${object.nameSingular}.${field}`, 'The workspace lacks this relation.');
    }
  }
}

function requireFile(object: TargetObject, { file }: RecordMapping): void {
  if (file === undefined || object.fields.get(file.to)?.type === 'FILES') return;
  throw incompatible(`${object.nameSingular}.${file.to}`, 'The workspace has no such field for files.');
}

function lastingFields(object: TargetObject, mapping: RecordMapping): SchemaChange[] {
  return systemFields(mapping).flatMap((field) => {
    const there = object.fields.get(field.name);
    if (there !== undefined) {
      if (there.type !== field.type)
        throw incompatible(
          `${object.nameSingular}.${field.name}`,
          `It is ${there.type}, and ${field.type} is needed.`,
        );
      return [];
    }
    return [{ kind: 'field' as const, object: object.nameSingular, ...field, settings: null, options: null }];
  });
}

function mappedField(object: TargetObject, field: FieldMapping, needed: OptionsNeeded): SchemaChange | null {
  const there = object.fields.get(field.to);
  const where = `${object.nameSingular}.${field.to}`;
  if (there !== undefined) {
    if (field.create !== undefined && there.type !== field.create.type) {
      throw incompatible(where, `It is ${there.type}, and the mapping needs ${field.create.type}.`);
    }
    return null;
  }
  if (field.create === undefined)
    throw incompatible(where, 'The workspace lacks it, and the mapping does not create it.');
  const { create } = field;
  const isSelect = create.type === 'SELECT' || create.type === 'MULTI_SELECT';
  return {
    kind: 'field',
    object: object.nameSingular,
    name: field.to,
    type: create.type,
    label: create.label,
    description: create.description ?? `From Visual Practice: ${Object.values(field.from).join(', ')}.`,
    icon: create.icon ?? 'IconForms',
    unique: create.unique,
    settings: create.settings ?? null,
    options: isSelect ? (needed.get(where) ?? create.options ?? []) : null,
  };
}

function missingRelations(
  object: TargetObject,
  mapping: RecordMapping,
  mappings: readonly ObjectMapping[],
): SchemaChange[] {
  return mapping.references.flatMap((reference) => {
    const there = object.fields.get(reference.to);
    const where = `${object.nameSingular}.${reference.to}`;
    if (there !== undefined) {
      if (there.relation?.type !== 'MANY_TO_ONE')
        throw incompatible(where, `It is ${there.type}, and a many-to-one relation is needed.`);
      return [];
    }
    const target = mappings.find((candidate) => candidate.object === reference.object)?.target;
    if (reference.create === undefined || target === undefined) {
      throw incompatible(where, 'The workspace lacks the relation, and the mapping does not create it.');
    }
    return [
      {
        kind: 'relation' as const,
        object: object.nameSingular,
        name: reference.to,
        targetObject: target,
        label: reference.create.label,
        description: reference.create.description ?? `From Visual Practice: ${reference.from}.`,
        icon: reference.create.icon,
        inverseLabel: reference.create.inverseLabel,
        inverseIcon: reference.create.inverseIcon,
      },
    ];
  });
}

function addOptions(out: SchemaChange[], object: TargetObject, name: string, needed: OptionsNeeded): void {
  const where = `${object.nameSingular}.${name}`;
  const field = object.fields.get(name);
  if (field === undefined || field.options === null) {
    throw incompatible(where, 'The workspace lacks it, or it takes no options.');
  }
  const there = new Set(field.options.map(({ value }) => value));
  const missing = (needed.get(where) ?? []).filter(({ value }) => !there.has(value));
  if (missing.length > 0)
    out.push({ kind: 'options', object: object.nameSingular, field: name, options: missing });
}

/** Several mappings may write one Twenty object and need the same of it: each change is listed once. */
function once(changes: readonly SchemaChange[]): SchemaChange[] {
  const seen = new Set<string>();
  return changes.filter((change) => {
    const part = change.kind === 'object' ? '' : change.kind === 'options' ? change.field : change.name;
    const key = `${change.kind} ${change.object}.${part}`;
    return !seen.has(key) && seen.add(key);
  });
}

function incompatible(where: string, what: string): VpError {
  return new VpError('TWENTY_INCOMPATIBLE', {
    what,
    where,
    todo: 'Rename or remove the field in Twenty, or change the mapping to another field.',
  });
}
