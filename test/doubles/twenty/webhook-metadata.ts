import { randomBytes, randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import { isString, type JsonObject } from './json.ts';
import { metadataRefused } from './metadata-errors.ts';
import { CUSTOM_APPLICATION_ID } from './metadata-view.ts';
import { nowIso, type Webhook, type Workspace } from './workspace.ts';

export function createWebhook(workspace: Workspace, input: JsonObject): JsonObject {
  const now = nowIso(workspace);
  const webhook: Webhook = {
    id: isString(input.id) ? input.id : randomUUID(),
    targetUrl: checkedUrl(String(input.targetUrl), 'creating webhook'),
    operations: strings(input.operations),
    secret: isString(input.secret) ? input.secret : randomBytes(32).toString('hex'),
    description: isString(input.description) ? input.description : null,
    createdAt: now,
    updatedAt: now,
  };
  workspace.webhooks.set(webhook.id, webhook);
  return webhookView(webhook);
}

export function updateWebhook(workspace: Workspace, id: unknown, update: JsonObject): JsonObject {
  const webhook = found(workspace, id);
  if (isString(update.targetUrl)) webhook.targetUrl = checkedUrl(update.targetUrl, 'updating webhook');
  if (update.operations !== undefined) webhook.operations = strings(update.operations);
  if (isString(update.secret)) webhook.secret = update.secret;
  if (isString(update.description)) webhook.description = update.description;
  webhook.updatedAt = nowIso(workspace);
  return webhookView(webhook);
}

export function deleteWebhook(workspace: Workspace, id: unknown): JsonObject {
  const webhook = found(workspace, id);
  workspace.webhooks.delete(webhook.id);
  return webhookView(webhook);
}

export function webhookView(webhook: Webhook): JsonObject {
  return { ...webhook, applicationId: CUSTOM_APPLICATION_ID, deletedAt: null };
}

function found(workspace: Workspace, id: unknown): Webhook {
  const webhook = workspace.webhooks.get(String(id));
  if (webhook !== undefined) return webhook;
  throw new ApiError('Webhook not found', {
    subCode: 'WEBHOOK_NOT_FOUND',
    userFriendlyMessage: 'Webhook not found.',
    code: 'NOT_FOUND',
  });
}

/** Operations are not validated: the server takes nonsense. */
function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).filter(isString);
}

function checkedUrl(url: string, doing: string): string {
  if (/^https?:\/\/./.test(url) && URL.canParse(url)) return url;
  throw metadataRefused('webhook', doing, { targetUrl: url }, [
    {
      code: 'INVALID_TARGET_URL',
      message: 'Invalid target URL provided',
      userFriendlyMessage: 'Please provide a valid HTTP or HTTPS URL',
    },
  ]);
}
