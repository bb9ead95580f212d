import pg from 'pg';
import type { Logger } from '../domain/logger.ts';
import type { Engine, Session } from './engine.ts';
import { storeError } from './store-error.ts';

const TODO =
  'Check that the Postgres of DATABASE_URL runs and accepts connections, then run the command again; it goes on where it was.';

/** bigint and numeric counts fit a double here (rows, sequence numbers), and the port speaks numbers. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
};

/** Postgres through a pool. Short transactions have connections of their own, because a long one may wait for a short one. */
export function openPostgres(databaseUrl: string, log: Logger): Engine {
  const poolOf = (max: number) => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max, types, application_name: 'vp-twenty' });
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    pool.on('error', (error) =>
      log.warn({ code: Reflect.get(error, 'code') }, 'a connection to the store broke'),
    );
    return pool;
  };
  const pool = poolOf(10);
  const shortPool = poolOf(2);
  return {
    ...sessionOf(pool),
    concurrent: true,
    begin: (work) => transact(pool, work),
    beginShort: (work) => transact(shortPool, work),
    close: async () => {
      await Promise.all([pool, shortPool].map((each) => (each.ended ? undefined : each.end())));
    },
  };
}

async function transact<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => Promise.reject(storeError(error, TODO)));
  // A checked-out client that loses its connection emits an error; the running statement fails with it as well.
  const ignore = () => undefined;
  client.on('error', ignore);
  const session = oneByOne(sessionOf(client));
  let broken = false;
  try {
    await session.query('begin');
    const result = await work(session);
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

function sessionOf(connection: pg.Pool | pg.PoolClient): Session {
  return {
    query: async <R extends object>(sql: string, params: Parameters<Session['query']>[1] = []) => {
      try {
        return (await connection.query<R & pg.QueryResultRow>(sql, [...params])).rows;
      } catch (error) {
        throw storeError(error, TODO);
      }
    },
    script: async (sql) => {
      try {
        await connection.query(sql);
      } catch (error) {
        throw storeError(error, TODO);
      }
    },
  };
}

/** A client takes one statement at a time; callers may still use Promise.all inside a transaction. */
function oneByOne(session: Session): Session {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run, run);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    query: <R extends object>(sql: string, params?: Parameters<Session['query']>[1]) =>
      next(() => session.query<R>(sql, params)),
    script: (sql) => next(() => session.script(sql)),
  };
}
