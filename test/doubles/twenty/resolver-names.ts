import { pascal } from './composites.ts';
import type { Model } from './model.ts';

export type ResolverMethod =
  | 'findMany'
  | 'findOne'
  | 'groupBy'
  | 'createMany'
  | 'createOne'
  | 'updateMany'
  | 'updateOne'
  | 'deleteMany'
  | 'deleteOne'
  | 'restoreMany'
  | 'restoreOne'
  | 'destroyMany'
  | 'destroyOne';

export interface Resolver {
  readonly object: string;
  readonly method: ResolverMethod;
}

/** Root fields per operation: `companies`, `createCompanies`, … They follow the model. */
export class ResolverNames {
  readonly #model: Model;
  #version = 0;
  #queries = new Map<string, Resolver>();
  #mutations = new Map<string, Resolver>();

  constructor(model: Model) {
    this.#model = model;
  }

  get(operation: 'query' | 'mutation', name: string): Resolver | undefined {
    if (this.#version !== this.#model.version) this.#build();
    return (operation === 'query' ? this.#queries : this.#mutations).get(name);
  }

  #build(): void {
    this.#version = this.#model.version;
    this.#queries = new Map();
    this.#mutations = new Map();
    for (const { nameSingular: object, namePlural } of this.#model.objects.values()) {
      this.#queries.set(namePlural, { object, method: 'findMany' });
      this.#queries.set(object, { object, method: 'findOne' });
      this.#queries.set(`${namePlural}GroupBy`, { object, method: 'groupBy' });
      for (const verb of ['create', 'update', 'delete', 'restore', 'destroy'] as const) {
        this.#mutations.set(`${verb}${pascal(namePlural)}`, { object, method: `${verb}Many` });
        this.#mutations.set(`${verb}${pascal(object)}`, { object, method: `${verb}One` });
      }
    }
  }
}
