import { z } from 'zod';

/** What the API key says about itself: it is a JWT (twenty-facts 9). Not verified: the server does that. */
export interface KeyIdentity {
  readonly keyId: string | null;
  readonly workspaceId: string | null;
}

const payloadSchema = z.object({
  jti: z.string().nullish(),
  sub: z.string().nullish(),
  workspaceId: z.string().nullish(),
});

export function identityOf(apiKey: string): KeyIdentity {
  try {
    const text = Buffer.from(apiKey.split('.')[1] ?? '', 'base64url').toString('utf8');
    const payload = payloadSchema.parse(JSON.parse(text));
    return { keyId: payload.jti ?? null, workspaceId: payload.workspaceId ?? payload.sub ?? null };
  } catch {
    return { keyId: null, workspaceId: null };
  }
}
