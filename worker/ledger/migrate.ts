import { readdir, readFile } from 'node:fs/promises';
import { VpError } from '../domain/errors.ts';
import type { Database } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any number, the same in every version of this program: whoever migrates holds it. */
const ADVISORY_LOCK = 7_215_034_811;

/**
 * Brings the schema of the store to this program's version: the SQL files of migrations/ in order of their number, each in
 * one transaction with its line in `vp.schema_version`. Safe when several processes start at once. Throws STORE_NEWER.
 */
export async function migrate(database: Database): Promise<void> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{3}_[a-z0-9_]+\.sql$/.test(name)).sort();
  for (;;) {
    const done = await database.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
      await tx.script(
        `create schema if not exists vp;
         create table if not exists vp.schema_version (version integer primary key, name text not null, at timestamptz not null default now())`,
      );
      const [found] = await tx.query<{ version: number }>(
        'select coalesce(max(version), 0) as version from vp.schema_version',
      );
      const version = found?.version ?? 0;
      if (version > files.length) throw newer(version, files.length);
      const file = files[version];
      if (file === undefined) return true;
      await tx.script(await readFile(new URL(file, FOLDER), 'utf8'));
      await tx.query('insert into vp.schema_version (version, name) values ($1, $2)', [version + 1, file]);
      return false;
    });
    if (done) return;
  }
}

function newer(store: number, program: number): VpError {
  return new VpError('STORE_NEWER', {
    what: `The store has schema version ${store}; this program knows versions up to ${program}.`,
    todo: 'Use the version of the program that wrote the store, or a newer one.',
  });
}
