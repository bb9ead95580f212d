import type { SourceObjectProfile } from '../domain/source-profile.ts';
import { LASTING } from './custom-draft.ts';
import { withoutId } from './draft-custom-object.ts';
import { fieldNameFor, occupiedByObject } from './field-names.ts';
import { RECIPES } from './field-recipes.ts';
import { declaredAs } from './infer-type.ts';
import { NEW_OBJECT, type WorkspaceObject } from './new-object.ts';

const LASTING_TYPES: readonly (readonly [name: string, type: string])[] = [
  [LASTING.identity, 'TEXT'],
  [LASTING.keep, 'TEXT'],
  [LASTING.keepCreated, 'DATE_TIME'],
  [LASTING.keepModified, 'DATE_TIME'],
  ['name', 'TEXT'],
];

/**
 * Whether an object of the workspace can take the records of a custom object of the source: it is the workspace's own, and what it has under the names of
 * the source's columns has their types. For the links of an association, which have no columns of their own: it was made for migrated records.
 */
export function canTake(there: WorkspaceObject, source: SourceObjectProfile | undefined): boolean {
  if (!there.isCustom || (source === undefined && !there.fields.has(LASTING.identity))) return false;
  const taken = occupiedByObject(NEW_OBJECT);
  const wanted = Object.entries(source?.columns ?? {})
    .filter(([column]) => source?.id.includes(column) === false || source?.pairs !== undefined)
    .map(([column, declared]): readonly [string, string] => {
      const type = declared.type === 'reference' ? 'RELATION' : RECIPES[declaredAs(declared.type)].type;
      const name = type === 'RELATION' ? withoutId(column) : column;
      return [fieldNameFor(name, type, taken, there.nameSingular), type];
    });
  return [...LASTING_TYPES, ...wanted].every(([name, type]) => {
    const field = there.fields.get(name);
    return field === undefined || field.type === type;
  });
}
