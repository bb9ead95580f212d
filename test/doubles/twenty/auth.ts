import { v5 } from 'uuid';
import { ApiError } from './api-error.ts';
import type { JsonObject } from './json.ts';

/** What a key may do, from its role. The real server knows more flags; these decide what a migration meets. */
export interface RoleRights {
  readonly canUpdateAllSettings: boolean;
  readonly canReadAllObjectRecords: boolean;
  readonly canUpdateAllObjectRecords: boolean;
  readonly canSoftDeleteAllObjectRecords: boolean;
  readonly canDestroyAllObjectRecords: boolean;
}

export interface Role extends RoleRights {
  readonly id: string;
  readonly label: string;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly role: Role;
  readonly expiresAt: string;
  revokedAt: string | null;
}

/** A token in the shape of Twenty's: a JWT whose claims name workspace and key. Its signature says that it is fake. */
export function fakeToken(workspaceId: string, keyId: string, expiresAt: string): string {
  const part = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.parse(expiresAt) / 1000);
  const claims = { sub: workspaceId, type: 'API_KEY', workspaceId, iat: 1767225600, exp, jti: keyId };
  return `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}.${part({ double: true })}`;
}

export function makeKey(
  workspaceId: string,
  name: string,
  role: Role,
  options: { expiresAt?: string; revokedAt?: string } = {},
): ApiKey {
  const id = v5(name, workspaceId);
  const expiresAt = options.expiresAt ?? '2099-12-31T00:00:00.000Z';
  return {
    id,
    name,
    token: fakeToken(workspaceId, id, expiresAt),
    role,
    expiresAt,
    revokedAt: options.revokedAt ?? null,
  };
}

/** The key behind the header; undefined without a header; throws what the server answers to a bad one. */
export function authenticate(
  keys: ReadonlyMap<string, ApiKey>,
  authorization: string | undefined,
  nowMs: number,
): ApiKey | undefined {
  if (authorization === undefined || authorization === '') return undefined;
  const key = keys.get(authorization.replace(/^Bearer\s+/i, ''));
  if (key === undefined) throw unauthenticated('Token invalid.');
  if (Date.parse(key.expiresAt) <= nowMs) throw unauthenticated('Token has expired.');
  if (key.revokedAt !== null)
    throw new ApiError('This API Key is revoked', { subCode: 'FORBIDDEN_EXCEPTION', code: 'FORBIDDEN' });
  return key;
}

function unauthenticated(message: string): ApiError {
  return new ApiError(message, {
    userFriendlyMessage: { message: 'You must be authenticated to perform this action.' },
    subCode: 'UNAUTHENTICATED',
    code: 'UNAUTHENTICATED',
  });
}
