import type { Clock } from '../../../worker/domain/clock.ts';
import type { ApiKey } from './auth.ts';
import type { Counters } from './counters.ts';
import type { EventQueue } from './event-queue.ts';
import type { FileStore } from './file-store.ts';
import type { Model } from './model.ts';
import type { Shapes } from './object-shape.ts';
import { Table } from './table.ts';

export interface Webhook {
  readonly id: string;
  targetUrl: string;
  operations: string[];
  secret: string;
  description: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

/** Everything the double knows, in memory. */
export interface Workspace {
  readonly id: string;
  readonly clock: Clock;
  readonly model: Model;
  readonly shapes: Shapes;
  readonly tables: Tables;
  readonly files: FileStore;
  readonly webhooks: Map<string, Webhook>;
  readonly keys: Map<string, ApiKey>;
  readonly queue: EventQueue;
  readonly counters: Counters;
}

/** One table per object, made when it is first asked for. */
export class Tables {
  readonly #tables = new Map<string, Table>();

  get(object: string): Table {
    let table = this.#tables.get(object);
    if (table === undefined) {
      table = new Table();
      this.#tables.set(object, table);
    }
    return table;
  }

  drop(object: string): void {
    this.#tables.delete(object);
  }

  entries(): IterableIterator<[string, Table]> {
    return this.#tables.entries();
  }
}

export function nowIso(workspace: Workspace): string {
  return new Date(workspace.clock.now()).toISOString();
}
