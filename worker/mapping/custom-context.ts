import type { SourceProfile } from '../domain/source-profile.ts';
import { isPieces } from './expand-pieces.ts';
import type { ObjectMapping } from './mapping-schema.ts';
import type { WorkspaceSchema } from './new-object.ts';
import type { ObjectNames } from './object-names.ts';

export type SourceColumn = SourceProfile['objects'][string]['columns'][string];

/** What the proposal of custom objects works from. */
export interface CustomObjectsInput {
  /** The effective profile, with the objects of the source's schema export. */
  readonly profile: Pick<SourceProfile, 'objects'>;
  /** The mappings of the files that are included, in load order. */
  readonly mappings: readonly ObjectMapping[];
  /** The workspace without what this migration made itself (engine/base-schema.ts). */
  readonly schema: WorkspaceSchema;
  /** Source objects that a person leaves out. */
  readonly without?: ReadonlySet<string>;
  /** Sensitive objects and `object.column` that a person allowed. */
  readonly allowed?: ReadonlySet<string>;
  /** `object.column` of columns that are not in the snapshot: they look sensitive, and nobody allowed them. */
  readonly dropped?: ReadonlySet<string>;
}

/** Where an id leads: to records of a Twenty object, or nowhere, with the reason in words. */
export type ReferenceTarget =
  | { readonly kind: 'object'; readonly target: string }
  | { readonly kind: 'none'; readonly why: string };

/** The columns of an object that its records may have, in the order of the profile. */
export function usableColumns(
  object: string,
  input: CustomObjectsInput,
): (readonly [name: string, column: SourceColumn])[] {
  return Object.entries(input.profile.objects[object]?.columns ?? {}).filter(([name, { sensitive }]) => {
    const key = `${object}.${name}`;
    const isAllowed = input.allowed?.has(key) === true || input.allowed?.has(object) === true;
    return input.dropped?.has(key) !== true && (sensitive === undefined || isAllowed);
  });
}

/** Where the mappings that point at custom records begin: those with a morph relation to them, or with files. */
export function firstAfterCustom(mappings: readonly ObjectMapping[]): number {
  const index = mappings.findIndex(
    (mapping) =>
      mapping.kind === 'record' &&
      (mapping.file !== undefined || mapping.morph.some(({ customTo }) => customTo !== undefined)),
  );
  return index === -1 ? mappings.length : index;
}

/** Resolves the objects that references of custom objects name. */
export function referenceTargets(
  input: CustomObjectsInput,
  names: ReadonlyMap<string, ObjectNames>,
): (object: string) => ReferenceTarget {
  const before = input.mappings.slice(0, firstAfterCustom(input.mappings));
  return (object) => {
    const custom = names.get(object);
    if (custom !== undefined && input.profile.objects[object]?.custom !== undefined)
      return { kind: 'object', target: custom.nameSingular };
    const mapping = before.find((candidate) => candidate.object === object);
    if (mapping !== undefined && mapping.kind !== 'option' && !isPieces(mapping))
      return { kind: 'object', target: mapping.target };
    if (object === '')
      return { kind: 'none', why: 'the source names no object for it; the id is kept as text' };
    const comesLater = input.mappings.some((candidate) => candidate.object === object);
    return {
      kind: 'none',
      why:
        mapping === undefined && comesLater
          ? `${object} is loaded after the custom objects; the id is kept as text`
          : `${object} has no records in Twenty; the id is kept as text`,
    };
  };
}
