import { describe } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { changesContract } from './ledger-contract-changes.ts';
import { migrationsContract } from './ledger-contract-migrations.ts';
import { modelContract } from './ledger-contract-model.ts';
import { recordsContract } from './ledger-contract-records.ts';
import { snapshotsContract } from './ledger-contract-snapshots.ts';
import { transactionsContract } from './ledger-contract-transactions.ts';
import { workContract } from './ledger-contract-work.ts';

/** What every implementation of the port must do. `ledger` gives the one that the suite opened before. */
export function ledgerContract(name: string, ledger: () => Ledger): void {
  describe(`ledger on ${name}`, () => {
    snapshotsContract(ledger);
    migrationsContract(ledger);
    workContract(ledger);
    recordsContract(ledger);
    changesContract(ledger);
    transactionsContract(ledger);
    modelContract(ledger);
  });
}
