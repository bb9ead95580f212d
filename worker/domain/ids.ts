import { v5 } from 'uuid';
import { canonicalJson } from './canonical.ts';

/** Namespace of every id this product derives. Never changes: a changed namespace would double every record. */
const NAMESPACE = '5e2b6f0c-6f3d-5c8e-9b4a-2d1f7c0a9e41';

/** What a Twenty id is a function of. `part` tells the pieces of one source record apart (a task, its note, its targets). */
export interface IdentityKey {
  readonly sourceInstance: string;
  readonly sourceObject: string;
  readonly sourceId: string;
  readonly targetObject: string;
  readonly part: string;
}

/** The id of a record that we create: UUIDv5, because Twenty refuses versions above 5 (twenty-facts 0.6). */
export function twentyIdOf(key: IdentityKey): string {
  const name = canonicalJson([
    key.sourceInstance,
    key.sourceObject,
    key.sourceId,
    key.targetObject,
    key.part,
  ]);
  return v5(name, NAMESPACE);
}

/** The text kept in `visualPracticeId` of every record: `<instance>:<source id>`. */
export function visualPracticeIdOf(sourceInstance: string, sourceId: string): string {
  return `${sourceInstance}:${sourceId}`;
}
