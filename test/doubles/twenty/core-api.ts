import {
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { ApiError, formatError } from './api-error.ts';
import { argumentsOf } from './argument-values.ts';
import type { ApiKey } from './auth.ts';
import { coreSchema } from './core-schema.ts';
import { isObject, isString, type JsonObject } from './json.ts';
import type { Limiter } from './limiter.ts';
import { checkArguments, operationNameOf, runResolver } from './record-api.ts';
import { type Resolver, ResolverNames } from './resolver-names.ts';
import { type QueryParts, rootFields, selectionOf } from './selection.ts';
import type { Workspace } from './workspace.ts';

export interface Answer {
  readonly status: number;
  /** JSON-able, or text that is sent as it is. */
  readonly body: unknown;
}

const MAX_ROOTS = 20;
const KEPT_DOCUMENTS = 500;

/** `/graphql`: the server parses the query and calls its resolvers itself, without GraphQL validation (twenty-facts 1.1). */
export class CoreApi {
  readonly #workspace: Workspace;
  readonly #limiter: Limiter;
  readonly #names: ResolverNames;
  readonly #documents = new Map<string, DocumentNode>();
  #schema: { version: number; schema: GraphQLSchema } | null = null;

  constructor(workspace: Workspace, limiter: Limiter) {
    this.#workspace = workspace;
    this.#limiter = limiter;
    this.#names = new ResolverNames(workspace.model);
  }

  execute(body: JsonObject, caller: ApiKey | undefined): Answer {
    let document: DocumentNode;
    try {
      document = this.#parse(isString(body.query) ? body.query : '');
    } catch (error) {
      if (error instanceof GraphQLError) return ok({ errors: [error.toJSON()] });
      throw error;
    }
    const operationName = operationNameOf(body);
    const operation = chosenOperation(document, operationName);
    if (operation === 'ambiguous')
      return {
        status: 500,
        body: 'GraphQLError: Must provide operation name when document contains multiple operations.',
      };
    const parts: QueryParts = {
      fragments: fragmentsOf(document),
      variables: isObject(body.variables) ? body.variables : {},
    };
    return this.#executeOperation(operation, parts, document, operationName, caller);
  }

  #executeOperation(
    operation: OperationDefinitionNode,
    parts: QueryParts,
    document: DocumentNode,
    operationName: string | null,
    caller: ApiKey | undefined,
  ): Answer {
    const kind = operation.operation;
    if (kind === 'subscription')
      return ok({ errors: [{ message: 'Schema is not configured to execute subscription operation.' }] });
    const fields = rootFields(operation.selectionSet, parts);
    const known: { field: FieldNode; resolver: Resolver }[] = [];
    const unknown: FieldNode[] = [];
    const introspection: FieldNode[] = [];
    for (const field of fields) {
      const name = field.name.value;
      const resolver = caller === undefined ? undefined : this.#names.get(kind, name);
      if (resolver !== undefined) known.push({ field, resolver });
      else if (name === '__schema' || name === '__type') introspection.push(field);
      else unknown.push(field);
    }
    if (unknown.length > 0 && known.length > 0)
      return ok({
        errors: [
          badRequest(
            'This query cannot be executed as a single request. Please split it into separate queries.',
          ),
        ],
      });
    if (unknown.length > 0) return ok(unknownRoots(kind, unknown));
    if (introspection.length > 0) return this.#introspect(document, parts, operationName, caller);
    const refusal = refusedRoots(known.map(({ field }) => field.name.value));
    if (refusal !== null) return ok({ data: {}, errors: [badRequest(refusal)] });
    return caller === undefined ? ok({ data: {} }) : ok(this.#resolve(known, parts, caller));
  }

  /**
   * Every root is a resolver of its own: no order, no shared transaction, one failing leaves the others. The server starts
   * them together; here the last one goes first, so that whoever relies on an order is found out (twenty-facts 1.6).
   */
  #resolve(
    roots: readonly { field: FieldNode; resolver: Resolver }[],
    parts: QueryParts,
    caller: ApiKey,
  ): JsonObject {
    const results = new Map<string, unknown>();
    const errors: JsonObject[] = [];
    for (const { field, resolver } of roots.toReversed()) {
      const key = field.alias?.value ?? field.name.value;
      try {
        const args = argumentsOf(field, parts.variables);
        checkArguments(resolver.method, args);
        this.#count();
        const shape = this.#workspace.shapes.get(resolver.object);
        const selection = selectionOf(field.selectionSet, parts);
        results.set(key, runResolver(this.#workspace, caller, shape, resolver.method, args, selection));
      } catch (error) {
        results.set(key, null);
        errors.push(formatError(error));
      }
    }
    const data = Object.fromEntries(
      roots.map(({ field }) => {
        const key = field.alias?.value ?? field.name.value;
        return [key, results.get(key)];
      }),
    );
    return errors.length === 0 ? { data } : { data, errors };
  }

  #count(): void {
    const { counters, clock } = this.#workspace;
    counters.rootResolvers += 1;
    try {
      this.#limiter.take(clock.now());
    } catch (error) {
      if (error instanceof ApiError) counters.refusedByLimiter += 1;
      throw error;
    }
  }

  #introspect(
    document: DocumentNode,
    parts: QueryParts,
    operationName: string | null,
    caller: ApiKey | undefined,
  ): Answer {
    if (caller === undefined)
      return ok({
        errors: [{ message: 'GraphQL introspection has been disabled for unauthenticated requests.' }],
      });
    const { version } = this.#workspace.model;
    if (this.#schema?.version !== version) this.#schema = { version, schema: coreSchema(this.#workspace) };
    const variableValues = parts.variables;
    const result = execute({ schema: this.#schema.schema, document, operationName, variableValues });
    return ok(result);
  }

  #parse(query: string): DocumentNode {
    const kept = this.#documents.get(query);
    if (kept !== undefined) return kept;
    const document = parse(query, { noLocation: false });
    if (this.#documents.size >= KEPT_DOCUMENTS) this.#documents.clear();
    if (query.length < 20_000) this.#documents.set(query, document);
    return document;
  }
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function badRequest(message: string): JsonObject {
  return { message, extensions: { code: 'BAD_USER_INPUT' } };
}

function refusedRoots(names: readonly string[]): string | null {
  if (names.length > MAX_ROOTS)
    return `Query too complex - Too many root resolvers requested: ${names.length} - Maximum allowed root resolvers: ${MAX_ROOTS}`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `Duplicate root resolver: "${twice}"`;
}

function unknownRoots(kind: string, fields: readonly FieldNode[]): JsonObject {
  const type = kind === 'query' ? 'Query' : 'Mutation';
  const wrong = fields.filter((field) => field.name.value !== '__typename');
  if (wrong.length === 0) return { data: { __typename: type } };
  return {
    errors: wrong.map((field) => {
      const { line = 1, column = 1 } = field.loc?.startToken ?? {};
      return {
        message: `Cannot query field "${field.name.value}" on type "${type}".`,
        locations: [{ line, column }],
      };
    }),
  };
}

function chosenOperation(document: DocumentNode, name: string | null): OperationDefinitionNode | 'ambiguous' {
  const operations = document.definitions.filter((definition) => definition.kind === 'OperationDefinition');
  const [only] = operations;
  if (name !== null) return operations.find((operation) => operation.name?.value === name) ?? 'ambiguous';
  return operations.length === 1 && only !== undefined ? only : 'ambiguous';
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === 'FragmentDefinition')
      .map((fragment) => [fragment.name.value, fragment]),
  );
}
