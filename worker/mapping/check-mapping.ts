import type { SourceProfile } from '../domain/source-profile.ts';
import type { ObjectMapping, RecordMapping } from './mapping-schema.ts';
import { transforms } from './transforms/registry.ts';

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
  const seen = new Set<string>();
  for (const mapping of objects) {
    const where = `${mapping.object}.mapping.yaml`;
    const declared = profile.objects[mapping.object];
    if (declared === undefined) {
      problems.push({ where, what: `the profile has no object "${mapping.object}"` });
      continue;
    }
    for (const column of columnsOf(mapping)) {
      if (declared.columns[column] === undefined) {
        problems.push({ where, what: `the profile has no column "${column}" in "${mapping.object}"` });
      }
    }
    if (mapping.kind === 'record')
      problems.push(...checkRecord(mapping, seen).map((what) => ({ where, what })));
    seen.add(mapping.object);
  }
  return problems;
}

function checkRecord(mapping: RecordMapping, before: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const targets = new Set<string>();
  for (const field of [...mapping.fields, ...mapping.references]) {
    if (targets.has(field.to)) problems.push(`two entries write "${field.to}"`);
    targets.add(field.to);
  }
  for (const field of mapping.fields) {
    const transform = transforms[field.transform];
    if (transform === undefined) {
      problems.push(`"${field.to}" names the transform "${field.transform}", which does not exist`);
      continue;
    }
    const roles = Object.keys(field.from);
    for (const role of transform.roles) {
      if (!roles.includes(role))
        problems.push(`"${field.to}": the transform "${field.transform}" needs the role "${role}"`);
    }
    for (const role of roles) {
      if (!transform.roles.includes(role) && !transform.optionalRoles.includes(role)) {
        problems.push(`"${field.to}": the transform "${field.transform}" has no role "${role}"`);
      }
    }
    const options = transform.optionsSchema.safeParse(field.options);
    if (!options.success) {
      problems.push(
        `"${field.to}": options of "${field.transform}": ${options.error.issues[0]?.message ?? 'invalid'}`,
      );
    }
    if (field.create !== undefined && !transform.produces.includes(field.create.type)) {
      problems.push(
        `"${field.to}": the transform "${field.transform}" does not produce ${field.create.type}`,
      );
    }
  }
  for (const reference of mapping.references) {
    if (reference.object !== mapping.object && !before.has(reference.object)) {
      problems.push(
        `"${reference.to}" refers to "${reference.object}", which does not come before it in the load order`,
      );
    }
  }
  if (mapping.parent !== undefined) {
    const parent = mapping.references.find((reference) => reference.to === mapping.parent);
    if (parent === undefined || parent.object !== mapping.object) {
      problems.push(`parent "${mapping.parent}" is not a reference of "${mapping.object}" to itself`);
    }
  }
  return problems;
}

/** Source columns that a mapping reads. */
export function columnsOf(mapping: ObjectMapping): string[] {
  if (mapping.kind === 'member') return [mapping.email, ...mapping.name];
  if (mapping.kind === 'option') return [mapping.name, mapping.group, mapping.order];
  return [
    ...mapping.fields.flatMap((field) => Object.values(field.from)),
    ...mapping.references.map((reference) => reference.from),
    ...[mapping.times.created, mapping.times.modified, mapping.author?.from].filter(
      (column) => column !== undefined,
    ),
    ...mapping.sums.flatMap((sum) => [sum.amount, sum.currency, ...sum.by]),
    ...Object.keys(mapping.ignore),
  ];
}
