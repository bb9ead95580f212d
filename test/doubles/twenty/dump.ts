import { createHash } from 'node:crypto';
import type { JsonObject } from './json.ts';
import type { Workspace } from './workspace.ts';

/** The state of a workspace, for comparing before and after. Everything sorted, nothing left out. */
export interface WorkspaceDump {
  readonly tables: Readonly<Record<string, readonly JsonObject[]>>;
  readonly model: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly webhooks: readonly JsonObject[];
  /** Files of the server's own table, and what is in its storage, by path: size and digest of each blob. */
  readonly files: readonly JsonObject[];
  readonly storage: Readonly<Record<string, string>>;
}

export function dumpWorkspace(workspace: Workspace): WorkspaceDump {
  const tables: Record<string, JsonObject[]> = {};
  for (const object of [...workspace.model.objects.keys()].sort()) {
    const table = workspace.tables.get(object);
    tables[object] = table.ids().flatMap((id) => {
      const row = table.rows.get(id);
      return row === undefined ? [] : [sorted(row)];
    });
  }
  const model: Record<string, Record<string, JsonObject>> = {};
  for (const object of [...workspace.model.objects.values()].sort(byName))
    model[object.nameSingular] = Object.fromEntries(
      [...object.fields.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, id, label, type, isUnique, isActive, defaultValue, options, relation, morph }) => [
          name,
          { id, label, type, isUnique, isActive, defaultValue, options, relation, morph },
        ]),
    );
  return structuredClone({
    tables,
    model,
    webhooks: [...workspace.webhooks.values()].map((one) => ({ ...one })),
    files: [...workspace.files.rows.values()].sort(byPath).map((file) => ({ ...file })),
    storage: Object.fromEntries(
      [...workspace.files.storage]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, blob]) => [path, `${blob.length} ${digestOf(blob)}`]),
    ),
  });
}

function sorted(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1;
}

function digestOf(blob: Uint8Array): string {
  return createHash('sha256').update(blob).digest('hex');
}

function byName(a: { nameSingular: string }, b: { nameSingular: string }): number {
  return a.nameSingular < b.nameSingular ? -1 : 1;
}
