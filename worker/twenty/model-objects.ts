import { VpError } from '../domain/errors.ts';
import type { Api } from './api.ts';
import { change } from './model-change.ts';
import type { SchemaCache } from './schema.ts';
import { objectOf } from './selection.ts';
import type { ObjectSpec, TargetModel, TargetObject } from './target.ts';

const CREATE_OBJECT =
  'mutation CreateObject($input: CreateOneObjectInput!) { createOneObject(input: $input) { id } }';
const DELETE_OBJECT =
  'mutation DeleteObject($input: DeleteOneObjectInput!) { deleteOneObject(input: $input) { id } }';

/** Making and dropping objects. The model is read again after each: other objects get and lose relations with them. */
export function createObjectModel(
  api: Api,
  schema: SchemaCache,
): Pick<TargetModel, 'createObject' | 'deleteObject'> {
  const find = async (name: string): Promise<TargetObject | undefined> =>
    (await schema.get({ fresh: true })).objects.get(name);

  return {
    async createObject(spec) {
      // The server's refusal of a name that is taken speaks of something else (twenty-facts 7.2).
      const { objects } = await schema.get({ fresh: true });
      const holder = [...objects.values()].find((object) =>
        namesOf(object).some((name) => namesOf(spec).includes(name)),
      );
      if (holder !== undefined) throw taken(spec, holder);
      const where = spec.nameSingular;
      await change(
        api,
        where,
        () =>
          api.metadata({ query: CREATE_OBJECT, variables: { input: { object: spec } }, whenLost: 'report' }),
        async () => (await find(where)) !== undefined,
      );
      return objectOf(await schema.get({ fresh: true }), where);
    },
    async deleteObject(name) {
      const object = await find(name);
      if (object === undefined) return;
      const variables = { input: { id: object.id } };
      await change(
        api,
        name,
        () => api.metadata({ query: DELETE_OBJECT, variables, whenLost: 'report' }),
        async () => (await find(name)) === undefined,
      );
      await schema.get({ fresh: true });
    },
  };
}

function namesOf(of: { readonly nameSingular: string; readonly namePlural: string }): string[] {
  return [of.nameSingular, of.namePlural];
}

function taken(spec: ObjectSpec, holder: TargetObject): VpError {
  return new VpError('TWENTY_SCHEMA', {
    what: `The workspace has an object ${holder.nameSingular} (${holder.namePlural}), so the name is taken.`,
    where: spec.nameSingular,
    todo: 'Choose another name in the mapping, or map to the object that is there, and make a new plan.',
  });
}
