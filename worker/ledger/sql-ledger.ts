import { budgetStore } from './budget-store.ts';
import { changeStore } from './change-store.ts';
import type { Database } from './database.ts';
import { deadLetterStore } from './dead-letter-store.ts';
import type { Ledger, RecordStore } from './ledger.ts';
import { linkStore } from './link-store.ts';
import { migrationStore } from './migration-store.ts';
import { outcomeStore } from './outcome-store.ts';
import { snapshotStore } from './snapshot-store.ts';
import { trailStore } from './trail-store.ts';
import { workStore } from './work-store.ts';

/** The ledger over a database whose schema is current. `close` ends the database and then calls `closed`. */
export function sqlLedger(db: Database, closed: () => Promise<void>): Ledger {
  return {
    transaction: (work) => db.transaction((tx) => work(sqlLedger(tx, closed))),
    snapshots: snapshotStore(db),
    migrations: migrationStore(db),
    work: workStore(db),
    records: recordStore(db),
    changes: changeStore(db),
    trail: trailStore(db),
    budget: budgetStore(db),
    close: async () => {
      await db.close();
      await closed();
    },
  };
}

function recordStore(db: Database): RecordStore {
  return {
    ...linkStore(db),
    ...outcomeStore(db),
    ...deadLetterStore(db),
    clear: (migrationId) =>
      db.transaction(async (tx) => {
        for (const table of ['link', 'outcome', 'dead_letter', 'row_fix'])
          await tx.query(`delete from vp.${table} where migration_id = $1`, [migrationId]);
      }),
  };
}
