import { type ApiKey, makeKey, type Role, type RoleRights } from './auth.ts';
import { bornId } from './standard-model.ts';

const ALL: RoleRights = {
  canUpdateAllSettings: true,
  canReadAllObjectRecords: true,
  canUpdateAllObjectRecords: true,
  canSoftDeleteAllObjectRecords: true,
  canDestroyAllObjectRecords: true,
};
const NOTHING: RoleRights = {
  canUpdateAllSettings: false,
  canReadAllObjectRecords: false,
  canUpdateAllObjectRecords: false,
  canSoftDeleteAllObjectRecords: false,
  canDestroyAllObjectRecords: false,
};

function role(label: string, rights: RoleRights): Role {
  return { id: bornId('role', 'id', label), label, ...rights };
}

export const ROLES = {
  admin: role('Admin', ALL),
  member: role('Member', { ...ALL, canUpdateAllSettings: false }),
  limited: role('Limited', { ...ALL, canUpdateAllSettings: false, canDestroyAllObjectRecords: false }),
  powerless: role('Powerless', NOTHING),
} as const;

/** One good key and one of every kind that a doctor has to tell apart. */
export function makeKeys(workspaceId: string) {
  const keys = {
    admin: makeKey(workspaceId, 'migration', ROLES.admin),
    expired: makeKey(workspaceId, 'expired', ROLES.admin, { expiresAt: '2020-01-01T00:00:00.000Z' }),
    revoked: makeKey(workspaceId, 'revoked', ROLES.admin, { revokedAt: '2026-01-01T00:00:00.000Z' }),
    limited: makeKey(workspaceId, 'limited', ROLES.limited),
    powerless: makeKey(workspaceId, 'powerless', ROLES.powerless),
  };
  const byToken = new Map<string, ApiKey>(Object.values(keys).map((key) => [key.token, key]));
  return { keys, byToken };
}
