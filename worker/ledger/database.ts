import { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine, Session } from './engine.ts';
import { type GrowingTable, Statistics } from './statistics.ts';

/** What the stores are written against. */
export interface Database extends Session {
  /** Everything inside `work` is one commit. Nested, the inner joins the outer. */
  transaction<T>(work: (tx: Database) => Promise<T>): Promise<T>;
  /** A short transaction of its own, also inside another one, where the engine can; else it joins. */
  apart<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** To be told after rows were added: keeps the planner's statistics in step. */
  grew(table: GrowingTable, rows: number): Promise<void>;
  close(): Promise<void>;
}

interface OpenTransaction {
  open: boolean;
  readonly database: Database;
}

/**
 * The database over an engine. A call on the outer database from within the asynchronous chain of an open transaction joins
 * that transaction: on an engine with one connection it would wait for itself otherwise. A call from another chain is no
 * part of it: it takes another connection or waits.
 */
export function createDatabase(engine: Engine): Database {
  const statistics = new Statistics(engine);
  const chain = new AsyncLocalStorage<OpenTransaction>();
  const joined = (): Database | undefined => {
    const transaction = chain.getStore();
    return transaction?.open ? transaction.database : undefined;
  };
  const begin = async <T>(work: (tx: Database) => Promise<T>): Promise<T> => {
    const result = await engine.begin(async (session) => {
      const transaction: OpenTransaction = { open: true, database: within(session, engine, statistics) };
      try {
        return await chain.run(transaction, () => work(transaction.database));
      } finally {
        transaction.open = false;
      }
    });
    await statistics.settle();
    return result;
  };
  return {
    query: (sql, params) => (joined() ?? engine).query(sql, params),
    script: (sql) => (joined() ?? engine).script(sql),
    transaction: (work) => joined()?.transaction(work) ?? begin(work),
    apart: (work) => joined()?.apart(work) ?? engine.beginShort(work),
    grew: async (table, rows) => {
      statistics.grew(table, rows);
      if (joined() === undefined) await statistics.settle();
    },
    close: () => engine.close(),
  };
}

function within(session: Session, engine: Engine, statistics: Statistics): Database {
  const database: Database = {
    query: (sql, params) => session.query(sql, params),
    script: (sql) => session.script(sql),
    transaction: (work) => work(database),
    apart: (work) => (engine.concurrent ? engine.beginShort(work) : work(session)),
    grew: async (table, rows) => statistics.grew(table, rows),
    close: () => engine.close(),
  };
  return database;
}
