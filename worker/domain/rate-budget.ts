import type { Json } from './canonical.ts';

/** Where the pacer keeps its view of the server's bucket, so that every process spends from one budget. */
export interface RateBudgetStore {
  /** Atomic read-modify-write of the state under `key`; `null` when there is none. `change` must be quick and pure. */
  update<T>(key: string, change: (state: Json) => { readonly state: Json; readonly result: T }): Promise<T>;
}
