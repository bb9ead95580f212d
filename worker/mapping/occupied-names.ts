import { occupiedNames } from './field-names.ts';
import type { ObjectMapping, RecordMapping } from './mapping-schema.ts';
import { plainName } from './plain-name.ts';

/** Names that the fields of a mapping occupy on its Twenty object, lower case. */
export function occupiedByMapping(mapping: RecordMapping): Set<string> {
  const { identity, keep, times, author, file } = mapping;
  return new Set([
    ...mapping.fields.flatMap(({ to, create }) => occupiedNames(to, create?.type ?? 'TEXT')),
    ...mapping.references.flatMap(({ to }) => occupiedNames(to, 'RELATION')),
    ...mapping.morph.flatMap(({ to }) =>
      Object.values(to).flatMap((name) => occupiedNames(name, 'RELATION')),
    ),
    ...[identity, keep, times.keepCreated, times.keepModified, author?.keep, file?.to, file?.elsewhere]
      .filter((name) => name !== undefined)
      .map((name) => name.toLowerCase()),
  ]);
}

/**
 * The names that the inverse field of a relation may get on the object it points to: Twenty makes one from the label (twenty-facts 7.5), sets `n` before a
 * digit and `Custom` behind a name that it keeps for itself. Lower case.
 */
export function inverseNames(label: string): string[] {
  const name = plainName(label).toLowerCase();
  return [name, `n${name}`, `${name}custom`];
}

/**
 * Names that these mappings occupy on a Twenty object: several mappings may write one object (tasks, and calls that become tasks), and relations of
 * others put their inverse field there. For whoever names one field more.
 */
export function occupiedOnTarget(target: string, mappings: readonly ObjectMapping[]): Set<string> {
  const occupied = new Set<string>();
  const targets = new Map(mappings.map((mapping) => [mapping.object, mapping.target]));
  for (const mapping of mappings) {
    if (mapping.kind !== 'record') continue;
    if (mapping.target === target) for (const name of occupiedByMapping(mapping)) occupied.add(name);
    for (const { object, create } of mapping.references) {
      if (create === undefined || targets.get(object) !== target) continue;
      for (const name of inverseNames(create.inverseLabel)) occupied.add(name);
    }
  }
  return occupied;
}
