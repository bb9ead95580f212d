import { afterAll, beforeAll } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { openLedger } from '../../worker/ledger/open-ledger.ts';
import { ledgerContract } from './ledger-contract.ts';
import { silent } from './ledger-samples.ts';

let ledger: Ledger;

beforeAll(async () => {
  ledger = await openLedger({ dataDir: 'memory://', command: 'test', log: silent });
}, 60_000);

afterAll(() => ledger.close());

ledgerContract('PGlite', () => ledger);
