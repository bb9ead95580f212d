import { z } from 'zod';
import { openLedger } from '../../../worker/ledger/open-ledger.ts';
import { numbers, row, silent, stream } from '../../contract/ledger-samples.ts';

/** A second process for the tests: `append` writes rows for ever, `claim` works a migration off. One line per acknowledged step. */
const settings = z.object({
  dataDir: z.string().default('unused'),
  databaseUrl: z.string().optional(),
  migration: z.string().default(''),
  holder: z.string().default(''),
});
const [task, given] = process.argv.slice(2);
const { dataDir, databaseUrl, migration, holder } = settings.parse(JSON.parse(given ?? '{}'));
const ledger = await openLedger({
  dataDir,
  command: task ?? '',
  log: silent,
  ...(databaseUrl === undefined ? {} : { databaseUrl }),
});

if (task === 'append') {
  const { id } = await ledger.snapshots.create({
    sourceInstance: 'kill',
    location: '',
    profileDigest: '',
    allowed: {},
  });
  console.log(id);
  for (let last = 0; ; last += 20) {
    await ledger.snapshots.append(
      id,
      stream(last + 20),
      numbers(last + 1, last + 20).map((number) => row(number)),
    );
    console.log(last + 20);
  }
}

if (task === 'claim') {
  for (;;) {
    const claim = await ledger.work.claim(migration, 'load', holder, 60_000);
    if (claim.kind === 'done') break;
    if (claim.kind === 'wait') continue;
    const { id, level, object, items } = claim.range;
    const counts = await ledger.records.countOutcomes(migration);
    const companiesDone = counts.find((count) => count.object === 'companies')?.n ?? 0;
    await ledger.transaction(async (tx) => {
      await tx.records.putOutcomes(
        migration,
        items.map(({ row, sourceId }) => ({ object, row, sourceId, outcome: 'created', reason: null })),
      );
      if (!(await tx.work.finish(id, holder))) throw new Error('claim lost');
    });
    console.log(JSON.stringify({ id, level, companiesDone }));
  }
}
await ledger.close();
