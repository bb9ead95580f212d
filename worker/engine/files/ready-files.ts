import type { LoadRun } from '../load-run.ts';

/** Opens the source when a phase still has records with files to write: one that is gone is told at once, not after hours. Throws SOURCE_UNREADABLE. */
export async function readyFiles(load: LoadRun): Promise<void> {
  const left = await load.ledger.work.remaining(load.run.migrationId, load.phase);
  const takesFiles = (object: string) => {
    const mapping = load.run.byObject.get(object);
    return mapping?.kind === 'record' && mapping.file !== undefined;
  };
  if (left.some(({ object, items }) => items > 0 && takesFiles(object))) await load.files.open();
}
