import { visible } from './filters.ts';
import { prepare, type Room, unexpected } from './room.ts';
import { chunks, rowsOf } from './rows.ts';
import type { TargetRecord, TargetRecords } from './target.ts';

/** updateXs takes 200 (twenty-facts 1.3), and says so without a number that could be read. */
const CHUNK = 200;

/**
 * `updateXs` by filter: the same values on several records. It leaves a trashed record in the trash, which `createXs` with
 * upsert does not. Idempotent, so repeated when its answer is lost.
 */
export function createUpdateSame(room: Room): TargetRecords['updateSame'] {
  return async (name, ids, data, { fields, signal }) => {
    const { operations, selection, files } = await prepare(room, name, fields);
    const updated: TargetRecord[] = [];
    for (const some of chunks([...new Set(ids)], Math.min(CHUNK, room.learned.batchSize))) {
      const outcome = await room.api.records({
        query: operations.updateSame(selection),
        variables: { filter: visible({ id: { in: some } }, 'with'), data },
        signal,
        whenLost: 'repeat',
      });
      const rows = outcome.kind === 'ok' ? rowsOf(outcome.data, operations.roots.updateSame, files) : null;
      if (rows === null) throw unexpected(name, outcome);
      updated.push(...rows);
    }
    return updated;
  };
}
