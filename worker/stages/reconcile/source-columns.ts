import { isAllowed, readSnapshotNotes, readStreamInfo } from '../../engine/snapshot-notes.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Plan } from '../../mapping/documents/plan.ts';
import type { ReconciliationReport } from '../../mapping/documents/reconciliation.ts';

/** What was in the source, as extract found it. */
export interface SourceColumns {
  /** Objects whose rows are in the snapshot. */
  readonly objects: readonly string[];
  /** Columns that are in the snapshot, with the reason why nothing reads them, where there is one. */
  readonly of: (object: string) => readonly { readonly column: string; readonly reason: string | null }[];
  /** Sensitive objects that were left where they are. */
  readonly excluded: readonly { readonly object: string; readonly rows: number; readonly reason: string }[];
  /** All that was dropped on the way in: columns, and whole objects (`column` null). */
  readonly sensitive: ReconciliationReport['sensitive'];
}

/** Reads the snapshot's own account of its streams; no rows. */
export async function sourceColumns(ledger: Ledger, { decided, foreseen }: Plan): Promise<SourceColumns> {
  const streams = (await ledger.snapshots.streams(decided.snapshotId)).map(({ object, info }) => ({
    object,
    columns: readStreamInfo(info).columns,
  }));
  const { excluded } = readSnapshotNotes(await ledger.snapshots.notes(decided.snapshotId));
  const isDropped = (object: string, column: { readonly name: string; readonly sensitive?: unknown }) =>
    column.sensitive !== undefined && !isAllowed(decided.allowed, decided.profile, object, column.name);
  const reasons = new Map(
    foreseen.unmapped.map(({ object, column, reason }) => [`${object}.${column}`, reason]),
  );
  return {
    objects: streams.map(({ object }) => object),
    of: (object) =>
      streams
        .filter((stream) => stream.object === object)
        .flatMap(({ columns }) => columns.filter((column) => !isDropped(object, column)))
        .map(({ name }) => ({ column: name, reason: reasons.get(`${object}.${name}`) ?? null })),
    excluded,
    sensitive: [
      ...excluded.map(({ object, rows, reason }) => ({ object, column: null, rows, reason })),
      ...streams.flatMap(({ object, columns }) =>
        columns
          .filter((column) => isDropped(object, column))
          .map((column) => ({
            object,
            column: column.name,
            rows: null,
            reason: column.sensitive?.reason ?? '',
          })),
      ),
    ],
  };
}
