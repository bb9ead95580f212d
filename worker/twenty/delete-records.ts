import { VpError } from '../domain/errors.ts';
import { type Prepared, prepare, type Room, unexpected } from './room.ts';
import { chunks, rowsOf } from './rows.ts';
import type { TargetFilter, TargetRecords } from './target.ts';

/** A destroy of 5,000 took 0.7 s (twenty-facts 1.3); the server's statement limit is 10 s. */
const CHUNK = 1000;
const CRASHES_MAX = 3;

type Verb = 'delete' | 'restore' | 'destroy';
type Deletes = Pick<TargetRecords, 'destroy' | 'destroyWhere' | 'softDelete' | 'restore'>;

/**
 * Soft delete, restore and destroy, all by filter, because those have no limit of records and none of them minds ids that are
 * gone. Each is idempotent; after a lost answer it is made again, and ids that are then gone count as done.
 */
export function createDeletes(room: Room, byIds: TargetRecords['byIds']): Deletes {
  const bulk = async (prepared: Prepared, verb: Verb, filter: TargetFilter, signal?: AbortSignal) => {
    const { operations, object } = prepared;
    for (let attempt = 1; ; attempt += 1) {
      const query = operations.bulk(verb);
      const outcome = await room.api.records({ query, variables: { filter }, signal, whenLost: 'report' });
      if (outcome.kind === 'ok') {
        const rows = rowsOf(outcome.data, operations.roots.bulk[verb], []);
        if (rows === null) throw unexpected(object.nameSingular, outcome);
        return { ids: rows.map((row) => row.id), certain: attempt === 1 };
      }
      const code = outcome.kind === 'lost' ? outcome.code : crashCode(outcome);
      if (code === null || (outcome.kind !== 'lost' && attempt >= CRASHES_MAX)) {
        throw unexpected(object.nameSingular, outcome);
      }
      await room.api.backOff(attempt, code, signal);
    }
  };

  const byIdsInChunks =
    (verb: Verb): TargetRecords['destroy'] =>
    async (name, ids, signal) => {
      const prepared = await prepare(room, name, []);
      const done: string[] = [];
      for (const some of chunks([...new Set(ids)], CHUNK)) {
        const answer = await bulk(prepared, verb, { id: { in: some } }, signal);
        done.push(...(answer.certain || verb !== 'destroy' ? answer.ids : await gone(name, some, signal)));
      }
      return done;
    };

  const gone = async (name: string, ids: readonly string[], signal?: AbortSignal): Promise<string[]> => {
    const options = { fields: [], trash: true, ...(signal === undefined ? {} : { signal }) };
    const left = new Set((await byIds(name, ids, options)).map((record) => record.id));
    return ids.filter((id) => !left.has(id));
  };

  return {
    destroy: byIdsInChunks('destroy'),
    softDelete: byIdsInChunks('delete'),
    restore: byIdsInChunks('restore'),
    async destroyWhere(name, filter, signal) {
      if (Object.keys(filter).length === 0) throw everything(name);
      const prepared = await prepare(room, name, []);
      const answer = await bulk(prepared, 'destroy', filter, signal);
      return answer.ids.length;
    },
  };
}

/** Only a crash of the server may pass. */
function crashCode(outcome: {
  readonly kind: string;
  readonly refusal?: { readonly code: string };
}): string | null {
  const code = outcome.refusal?.code ?? '';
  return code === 'INTERNAL_SERVER_ERROR' ? code : null;
}

function everything(object: string): VpError {
  return new VpError('INTERNAL', {
    what: 'A destroy without a filter would destroy every record.',
    where: object,
    todo: 'Report this defect.',
  });
}
