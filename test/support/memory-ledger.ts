import type { Logger } from '../../worker/domain/logger.ts';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { openLedger } from '../../worker/ledger/open-ledger.ts';
import { pgliteImage } from './pglite-image.ts';
import { silentLogger } from './silent-logger.ts';

/** A store of its own in memory, gone when it is closed. */
export async function openMemoryLedger(log: Logger = silentLogger): Promise<Ledger> {
  return openLedger({ dataDir: 'memory://', command: 'test', log, ...(await pgliteImage()) });
}
