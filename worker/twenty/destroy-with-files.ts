import { prepare, type Room, unexpected } from './room.ts';
import type { TargetFiles } from './target.ts';

const CRASHES_MAX = 3;

/**
 * Destroys by the mutation for one record: only its event makes the server's queue remove the blobs of every file (twenty-facts 6). Live or in
 * the trash.
 */
export function createDestroyWithFiles(room: Room): TargetFiles['destroyWithFiles'] {
  return async (name, id, signal) => {
    const { operations, object } = await prepare(room, name, []);
    const query = operations.destroyOne();
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await room.api.records({ query, variables: { id }, signal, whenLost: 'report' });
      if (outcome.kind === 'ok') return true;
      // Gone after an answer that was lost: that was us.
      if (outcome.kind === 'refused' && outcome.refusal.reason === 'not-found') return attempt > 1;
      const crashed = outcome.kind === 'refused' && outcome.refusal.code === 'INTERNAL_SERVER_ERROR';
      if (outcome.kind !== 'lost' && (!crashed || attempt >= CRASHES_MAX))
        throw unexpected(object.nameSingular, outcome);
      const code = outcome.kind === 'lost' ? outcome.code : 'INTERNAL_SERVER_ERROR';
      await room.api.backOff(attempt, code, signal);
    }
  };
}
