import type { WorkspaceDump } from '../doubles/twenty/dump.ts';

/** Tables that tell what happened instead of what is; no rollback can undo history. */
const HISTORY = new Set(['timelineActivity', 'workflowRun', 'workflowAutomatedTrigger']);

/**
 * A workspace without what rollback cannot restore (design promise 8): who updated a record last, timeline and workflow-run rows, the times at which
 * a trigger was switched. Triggers are compared by whether they are on.
 */
export function comparable(dump: WorkspaceDump): unknown {
  const tables = Object.entries(dump.tables)
    .filter(([name]) => !HISTORY.has(name))
    .map(([name, rows]) => [name, rows.map(({ updatedBy: _by, ...row }) => withoutEmpty(row))]);
  const triggers = (dump.tables['workflowAutomatedTrigger'] ?? []).map((row) => ({
    id: row['id'],
    on: row['deletedAt'] === null || row['deletedAt'] === undefined,
  }));
  return { tables: Object.fromEntries(tables), triggers, model: dump.model, webhooks: dump.webhooks };
}

/**
 * What a migration put into a workspace, for comparing two runs of the same export: every record but for what two runs differ in by nature (random ids of
 * fields and options, who updated last, when, and the place in a list).
 */
export function migrated(dump: WorkspaceDump): Map<string, string> {
  const records = new Map<string, string>();
  const bytes = new Map(dump.files.map(({ id, path }) => [id, dump.storage[String(path)] ?? null]));
  for (const [table, rows] of Object.entries(dump.tables)) {
    if (HISTORY.has(table)) continue;
    for (const { updatedBy: _by, position: _position, searchVector: _vector, ...row } of rows) {
      // A record that came with the workspace has the times of that workspace's birth; without a time in the source, Twenty's own clock says when the record was made and changed.
      const { createdAt, updatedAt, ...rest } = row;
      const isOurs = JSON.stringify(row['createdBy'] ?? null).includes('IMPORT');
      const times = {
        ...(isOurs && row['visualPracticeCreatedAt'] ? { createdAt } : {}),
        ...(isOurs && row['visualPracticeModifiedAt'] ? { updatedAt } : {}),
      };
      records.set(`${table} ${String(row['id'])}`, JSON.stringify(withBytes(bytes, { ...rest, ...times })));
    }
  }
  return records;
}

/** Twenty numbers files at random: here a file is its label and its bytes. */
function withBytes(
  bytes: ReadonlyMap<unknown, string | null>,
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((item) => bytesOf(item, bytes)) : value,
    ]),
  );
}

function bytesOf(item: unknown, bytes: ReadonlyMap<unknown, string | null>): unknown {
  if (typeof item !== 'object' || item === null || !('fileId' in item)) return item;
  const { fileId, ...rest } = item;
  return { ...rest, bytes: bytes.get(fileId) ?? null };
}

/** Keys that only one of two runs has, or that differ; empty when equal. */
export function differences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): string[] {
  const all = new Set([...expected.keys(), ...found.keys()]);
  return [...all].flatMap((key) => {
    if (!found.has(key)) return [`lost: ${key}`];
    if (!expected.has(key)) return [`doubled or stray: ${key}`];
    const places = unlike(JSON.parse(expected.get(key) ?? ''), JSON.parse(found.get(key) ?? ''));
    return places.length === 0 ? [] : [`differs: ${key} (${places.join(', ')})`];
  });
}

/** Places (`tables.company.3.name`) at which two JSON values differ, whatever the order of their members. */
export function unlike(expected: unknown, found: unknown, place = ''): string[] {
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null) {
    return Object.is(expected, found) ? [] : [place];
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].flatMap((key) =>
    unlike(Reflect.get(expected, key), Reflect.get(found, key), place === '' ? key : `${place}.${key}`),
  );
}

/** Empty composites as one thing: Twenty reads `null`, `{}` and a composite of nulls alike. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (value === null || value === '') return undefined;
  if (typeof value !== 'object') return value;
  const members = Object.entries(value).flatMap(([key, member]) => {
    const kept = withoutEmpty(member);
    return kept === undefined ? [] : [[key, kept]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
