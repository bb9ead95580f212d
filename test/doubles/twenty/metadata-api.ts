import { type DocumentNode, execute, GraphQLError, parse, validate } from 'graphql';
import { ApiError, formatError, permissionDenied } from './api-error.ts';
import type { ApiKey, Role } from './auth.ts';
import type { Answer } from './core-api.ts';
import { createField, deleteField, updateField } from './field-metadata.ts';
import { beginUpload } from './file-metadata.ts';
import { isObject, isString, type JsonObject } from './json.ts';
import { keepsView } from './metadata-filter.ts';
import { metadataSchema } from './metadata-schema.ts';
import { connection, fieldView, objectView } from './metadata-view.ts';
import { createObject, deleteObject } from './object-metadata.ts';
import { operationNameOf } from './record-api.ts';
import { createWebhook, deleteWebhook, updateWebhook, webhookView } from './webhook-metadata.ts';
import type { Workspace } from './workspace.ts';
import { apiKeyView, roleView, workspaceView } from './workspace-view.ts';

/** Fields anyone may ask for whose key is good; the others need the right to change settings. */
const OPEN = new Set(['objects', 'object', 'fields', 'field', 'currentWorkspace']);

/** `/metadata`: real GraphQL over a schema, not rate limited. */
export class MetadataApi {
  readonly #workspace: Workspace;
  readonly #roles: readonly Role[];
  readonly #bornAt: string;

  constructor(workspace: Workspace, roles: readonly Role[], bornAt: string) {
    this.#workspace = workspace;
    this.#roles = roles;
    this.#bornAt = bornAt;
  }

  execute(body: JsonObject, caller: ApiKey | undefined): Answer {
    let document: DocumentNode;
    try {
      document = parse(isString(body.query) ? body.query : '');
    } catch (error) {
      return ok({ errors: [error instanceof GraphQLError ? error.toJSON() : formatError(error)] });
    }
    if (caller === undefined) return ok({ errors: [forbidden()], data: null });
    const wrong = validate(metadataSchema, document);
    if (wrong.length > 0)
      return ok({ errors: wrong.map(({ message, locations }) => ({ message, locations })) });
    const twice = duplicateRoot(document);
    if (twice !== undefined)
      return ok({
        errors: [{ message: `Duplicate root resolver: "${twice}"`, extensions: { code: 'BAD_USER_INPUT' } }],
      });
    const result = execute({
      schema: metadataSchema,
      document,
      rootValue: this.#root(caller),
      variableValues: isObject(body.variables) ? body.variables : {},
      operationName: operationNameOf(body),
    });
    if ('then' in result) throw new Error('a resolver of the double must not wait');
    if (result.errors === undefined) return ok(result);
    if (!('data' in result)) return wrongVariables(result.errors);
    return ok({
      errors: result.errors.map((error) => formatError(error.originalError ?? error)),
      data: result.data,
    });
  }

  #root(caller: ApiKey): JsonObject {
    const resolvers = this.#resolvers();
    for (const [name, resolve] of Object.entries(resolvers))
      if (!OPEN.has(name) && !caller.role.canUpdateAllSettings)
        resolvers[name] = () => {
          throw permissionDenied();
        };
      else resolvers[name] = resolve;
    return resolvers;
  }

  #resolvers(): Record<string, (args: JsonObject) => unknown> {
    const workspace = this.#workspace;
    const { model, webhooks } = workspace;
    const input = (args: JsonObject) => (isObject(args.input) ? args.input : {});
    const part = (args: JsonObject, name: string) => {
      const value = input(args)[name];
      return isObject(value) ? value : {};
    };
    return {
      objects: (args) =>
        connection(
          [...model.objects.values()]
            .map((object) => objectView(workspace, object))
            .filter((view) => keepsView(args.filter, view)),
          args,
        ),
      object: (args) => {
        const object = model.objectById(String(args.id));
        if (object === undefined) throw new ApiError('Object not found', { code: 'NOT_FOUND' });
        return objectView(workspace, object);
      },
      fields: (args) =>
        connection(
          [...model.objects.values()]
            .flatMap((object) => [...object.fields.values()])
            .map((field) => fieldView(workspace, field))
            .filter((view) => keepsView(args.filter, view)),
          args,
        ),
      field: (args) => {
        const found = model.fieldById(String(args.id));
        if (found === undefined) throw new ApiError('Field not found', { code: 'NOT_FOUND' });
        return fieldView(workspace, found.field);
      },
      webhooks: () => [...webhooks.values()].map(webhookView),
      webhook: (args) => {
        const webhook = webhooks.get(String(args.id));
        return webhook === undefined ? null : webhookView(webhook);
      },
      apiKeys: () => [...workspace.keys.values()].map((key) => apiKeyView(workspace, key, this.#bornAt)),
      getRoles: () => this.#roles.map((role) => roleView(workspace, role)),
      currentWorkspace: () => workspaceView(workspace, this.#bornAt),
      currentUser: () => {
        throw new ApiError('Forbidden resource', forbidden().extensions);
      },
      createOneObject: (args) => objectView(workspace, createObject(workspace, part(args, 'object'))),
      deleteOneObject: (args) => {
        const { id, nameSingular, namePlural } = deleteObject(workspace, input(args).id);
        return { id, nameSingular, namePlural };
      },
      createOneField: (args) => fieldView(workspace, createField(workspace, part(args, 'field'))),
      updateOneField: (args) =>
        fieldView(workspace, updateField(workspace, input(args).id, part(args, 'update'))),
      deleteOneField: (args) => fieldView(workspace, deleteField(workspace, input(args).id)),
      createWebhook: (args) => createWebhook(workspace, input(args)),
      updateWebhook: (args) => updateWebhook(workspace, input(args).id, part(args, 'update')),
      deleteWebhook: (args) => deleteWebhook(workspace, args.id),
      createFileUpload: (args) => beginUpload(workspace, args),
      completeFileUpload: (args) => workspace.files.complete(String(args.fileId)),
    };
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function forbidden(): { message: string; extensions: JsonObject } {
  return {
    message: 'Forbidden resource',
    extensions: {
      code: 'FORBIDDEN',
      response: { message: 'Forbidden resource', error: 'Forbidden', statusCode: 403 },
      userFriendlyMessage: 'An error occurred.',
    },
  };
}

/** Variables of the wrong shape: HTTP 400, and only the end of what graphql-js says. */
function wrongVariables(errors: readonly GraphQLError[]): Answer {
  return {
    status: 400,
    body: {
      errors: errors.map(({ message }) => ({
        message: message.replace(/^Variable .*?; /s, ''),
        extensions: {
          http: { status: 400 },
          code: 'BAD_USER_INPUT',
          userFriendlyMessage: 'An error occurred.',
        },
      })),
    },
  };
}

function duplicateRoot(document: DocumentNode): string | undefined {
  for (const definition of document.definitions) {
    if (definition.kind !== 'OperationDefinition') continue;
    const names = definition.selectionSet.selections.flatMap((node) =>
      node.kind === 'Field' ? [node.name.value] : [],
    );
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) return twice;
  }
  return undefined;
}
