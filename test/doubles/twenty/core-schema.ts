import { buildSchema, type GraphQLSchema } from 'graphql';
import { COMPOSITES, pascal, type SubFieldKind } from './composites.ts';
import type { Column, ObjectShape } from './object-shape.ts';
import type { Workspace } from './workspace.ts';

const SUB_TYPES: Readonly<Record<SubFieldKind, string>> = {
  text: 'String',
  code: 'String',
  list: 'JSON',
  json: 'JSON',
  number: 'BigFloat',
  micros: 'BigFloat',
  uuid: 'UUID',
  source: 'ActorSourceEnum',
};

const SCALARS: ReadonlyMap<string, string> = new Map([
  ['UUID', 'UUID'],
  ['TEXT', 'String'],
  ['NUMBER', 'Float'],
  ['BOOLEAN', 'Boolean'],
  ['DATE_TIME', 'DateTime'],
  ['DATE', 'Date'],
  ['POSITION', 'Position'],
  ['TS_VECTOR', 'TSVector'],
  ['RAW_JSON', 'JSON'],
  ['ARRAY', '[String]'],
  ['FILES', '[FileObject]'],
]);

/** The introspectable schema of `/graphql`: record types, inputs and roots. Filters and orderings are left out. */
export function coreSchema(workspace: Workspace): GraphQLSchema {
  const shapes = [...workspace.model.objects.keys()].map((name) => workspace.shapes.get(name));
  const roots = shapes.map(rootsOf);
  return buildSchema(
    [
      'scalar UUID scalar DateTime scalar Date scalar JSON scalar BigFloat scalar Position scalar TSVector',
      'type FileObject { fileId: UUID label: String extension: String url: String }',
      'enum ActorSourceEnum { EMAIL CALENDAR WORKFLOW AGENT API IMPORT MANUAL SYSTEM WEBHOOK APPLICATION }',
      'type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }',
      ...[...COMPOSITES].flatMap(([type, subs]) => {
        const body = Object.entries(subs)
          .map(([sub, kind]) => `${sub}: ${SUB_TYPES[kind]}`)
          .join(' ');
        const name = compositeName(type);
        return [
          `type ${name} { ${body} }`,
          `input ${name}CreateInput { ${body} }`,
          `input ${name}UpdateInput { ${body} }`,
        ];
      }),
      ...shapes.flatMap(typesOf),
      `type Query { ${roots.map(({ query }) => query).join(' ')} }`,
      `type Mutation { ${roots.map(({ mutation }) => mutation).join(' ')} }`,
    ].join('\n'),
  );
}

function typesOf(shape: ObjectShape): string[] {
  const name = pascal(shape.object.nameSingular);
  const columns = [...shape.columns.values()];
  const fields = [
    ...columns.map((column) => `${column.name}: ${typeOf(column)}${column.notNull ? '!' : ''}`),
    ...[...shape.toOne].map(([relation, { target }]) => `${relation}: ${pascal(target)}`),
    ...[...shape.toMany].map(([relation, { object }]) => `${relation}: ${pascal(object)}Connection`),
  ];
  const inputs = (kind: string) =>
    columns
      .map((column) =>
        column.composite === null
          ? `${column.name}: ${inputType(column)}`
          : `${column.name}: ${compositeName(column.field.type)}${kind}Input`,
      )
      .join(' ');
  const enums = columns
    .filter((column) => column.field.options !== null)
    .map(
      (column) => `enum ${enumName(column)} { ${column.field.options?.map(({ value }) => value).join(' ')} }`,
    );
  return [
    `type ${name} { ${fields.join(' ')} }`,
    `type ${name}Edge { node: ${name} cursor: String }`,
    `type ${name}Connection { totalCount: Int edges: [${name}Edge!]! pageInfo: PageInfo! }`,
    `input ${name}CreateInput { ${inputs('Create')} }`,
    `input ${name}UpdateInput { ${inputs('Update')} }`,
    ...enums,
  ];
}

function rootsOf({ object }: ObjectShape): { query: string; mutation: string } {
  const one = pascal(object.nameSingular);
  const many = pascal(object.namePlural);
  const page =
    'first: Int, last: Int, offset: Int, before: String, after: String, filter: JSON, orderBy: JSON';
  const byId = ['delete', 'restore', 'destroy']
    .map((verb) => `${verb}${one}(id: UUID!): ${one} ${verb}${many}(filter: JSON!): [${one}!]`)
    .join(' ');
  return {
    query: `${object.namePlural}(${page}): ${one}Connection ${object.nameSingular}(filter: JSON!): ${one}`,
    mutation: [
      `create${many}(data: [${one}CreateInput!]!, upsert: Boolean): [${one}!]`,
      `create${one}(data: ${one}CreateInput!, upsert: Boolean): ${one}`,
      `update${many}(data: ${one}UpdateInput!, filter: JSON!): [${one}!]`,
      `update${one}(id: UUID!, data: ${one}UpdateInput!): ${one}`,
      byId,
    ].join(' '),
  };
}

function typeOf(column: Column): string {
  if (column.composite !== null) return compositeName(column.field.type);
  if (column.field.options !== null)
    return column.field.type === 'MULTI_SELECT' ? `[${enumName(column)}]` : enumName(column);
  if (column.name.endsWith('Id') && column.field.type.endsWith('RELATION')) return 'ID';
  return SCALARS.get(column.field.type) ?? 'String';
}

function inputType(column: Column): string {
  if (column.name === 'id') return 'ID';
  return column.field.type === 'FILES' ? 'JSON' : typeOf(column);
}

function enumName(column: Column): string {
  return `${pascal(column.field.object)}${pascal(column.name)}Enum`;
}

function compositeName(type: string): string {
  return type === 'RICH_TEXT'
    ? 'RichText'
    : type === 'FULL_NAME'
      ? 'FullName'
      : type.charAt(0) + type.slice(1).toLowerCase();
}
