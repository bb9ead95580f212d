import { VpError } from '../domain/errors.ts';
import type { Api } from './api.ts';
import { change } from './model-change.ts';
import { createObjectModel } from './model-objects.ts';
import type { SchemaCache } from './schema.ts';
import { objectOf } from './selection.ts';
import type { FieldSpec, TargetField, TargetModel, TargetOption } from './target.ts';

const CREATE_FIELD =
  'mutation CreateField($input: CreateOneFieldMetadataInput!) { createOneField(input: $input) { id } }';
const UPDATE_FIELD =
  'mutation UpdateField($input: UpdateOneFieldMetadataInput!) { updateOneField(input: $input) { id } }';
const DELETE_FIELD =
  'mutation DeleteField($input: DeleteOneFieldInput!) { deleteOneField(input: $input) { id } }';

/** Changes of the data model. After each the model is read again, so that the answer is what Twenty has now. */
export function createModel(api: Api, schema: SchemaCache): TargetModel {
  const find = async (object: string, name: string, fresh: boolean): Promise<TargetField | undefined> =>
    objectOf(await schema.get({ fresh }), object).fields.get(name);

  return {
    ...createObjectModel(api, schema),
    async createField(spec) {
      const where = `${spec.object}.${spec.name}`;
      const input = { field: await fieldInput(spec, schema) };
      await change(
        api,
        where,
        () => api.metadata({ query: CREATE_FIELD, variables: { input }, whenLost: 'report' }),
        async () => (await find(spec.object, spec.name, true)) !== undefined,
      );
      return present(await find(spec.object, spec.name, true), where);
    },
    async setOptions(object, name, options) {
      const where = `${object}.${name}`;
      const field = present(await find(object, name, true), where);
      const input = { id: field.id, update: { options: withIds(options, field.options ?? []) } };
      await change(
        api,
        where,
        () => api.metadata({ query: UPDATE_FIELD, variables: { input }, whenLost: 'repeat' }),
        async () => false,
      );
      return present(await find(object, name, true), where).options ?? [];
    },
    async deleteField(object, name) {
      const field = await find(object, name, true);
      if (field === undefined) return;
      await change(
        api,
        `${object}.${name}`,
        () =>
          api.metadata({ query: DELETE_FIELD, variables: { input: { id: field.id } }, whenLost: 'report' }),
        async () => (await find(object, name, true)) === undefined,
      );
      await schema.get({ fresh: true });
    },
  };
}

async function fieldInput(spec: FieldSpec, schema: SchemaCache): Promise<Record<string, unknown>> {
  const model = await schema.get();
  const { object, relation, ...rest } = spec;
  return {
    ...rest,
    objectMetadataId: objectOf(model, object).id,
    ...(relation === undefined
      ? {}
      : {
          relationCreationPayload: {
            type: 'MANY_TO_ONE',
            targetObjectMetadataId: objectOf(model, relation.targetObject).id,
            targetFieldLabel: relation.inverseLabel,
            targetFieldIcon: relation.inverseIcon,
          },
        }),
  };
}

/**
 * Twenty matches options by id alone: an existing one that is sent without its id loses its records (twenty-facts 7.4). So every
 * option whose value exists carries the id it has.
 */
function withIds(
  options: readonly (TargetOption | Omit<TargetOption, 'id'>)[],
  existing: readonly TargetOption[],
): (TargetOption | Omit<TargetOption, 'id'>)[] {
  const ids = new Map(existing.map((option) => [option.value, option.id]));
  return options.map((option) => {
    const id = 'id' in option ? option.id : ids.get(option.value);
    return id === undefined ? option : { ...option, id };
  });
}

function present(field: TargetField | undefined, where: string): TargetField {
  if (field !== undefined) return field;
  throw new VpError('TWENTY_SCHEMA', {
    what: 'The field is not in the data model of the workspace.',
    where,
    todo: 'Somebody removed it meanwhile. Run the command again, or make a new plan.',
  });
}
