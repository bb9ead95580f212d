import type { SourceProfile } from '../domain/source-profile.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Adaptation } from '../mapping/documents/plan.ts';
import { isPieces } from '../mapping/expand-pieces.ts';
import { fieldLabelFor } from '../mapping/field-names.ts';
import type { ObjectMapping } from '../mapping/mapping-schema.ts';
import {
  insertCustomObjects,
  proposeCustomObjects,
  withCustomTargets,
} from '../mapping/propose-custom-objects.ts';
import type { TargetSchema } from '../twenty/target.ts';
import {
  effectiveProfile,
  isAllowed,
  isObjectAllowed,
  readSnapshotNotes,
  readStreamInfo,
} from './snapshot-notes.ts';

export interface EffectiveMappings {
  /** The profile file with what the schema export of the snapshot adds. */
  readonly profile: SourceProfile;
  /** In load order: the mapping files, and a mapping for every custom object. */
  readonly objects: readonly ObjectMapping[];
  readonly adapted: readonly Adaptation[];
}

/** What a snapshot says of the objects in it, read once. */
export interface SnapshotShape {
  /** The profile file with what the schema export of the snapshot adds. */
  readonly profile: SourceProfile;
  /** The mapping files, in load order. */
  readonly files: readonly ObjectMapping[];
  /** `object`, `object.*` or `object.column` with the reason a person gave. */
  readonly allowed: Readonly<Record<string, string>>;
  /** `object.column` of sensitive columns that were left where they are. */
  readonly dropped: ReadonlySet<string>;
}

export async function readSnapshotShape(
  context: {
    readonly ledger: Ledger;
    readonly mappings: { readonly profile: SourceProfile; readonly objects: readonly ObjectMapping[] };
  },
  snapshotId: string,
): Promise<SnapshotShape> {
  const { snapshots } = context.ledger;
  const files = context.mappings.objects;
  const allowed = (await snapshots.get(snapshotId))?.allowed ?? {};
  const notes = readSnapshotNotes(await snapshots.notes(snapshotId));
  const profile = withAllowedObjects(effectiveProfile(notes, context.mappings.profile), files, allowed);
  const dropped = await droppedColumns(context.ledger, snapshotId, profile, allowed);
  return { profile, files, allowed, dropped };
}

/**
 * The mappings of a snapshot: those of the files, and proposals for the custom objects that the source defined when it was read. `schema` is the workspace as
 * it was before this migration. Without the objects that a person excludes, and the pieces made of their rows.
 */
export function effectiveMappings(
  { profile, files, allowed, dropped }: SnapshotShape,
  schema: TargetSchema,
  exclusions: readonly string[],
): EffectiveMappings {
  const without = new Set(exclusions);
  const mappings = files.filter(
    (mapping) => !without.has(mapping.object) && !(isPieces(mapping) && without.has(mapping.pieces.of)),
  );
  const proposed = proposeCustomObjects({
    profile,
    mappings,
    schema,
    without,
    allowed: new Set(Object.keys(allowed).map((name) => name.replace(/\.\*$/, ''))),
    dropped,
  });
  return {
    profile,
    objects: withCustomTargets(insertCustomObjects(mappings, proposed), proposed),
    adapted: proposed.adapted,
  };
}

/**
 * A sensitive object that a person allowed by name and that no mapping file carries becomes a custom object of Twenty, like one of the schema export: what was
 * asked for is moved, with a field for every column.
 */
function withAllowedObjects(
  profile: SourceProfile,
  mappings: readonly ObjectMapping[],
  allowed: Readonly<Record<string, string>>,
): SourceProfile {
  const mapped = new Set(mappings.map(({ object }) => object));
  const objects = { ...profile.objects };
  for (const [key, object] of Object.entries(profile.objects)) {
    const isWanted = object.sensitive !== undefined && isObjectAllowed(allowed, key);
    if (!isWanted || mapped.has(key) || object.custom !== undefined) continue;
    const name = object.aliases?.[0] ?? key;
    objects[key] = {
      ...object,
      custom: { name, labelSingular: fieldLabelFor(name), labelPlural: fieldLabelFor(key) },
    };
  }
  return { ...profile, objects };
}

async function droppedColumns(
  { snapshots }: Ledger,
  snapshotId: string,
  profile: SourceProfile,
  allowed: Readonly<Record<string, string>>,
): Promise<Set<string>> {
  const streams = (await snapshots.streams(snapshotId)).map(({ info }) => readStreamInfo(info));
  return new Set(
    streams.flatMap(({ object, columns }) =>
      columns
        .filter(
          ({ name, sensitive }) => sensitive !== undefined && !isAllowed(allowed, profile, object, name),
        )
        .map(({ name }) => `${object}.${name}`),
    ),
  );
}
