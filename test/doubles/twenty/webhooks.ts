import { createHmac, randomUUID } from 'node:crypto';
import type { RecordChange, RecordEvent } from './event-queue.ts';
import type { JsonObject } from './json.ts';
import type { Webhook, Workspace } from './workspace.ts';

const TIMEOUT_MS = 5_000;
const PARALLEL = 20;

/** One POST per record and matching webhook, one attempt, whatever becomes of it (twenty-facts 8). */
export async function deliverWebhooks(workspace: Workspace, event: RecordEvent): Promise<void> {
  const posts = [...workspace.webhooks.values()]
    .filter((webhook) => webhook.operations.some((operation) => isMeant(operation, event)))
    .flatMap((webhook) => event.records.map((change) => () => post(workspace, webhook, event, change)));
  for (let start = 0; start < posts.length; start += PARALLEL)
    await Promise.all(posts.slice(start, start + PARALLEL).map((send) => send()));
}

function isMeant(operation: string, { object, action }: RecordEvent): boolean {
  const [what, when] = operation.split('.');
  return (what === '*' || what === object) && (when === '*' || when === action);
}

async function post(
  workspace: Workspace,
  webhook: Webhook,
  event: RecordEvent,
  change: RecordChange,
): Promise<void> {
  workspace.counters.webhookPosts += 1;
  const timestamp = String(workspace.clock.now());
  const body: JsonObject = {
    targetUrl: webhook.targetUrl,
    eventName: `${event.object}.${event.action}`,
    objectMetadata: { id: workspace.model.objects.get(event.object)?.id, nameSingular: event.object },
    workspaceId: workspace.id,
    webhookId: webhook.id,
    eventDate: new Date(workspace.clock.now()).toISOString(),
    record: change.after,
    ...(event.action === 'updated' ? { updatedFields: change.changed } : {}),
  };
  const text = JSON.stringify(body);
  try {
    const answer = await fetch(webhook.targetUrl, {
      method: 'POST',
      body: text,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'X-Twenty-Webhook-Timestamp': timestamp,
        'X-Twenty-Webhook-Signature': createHmac('sha256', webhook.secret)
          .update(`${timestamp}:${text}`)
          .digest('hex'),
        'X-Twenty-Webhook-Nonce': randomUUID().replaceAll('-', ''),
      },
    });
    await answer.arrayBuffer();
  } catch {
    // No retry and no redelivery: at most once.
  }
}
