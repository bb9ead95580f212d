import { randomUUID } from 'node:crypto';
import type { SourceRow } from '../../worker/domain/record.ts';
import type { Ledger, Migration, Snapshot, WorkItem } from '../../worker/ledger/ledger.ts';

/** A logger that says nothing. */
export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Tests share one store; a name of its own keeps each apart. */
export const freshName = (): string => `m-${randomUUID()}`;

export const freshMigration = (ledger: Ledger): Promise<Migration> => ledger.migrations.open(freshName());

export const freshSnapshot = (ledger: Ledger, sourceInstance = freshName()): Promise<Snapshot> =>
  ledger.snapshots.create({ sourceInstance, location: '/export', profileDigest: 'p', allowed: {} });

export const row = (
  number: number,
  sourceId = `c${number}`,
  fields: Record<string, string> = {},
): SourceRow => ({
  object: 'contacts',
  row: number,
  sourceId,
  fields: { id: sourceId, ...fields },
  defects: [],
});

export const stream = (rows: number, object = 'contacts') => ({
  object,
  cursor: { offset: rows },
  rows,
  done: false,
  info: null,
});

export const item = (
  level: number,
  object: string,
  number: number,
  more: Partial<WorkItem> = {},
): WorkItem => ({
  level,
  object,
  row: number,
  sourceId: `${object}-${number}`,
  action: 'create',
  sample: false,
  note: null,
  ...more,
});

export const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
