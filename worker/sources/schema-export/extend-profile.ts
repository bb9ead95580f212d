import { objectNamed } from '../../domain/object-named.ts';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';
import { sensitiveNames } from '../sensitive-names.ts';
import { columnsOf } from './columns.ts';
import { keyFor } from './keys.ts';
import { type PairsRequest, pairsOf } from './pairs.ts';
import type { SchemaExport, SchemaObject } from './schema-export.ts';

type Objects = Record<string, SourceObjectProfile>;

interface Placed {
  readonly key: string;
  readonly defined: SchemaObject;
  /** It describes an object that the profile declares. */
  readonly standard: boolean;
}

/**
 * The profile with the objects that the source's schema export defines, after the declared ones.
 *
 * - An entry with the name of a declared object describes that object: it adds columns to it, and labels and options where the profile has none. But
 *   when the export has a file for it in the custom folder, it is another object of the same name, with the key `custom_<name>`; it is as sensitive as
 *   its namesake.
 * - Any other entry becomes an object: key from its name, `_2` and so on when two names make one key.
 * - A custom object whose name is sensitive by the profile's patterns is left where it is, with its pairs, unless a person allows it by name.
 *
 * `hasFile`: whether the export has a file of that path, case aside.
 */
export function extendProfile(
  profile: SourceProfile,
  schema: SchemaExport,
  hasFile: (path: string) => boolean,
): SourceProfile {
  const folder = profile.customFolder ?? 'custom';
  const objects: Objects = { ...profile.objects };
  const placed = place(profile, schema, (name) => hasFile(`${folder}/${name}.csv`));
  const reasonOf = sensitiveNames(profile);
  // All of them first, bare, so that associations find their targets whatever the order.
  for (const { key, defined, standard } of placed) {
    if (!standard) objects[key] = bareObject(profile, key, defined, folder, hasFile, reasonOf);
  }
  const targetOf = (name: string) => objectNamed({ objects }, name);
  for (const { key, defined, standard } of placed) {
    const object = objects[key];
    if (object === undefined) continue;
    const made = columnsOf(defined, targetOf, !standard);
    const columns = standard ? merged(object.columns, made) : made;
    objects[key] = { ...object, columns };
  }
  const requests = placed.flatMap(({ key, defined }) =>
    defined.associations.flatMap(({ name, target, many }): PairsRequest[] => {
      const to = targetOf(target);
      return many && to !== null ? [{ from: key, name: defined.name, association: name, target, to }] : [];
    }),
  );
  return { ...profile, objects: { ...objects, ...pairsOf(requests, objects, folder, hasFile) } };
}

function place(profile: SourceProfile, schema: SchemaExport, hasRows: (name: string) => boolean): Placed[] {
  const taken = new Set(Object.keys(profile.objects));
  const described = new Set<string>();
  return schema.objects.map((defined) => {
    const namesake = objectNamed(profile, defined.name);
    const isDescription =
      namesake !== null && namesake !== profile.definitions?.object && !hasRows(defined.name);
    if (isDescription && !described.has(namesake)) {
      described.add(namesake);
      return { key: namesake, defined, standard: true };
    }
    const key = keyFor(namesake === null ? defined.name : `custom_${defined.name}`, taken);
    taken.add(key);
    return { key, defined, standard: false };
  });
}

function bareObject(
  profile: SourceProfile,
  key: string,
  defined: SchemaObject,
  folder: string,
  hasFile: (path: string) => boolean,
  reasonOf: (name: string) => string | null,
): SourceObjectProfile {
  const { name, labelSingular, labelPlural } = defined;
  const named = `${folder}/${name}.csv`;
  const byKey = `${folder}/${key}.csv`;
  const namesake = profile.objects[objectNamed(profile, name) ?? '']?.sensitive?.reason;
  const reason = namesake ?? reasonOf(name) ?? reasonOf(labelSingular) ?? reasonOf(labelPlural);
  const singular = labelSingular || name;
  return {
    file: !hasFile(named) && hasFile(byKey) ? byKey : named,
    id: ['id'],
    aliases: aliasesOf(profile, name, [labelSingular, labelPlural]),
    custom: { name, labelSingular: singular, labelPlural: labelPlural || singular },
    optional: false,
    columns: {},
    ...(reason === null ? {} : { sensitive: { reason } }),
  };
}

/** What else a cell may call it: its labels, and its singular and plural; never the name of a declared object. */
function aliasesOf(profile: SourceProfile, name: string, labels: readonly string[]): string[] {
  const forms = name.endsWith('s') ? [name.slice(0, -1)] : [`${name}s`];
  return [...new Set([...labels, ...forms])].filter(
    (alias) => alias !== '' && alias !== name && objectNamed(profile, alias) === null,
  );
}

/** Declared columns keep their type; they gain a label and options where they have none. */
function merged(
  declared: SourceObjectProfile['columns'],
  made: SourceObjectProfile['columns'],
): SourceObjectProfile['columns'] {
  const columns = { ...declared };
  for (const [name, column] of Object.entries(made)) {
    const known = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (known === undefined) {
      columns[name] = column;
      continue;
    }
    const takesOptions = known.type === 'option' || known.type === 'option-list';
    columns[name] = {
      ...known,
      ...(known.label === undefined && column.label !== undefined ? { label: column.label } : {}),
      ...(takesOptions && known.options === undefined && column.options !== undefined
        ? { options: column.options }
        : {}),
    };
  }
  return columns;
}
