import { z } from 'zod';
import { VpError } from '../domain/errors.ts';
import type { Api } from './api.ts';
import type { KeyIdentity } from './identity.ts';

export interface WorkspaceIdentity {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly version: string | null;
}

const WORKSPACE = 'query Workspace { currentWorkspace { id displayName } }';
const ROLES = `query Roles { getRoles { id canUpdateAllSettings canAccessAllTools canReadAllObjectRecords canUpdateAllObjectRecords canSoftDeleteAllObjectRecords canDestroyAllObjectRecords permissionFlags { flag } objectPermissions { objectMetadataId canReadObjectRecords canUpdateObjectRecords canSoftDeleteObjectRecords canDestroyObjectRecords } apiKeys { id } } }`;

/** What a migration does that is a setting to Twenty: the data model, and webhooks with workflows' triggers. */
const SETTINGS_NEEDED = ['DATA_MODEL', 'API_KEYS_AND_WEBHOOKS'];
/** Files are a tool to it, which the right to all settings does not include. */
const TOOLS_NEEDED = ['UPLOAD_FILE'];

const RECORD_RIGHTS = [
  ['canReadAllObjectRecords', 'canReadObjectRecords', 'read records'],
  ['canUpdateAllObjectRecords', 'canUpdateObjectRecords', 'create and update records'],
  ['canSoftDeleteAllObjectRecords', 'canSoftDeleteObjectRecords', 'delete records (to the trash)'],
  ['canDestroyAllObjectRecords', 'canDestroyObjectRecords', 'destroy records'],
] as const;

const right = z.boolean().nullish();
const rolesSchema = z.object({
  getRoles: z.array(
    z.object({
      canUpdateAllSettings: right,
      canAccessAllTools: right,
      canReadAllObjectRecords: right,
      canUpdateAllObjectRecords: right,
      canSoftDeleteAllObjectRecords: right,
      canDestroyAllObjectRecords: right,
      permissionFlags: z.array(z.object({ flag: z.string() })).nullish(),
      objectPermissions: z
        .array(
          z.object({
            objectMetadataId: z.string(),
            canReadObjectRecords: right,
            canUpdateObjectRecords: right,
            canSoftDeleteObjectRecords: right,
            canDestroyObjectRecords: right,
          }),
        )
        .nullish(),
      apiKeys: z.array(z.object({ id: z.string() })).nullish(),
    }),
  ),
});

/** Who answers: the workspace that the key belongs to. One metadata call. */
export async function readIdentity(api: Api, signal?: AbortSignal): Promise<WorkspaceIdentity> {
  const outcome = await api.metadata({ query: WORKSPACE, whenLost: 'repeat', brisk: true, signal });
  const parsed = z
    .object({ currentWorkspace: z.object({ id: z.string(), displayName: z.string().nullish() }) })
    .safeParse(outcome.kind === 'ok' ? outcome.data : null);
  if (!parsed.success) throw noWorkspace();
  const { id, displayName } = parsed.data.currentWorkspace;
  const config = z
    .object({ appVersion: z.string().nullish() })
    .safeParse(await api.get('/client-config', signal));
  const version = config.success ? (config.data.appVersion ?? null) : null;
  return { workspaceId: id, workspaceName: displayName ?? '', version };
}

/**
 * What the key's role lacks of what a migration needs. `objectNames` names the objects by metadata id. A role that cannot even be read lacks
 * the right to read roles: then nothing more is known, and that is said.
 */
export async function readMissingPermissions(
  api: Api,
  key: KeyIdentity,
  objectNames: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<string[]> {
  const unknown = ['ROLES (the role of the key cannot be read, so what else it lacks is not known)'];
  const outcome = await api
    .metadata({ query: ROLES, whenLost: 'repeat', brisk: true, signal })
    .catch((error: unknown) => {
      if (error instanceof VpError && error.code === 'TWENTY_PERMISSION') return null;
      throw error;
    });
  const parsed = rolesSchema.safeParse(outcome?.kind === 'ok' ? outcome.data : null);
  if (!parsed.success) return unknown;
  const role = parsed.data.getRoles.find((candidate) =>
    candidate.apiKeys?.some(({ id }) => id === key.keyId),
  );
  if (role === undefined) return unknown;

  const flags = new Set(role.permissionFlags?.map(({ flag }) => flag));
  const settings = SETTINGS_NEEDED.filter((flag) => role.canUpdateAllSettings !== true && !flags.has(flag));
  const tools = TOOLS_NEEDED.filter((flag) => role.canAccessAllTools !== true && !flags.has(flag));
  const records = RECORD_RIGHTS.flatMap(([all, one, label]) => {
    const denied = (role.objectPermissions ?? []).filter((permission) => permission[one] === false);
    const names = denied.map(({ objectMetadataId }) => objectNames.get(objectMetadataId) ?? objectMetadataId);
    if (role[all] !== true) return [label];
    return names.length === 0 ? [] : [`${label} of ${names.join(', ')}`];
  });
  return [...settings, ...tools, ...records];
}

function noWorkspace(): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: 'The server does not say which workspace the key belongs to.',
    where: 'TWENTY_API_URL',
    todo: 'Check that the address is that of a Twenty server of version 2.21 or later.',
  });
}
