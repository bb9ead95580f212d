import { refusedWith } from './api-error.ts';
import { isString, type JsonObject } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { Table } from './table.ts';
import type { Workspace } from './workspace.ts';

export interface UpsertMatch {
  readonly matched: readonly { readonly id: string; readonly values: JsonObject }[];
  readonly fresh: readonly JsonObject[];
}

/**
 * Which inputs of an upsert mean a record that exists, live or in the trash: by id or by any unique key. The existing id
 * wins over the one sent. One input that means two records fails the whole call.
 */
export function matchExisting(
  workspace: Workspace,
  shape: ObjectShape,
  inputs: readonly JsonObject[],
): UpsertMatch {
  const table = workspace.tables.get(shape.object.nameSingular);
  const matched: { id: string; values: JsonObject }[] = [];
  const fresh: JsonObject[] = [];
  for (const values of inputs) {
    const found = new Set<string>();
    const reasons: string[] = [];
    if (isString(values.id) && table.rows.has(values.id)) {
      found.add(values.id);
      reasons.push(`id (id: ${values.id})`);
    }
    for (const key of shape.uniques) {
      const value = Table.keyOf({ ...values, id: '' }, key);
      const holder = value === null ? undefined : table.idByKey(key, value);
      if (holder === undefined) continue;
      found.add(holder);
      const path = key.sub === null ? key.field : `${key.field}.${key.sub}`;
      reasons.push(`${key.field} (${path}: ${String(value)})`);
    }
    if (found.size > 1)
      throw refusedWith(
        'UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT',
        `Multiple records found with the same unique field values for ${reasons.join('; ')}. Cannot determine which record to update.`,
      );
    const [id] = found;
    if (id === undefined) fresh.push(values);
    else matched.push({ id, values });
  }
  return { matched, fresh };
}
