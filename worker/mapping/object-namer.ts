import type { CustomObjectsInput } from './custom-context.ts';
import type { Adapted } from './custom-draft.ts';
import type { WorkspaceObject } from './new-object.ts';
import { nameObject, type ObjectNames, type SourceNames } from './object-names.ts';
import { canTake } from './reuse-object.ts';

/** Names objects one after the other, none like another one or like one of the workspace, except like one that can take the records. */
export class ObjectNamer {
  readonly adapted: Adapted[] = [];
  readonly #input: CustomObjectsInput;
  readonly #taken = new Set<string>();
  readonly #inWorkspace: ReadonlySet<string>;

  constructor(input: CustomObjectsInput) {
    this.#input = input;
    this.#inWorkspace = new Set(
      [...input.schema.objects.values()].flatMap(({ nameSingular, namePlural }) => [
        nameSingular.toLowerCase(),
        namePlural.toLowerCase(),
      ]),
    );
  }

  name(object: string, source: SourceNames): ObjectNames {
    const { names, changes } = nameObject(source, (nameSingular, namePlural) => {
      const plural = this.#reused(object, nameSingular)?.namePlural;
      const both = [nameSingular, plural ?? namePlural].map((name) => name.toLowerCase());
      if (both.some((name) => this.#taken.has(name))) return true;
      return plural === undefined && both.some((name) => this.#inWorkspace.has(name));
    });
    const there = this.#reused(object, names.nameSingular);
    const own = there === undefined ? names : { ...names, namePlural: there.namePlural };
    for (const name of [own.nameSingular, own.namePlural]) this.#taken.add(name.toLowerCase());
    this.adapted.push(...changes.map((change) => ({ object, ...change })));
    return own;
  }

  #reused(object: string, nameSingular: string): WorkspaceObject | undefined {
    const { schema, profile } = this.#input;
    const there = schema.objects.get(nameSingular);
    return there !== undefined && canTake(there, profile.objects[object]) ? there : undefined;
  }
}
