import type { ApiKey, Role } from './auth.ts';
import type { JsonObject } from './json.ts';
import { CUSTOM_APPLICATION_ID, STANDARD_APPLICATION_ID } from './metadata-view.ts';
import { bornId } from './standard-model.ts';
import type { Workspace } from './workspace.ts';

/** What an API key is told about its workspace; the server does not tell its version. */
export function workspaceView(workspace: Workspace, bornAt: string): JsonObject {
  const application = (id: string, name: string) => ({
    id,
    name,
    description: null,
    version: '1.0.1',
    universalIdentifier: id,
    canBeUninstalled: false,
  });
  const custom = application(CUSTOM_APPLICATION_ID, 'Custom');
  return {
    id: workspace.id,
    displayName: 'Double',
    logo: null,
    inviteHash: null,
    createdAt: bornAt,
    updatedAt: bornAt,
    deletedAt: null,
    trashRetentionDays: 14,
    workspaceMembersCount: workspace.tables.get('workspaceMember').rows.size,
    activationStatus: 'ACTIVE',
    metadataVersion: workspace.model.version,
    databaseSchema: 'workspace_double',
    subdomain: 'double',
    customDomain: null,
    workspaceCustomApplication: custom,
    workspaceCustomApplicationId: CUSTOM_APPLICATION_ID,
    installedApplications: [application(STANDARD_APPLICATION_ID, 'Standard'), custom],
    featureFlags: [],
  };
}

export function roleView(workspace: Workspace, role: Role): JsonObject {
  return {
    ...role,
    universalIdentifier: bornId('role', role.label),
    description: `${role.label} role`,
    icon: 'IconUserCog',
    isEditable: role.label !== 'Admin',
    canBeAssignedToUsers: true,
    canBeAssignedToAgents: false,
    canBeAssignedToApiKeys: role.label !== 'Member',
    canAccessAllTools: role.canUpdateAllSettings,
    permissionFlags: [],
    objectPermissions: [],
    fieldPermissions: [],
    apiKeys: () => [...workspace.keys.values()].filter((key) => key.role.id === role.id).map(keyView),
  };
}

export function apiKeyView(workspace: Workspace, key: ApiKey, bornAt: string): JsonObject {
  return { ...keyView(key), createdAt: bornAt, updatedAt: bornAt, role: () => roleView(workspace, key.role) };
}

function keyView({ id, name, expiresAt, revokedAt }: ApiKey): JsonObject {
  return { id, name, expiresAt, revokedAt };
}
