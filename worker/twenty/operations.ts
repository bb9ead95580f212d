import type { TargetObject } from './target.ts';

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The GraphQL documents on the records of one object. Each has one root resolver. Selections come from the schema. */
export interface Operations {
  find(selection: string): string;
  count(): string;
  create(selection: string): string;
  update(selection: string): string;
  updateSame(selection: string): string;
  bulk(verb: 'delete' | 'restore' | 'destroy'): string;
  destroyOne(): string;
  /** Where the answer is: the root field of each document. */
  readonly roots: {
    readonly find: string;
    readonly create: string;
    readonly updateSame: string;
    readonly destroyOne: string;
    readonly bulk: Readonly<Record<'delete' | 'restore' | 'destroy', string>>;
  };
}

export function operationsOf(object: TargetObject): Operations {
  const one = capital(object.nameSingular);
  const many = capital(object.namePlural);
  const filter = `${one}FilterInput`;
  const roots = {
    find: object.namePlural,
    create: `create${many}`,
    updateSame: `update${many}`,
    destroyOne: `destroy${one}`,
    bulk: { delete: `delete${many}`, restore: `restore${many}`, destroy: `destroy${many}` },
  };
  return {
    roots,
    // Without orderBy: by id, the only order whose cursors lose nothing (twenty-facts 3).
    find: (selection) =>
      `query Find($first: Int, $after: String, $filter: ${filter}) { ${roots.find}(first: $first, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } edges { node { ${selection} } } } }`,
    count: () =>
      `query Count($filter: ${filter}) { ${roots.find}(first: 0, filter: $filter) { totalCount } }`,
    create: (selection) =>
      `mutation Create($data: [${one}CreateInput!]!) { ${roots.create}(data: $data) { ${selection} } }`,
    update: (selection) =>
      `mutation Update($data: [${one}CreateInput!]!) { ${roots.create}(data: $data, upsert: true) { ${selection} } }`,
    updateSame: (selection) =>
      `mutation UpdateSame($filter: ${filter}, $data: ${one}UpdateInput!) { ${roots.updateSame}(filter: $filter, data: $data) { ${selection} } }`,
    bulk: (verb) => `mutation Bulk($filter: ${filter}!) { ${roots.bulk[verb]}(filter: $filter) { id } }`,
    destroyOne: () => `mutation DestroyOne($id: UUID!) { ${roots.destroyOne}(id: $id) { id } }`,
  };
}
