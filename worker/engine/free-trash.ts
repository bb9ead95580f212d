import type { TargetRecord } from '../twenty/target.ts';
import type { BuiltRecord } from './build-records.ts';
import type { LoadRun, LoadTarget } from './load-run.ts';
import type { RangeResult } from './range-result.ts';
import { json } from './range-result.ts';
import { isEmptyValue } from './values.ts';

/** A trashed record of Twenty that holds a unique value which a source record needs. */
export interface TrashHold {
  readonly built: BuiltRecord;
  readonly twentyId: string;
  /** `emails.primaryEmail`. */
  readonly path: string;
  readonly treatment: 'free-key' | 'destroy';
}

/**
 * Makes room for records whose unique value lies in Twenty's trash: clears the value of the trashed row, or (only where a person allowed what cannot be
 * undone) destroys it. The before-image is in the ledger before Twenty is touched.
 */
export async function freeTrash(
  load: LoadRun,
  target: LoadTarget,
  holds: readonly TrashHold[],
  result: RangeResult,
): Promise<void> {
  if (holds.length === 0) return;
  const object = target.mapping.target;
  const ids = [...new Set(holds.map(({ twentyId }) => twentyId))];
  const known = new Map(
    (await load.ledger.changes.ofRecords(load.run.migrationId, object, ids)).map((change) => [
      change.key,
      change,
    ]),
  );
  const records = await load.target.records.byIds(object, ids, {
    fields: [...target.fields, 'deletedAt'],
    trash: true,
  });
  // One that somebody brought back since the plan is not in the trash: the refused create finds it as a live record.
  const found = records.filter((record) => !isEmptyValue(record['deletedAt']));
  const trashed = new Map(found.map((record) => [record.id, record]));
  const fresh = found.filter(({ id }) => !known.has(id));
  const treatment = new Map(holds.map((hold) => [hold.twentyId, hold.treatment]));
  if (fresh.length > 0) {
    await load.ledger.changes.put(
      load.run.migrationId,
      fresh.map((record) => ({
        kind: treatment.get(record.id) === 'destroy' ? 'trash-destroyed' : 'trash-key-freed',
        phase: load.phase,
        object,
        key: record.id,
        before: json(record),
        base: null,
        state: 'intended',
      })),
    );
  }
  const freed = holds.flatMap((hold) => {
    const record = trashed.get(hold.twentyId);
    return record !== undefined && hold.treatment === 'free-key'
      ? [{ id: record.id, data: withNothingAt(record, hold.path) }]
      : [];
  });
  for (const [data, same] of Map.groupBy(freed, (one) => JSON.stringify(one.data))) {
    await load.target.records.updateSame(
      object,
      same.map(({ id }) => id),
      JSON.parse(data),
      { fields: target.fields },
    );
  }
  const destroyed = holds.filter((hold) => hold.treatment === 'destroy' && trashed.has(hold.twentyId));
  if (destroyed.length > 0)
    await load.target.records.destroy(
      object,
      destroyed.map(({ twentyId }) => twentyId),
    );
  await acknowledge(load, object, ids, found, result);
}

async function acknowledge(
  load: LoadRun,
  object: string,
  ids: readonly string[],
  found: readonly TargetRecord[],
  result: RangeResult,
): Promise<void> {
  const changes = await load.ledger.changes.ofRecords(load.run.migrationId, object, ids);
  if (changes.length === 0) return;
  await load.ledger.changes.setState(
    load.run.migrationId,
    changes.map(({ seq }) => seq),
    'applied',
  );
  for (const record of found) {
    result.trail.push({
      actor: load.actor,
      operation: 'free-trash',
      object,
      twentyId: record.id,
      outcome: 'done',
    });
  }
}

/**
 * The value of the path's field with nothing at the path: `emails.primaryEmail` -> `{ emails: { primaryEmail: null, additionalEmails: […] } }`. The
 * composite is sent whole, because Twenty clears the parts of LINKS that are not sent.
 */
function withNothingAt(record: TargetRecord, path: string): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) return { [head]: null };
  const composite: unknown = record[head];
  const parts = typeof composite === 'object' && composite !== null ? { ...composite } : {};
  return { [head]: { ...parts, [rest.join('.')]: null } };
}
