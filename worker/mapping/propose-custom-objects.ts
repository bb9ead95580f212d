import {
  type CustomObjectsInput,
  firstAfterCustom,
  referenceTargets,
  usableColumns,
} from './custom-context.ts';
import { type Adapted, type CustomDraft, LASTING } from './custom-draft.ts';
import { type DraftContext, type Drafted, draftCustomObject } from './draft-custom-object.ts';
import { draftJunction, draftLinks, linkNames } from './draft-links.ts';
import { type InverseLabels, inverseLabels } from './inverse-labels.ts';
import { orderOfCustom } from './load-order-of-custom.ts';
import type { ObjectMapping, RecordMapping } from './mapping-schema.ts';
import { ObjectNamer } from './object-namer.ts';
import type { ObjectNames, SourceNames } from './object-names.ts';

export interface ProposedCustomObjects {
  /** In load order: objects, then junctions and links. */
  readonly mappings: readonly RecordMapping[];
  /** Everything that Twenty's rules changed on the way, and every association that is no plain relation. */
  readonly adapted: readonly Adapted[];
  /** Twenty object by custom object of the source; junctions and links are not in it. */
  readonly targets: ReadonlyMap<string, string>;
}

/**
 * Mappings for the objects of the source's schema export: one for each custom object, one for the pairs of each many-to-many association, and one for each
 * association that closes a circle (its links are pieces of the rows that have it). Names, labels and relations are by Twenty's rules and free of what the
 * workspace and the other mappings have. An object that a mapping file carries, that a person leaves out, or that is sensitive, gets none. Pure;
 * independent of the order of the profile's objects.
 */
export function proposeCustomObjects(input: CustomObjectsInput): ProposedCustomObjects {
  const names = new Map<string, ObjectNames>();
  const targetOf = referenceTargets(input, names);
  const objects = wanted(input, 'custom');
  const namer = new ObjectNamer(input);
  for (const object of objects) names.set(object, namer.name(object, sourceNames(input, object)));
  const { order, isLate } = orderOfCustom(
    new Map(objects.map((object) => [object, referredTo(input, object, new Set(objects))])),
  );
  const context: DraftContext = { input, names: new Map(names), targetOf, isLate };

  const drafted: Drafted[] = order.flatMap((object) => {
    const own = names.get(object);
    return own === undefined ? [] : [draftCustomObject(object, own, context)];
  });
  for (const object of wanted(input, 'pairs')) {
    const pairs = input.profile.objects[object]?.pairs;
    if (pairs === undefined) continue;
    const own = namer.name(object, linkNames(pairs.from.object, pairs.association, context));
    drafted.push(draftJunction(object, own, context));
  }
  const links = drafted.flatMap((one) => one.links);
  for (const link of links.sort((a, b) => (`${a.object}.${a.column}` < `${b.object}.${b.column}` ? -1 : 1))) {
    const object = freeObject(`${link.object}__${link.column}`, input);
    const own = namer.name(object, linkNames(link.object, link.label, context));
    drafted.push(draftLinks(object, link, own, context));
  }

  const drafts = drafted.map(({ draft }) => draft);
  const inverse = inverseLabels(drafts, input.schema, input.mappings, Object.values(LASTING));
  return {
    mappings: drafts.map((draft) => mappingOf(draft, inverse)),
    adapted: [...namer.adapted, ...drafted.flatMap((one) => one.adapted), ...inverse.adapted],
    targets: new Map(objects.map((object) => [object, names.get(object)?.nameSingular ?? object])),
  };
}

/** The mappings with the proposed ones before those that point at custom records (notes, tasks, files), which is after everything that they refer to. */
export function insertCustomObjects(
  mappings: readonly ObjectMapping[],
  proposed: ProposedCustomObjects,
): ObjectMapping[] {
  const index = firstAfterCustom(mappings);
  return [...mappings.slice(0, index), ...proposed.mappings, ...mappings.slice(index)];
}

/** The mappings whose morph relations point at custom records too: Twenty calls the relation `<customTo><Name>` (twenty-facts 7.1). */
export function withCustomTargets(
  mappings: readonly ObjectMapping[],
  { targets }: ProposedCustomObjects,
): ObjectMapping[] {
  return mappings.map((mapping): ObjectMapping => {
    if (mapping.kind !== 'record') return mapping;
    const morph = mapping.morph.map((one) => {
      if (one.customTo === undefined) return one;
      const custom = [...targets].map(([object, name]): [string, string] => [
        object,
        `${one.customTo}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      ]);
      return { ...one, to: { ...Object.fromEntries(custom), ...one.to } };
    });
    return { ...mapping, morph };
  });
}

/** Custom objects, or pairs, that get a mapping, by key. */
function wanted(
  { profile, mappings, without, allowed }: CustomObjectsInput,
  kind: 'custom' | 'pairs',
): string[] {
  return Object.entries(profile.objects)
    .filter(([object, source]) => {
      const isMine =
        kind === 'custom' ? source.custom !== undefined : source.pairs !== undefined && !source.custom;
      const stays = without?.has(object) || (source.sensitive !== undefined && !allowed?.has(object));
      return isMine && !stays && !mappings.some((mapping) => mapping.object === object);
    })
    .map(([object]) => object)
    .sort();
}

function referredTo(input: CustomObjectsInput, object: string, custom: ReadonlySet<string>): Set<string> {
  const referred = usableColumns(object, input).flatMap(([, { type, references }]) =>
    type === 'reference' && references !== undefined && references !== object ? [references] : [],
  );
  return new Set(referred.filter((other) => custom.has(other)));
}

function sourceNames({ profile }: CustomObjectsInput, key: string): SourceNames {
  const custom = profile.objects[key]?.custom;
  return { key, name: key, labelSingular: '', labelPlural: '', ...custom };
}

/** A key for a mapping that no object of the source has. */
function freeObject(wantedKey: string, { profile, mappings }: CustomObjectsInput): string {
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? wantedKey : `${wantedKey}${n}`;
    if (profile.objects[key] === undefined && !mappings.some(({ object }) => object === key)) return key;
  }
}

function mappingOf(draft: CustomDraft, inverse: InverseLabels): RecordMapping {
  return {
    object: draft.object,
    target: draft.target,
    description: draft.description,
    kind: 'record',
    part: 'record',
    ...(draft.pieces === null ? {} : { pieces: draft.pieces }),
    createObject: draft.createObject,
    identity: LASTING.identity,
    identityPrefix: '',
    keep: LASTING.keep,
    times: draft.times,
    match: [],
    fields: [...draft.fields],
    references: draft.references.map((reference) => ({
      to: reference.to,
      from: reference.from,
      object: reference.object,
      missing: reference.missing,
      create: {
        label: reference.label,
        icon: 'IconLink',
        inverseLabel: inverse.labelOf(draft, reference),
        inverseIcon: 'IconList',
      },
    })),
    morph: [],
    ...(draft.parent === null ? {} : { parent: draft.parent }),
    sums: [],
    ignore: {},
  };
}
