import { VpError } from '../domain/errors.ts';
import { refuseUnknownFields, sameIds } from './create-records.ts';
import { prepare, type Room, unexpected, withKnownField } from './room.ts';
import { chunks, rowsOf } from './rows.ts';
import type { TargetRecord, TargetRecords } from './target.ts';

/**
 * `createXs(upsert: true)` of ids that exist: the only call that gives many records their own values. It is idempotent and so
 * simply repeated when its answer is lost. An upsert that matched a record by a unique value instead of the id would answer
 * with another id: that must not happen unseen.
 */
export function createUpdate(room: Room): TargetRecords['update'] {
  return async (name, records, { fields, signal }) => {
    const prepared = await prepare(room, name, fields);
    await refuseUnknownFields(room, prepared, records);
    const { operations, object, selection, files } = prepared;
    const updated: TargetRecord[] = [];
    let queue = chunks(records, room.learned.batchSize);
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const query = operations.update(selection);
      const outcome = await room.api.records({
        query,
        variables: { data: batch },
        signal,
        whenLost: 'repeat',
      });
      if (outcome.kind === 'refused') {
        return { kind: 'refused', refusal: withKnownField(object, outcome.refusal) };
      }
      if (outcome.kind === 'too-many') {
        room.learned.batchSize = Math.max(1, Math.min(outcome.max, batch.length - 1));
        queue = chunks([...batch, ...queue.flat()], room.learned.batchSize);
        continue;
      }
      const rows = outcome.kind === 'ok' ? rowsOf(outcome.data, operations.roots.create, files) : null;
      if (rows === null) throw unexpected(name, outcome);
      if (!sameIds(rows, batch)) throw otherRecordMatched(name);
      updated.push(...rows);
    }
    return { kind: 'written', records: updated };
  };
}

function otherRecordMatched(object: string): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: 'An update by id was answered with another record.',
    where: object,
    todo: 'A record was removed or changed its unique value meanwhile. Run reconcile to see which, then go on.',
  });
}
