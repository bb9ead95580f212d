import type { BuiltRecord } from '../build-records.ts';
import { isEmptyValue } from '../values.ts';

/** Reason of the outcome of a record whose file stayed in the source although the plan meant to load it. */
export const FILE_ELSEWHERE = 'FILE_ELSEWHERE';

/** The record as it is written when its file stays in the source: it says where the file is. */
export function withoutFile(built: BuiltRecord): BuiltRecord {
  if (built.file === null) return built;
  const { [built.file.to]: _file, ...record } = built.record;
  return { ...built, record: { ...record, id: built.record.id, [built.file.elsewhere]: built.file.place } };
}

/** The record with its file, once the bytes are in Twenty. */
export function withFile(built: BuiltRecord, fileId: string): BuiltRecord {
  if (built.file === null) return built;
  return { ...built, record: { ...built.record, [built.file.to]: [{ fileId, label: built.file.name }] } };
}

/**
 * What may be written to a record that was there before: never a file. One that it has stays, because Twenty keeps the bytes of a replaced file for good and
 * rollback could not give them back. One that it lacks stays in the source, and the record says where.
 */
export function besideMatched(
  built: BuiltRecord,
  found: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (built.file === null) return built.record;
  if (isEmptyValue(found[built.file.to])) return withoutFile(built).record;
  const { [built.file.to]: _file, ...record } = built.record;
  return record;
}

/** True when a record shows that the file which the plan meant for it stayed in the source. */
export function staysElsewhere(built: BuiltRecord, found: Readonly<Record<string, unknown>>): boolean {
  const { file } = built;
  return file !== null && isEmptyValue(found[file.to]) && !isEmptyValue(found[file.elsewhere]);
}
