import type { JsonObject } from './json.ts';
import type { Workspace } from './workspace.ts';

/** The state of a workspace, for comparing before and after. Everything sorted, nothing left out. */
export interface WorkspaceDump {
  readonly tables: Readonly<Record<string, readonly JsonObject[]>>;
  readonly model: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly webhooks: readonly JsonObject[];
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
  });
}

function sorted(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byName(a: { nameSingular: string }, b: { nameSingular: string }): number {
  return a.nameSingular < b.nameSingular ? -1 : 1;
}
