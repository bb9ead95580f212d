import { systemClock } from '../../../worker/domain/clock.ts';
import { ApiError, formatError } from './api-error.ts';
import { authenticate } from './auth.ts';
import { type Answer, CoreApi } from './core-api.ts';
import { freshCounters } from './counters.ts';
import { runDefaultWorkflow } from './default-workflow.ts';
import type { TwentyDouble, TwentyDoubleOptions } from './double.ts';
import { dumpWorkspace } from './dump.ts';
import { EventQueue } from './event-queue.ts';
import { ConnectionDropped, type Fault, type FaultPlan } from './faults.ts';
import { answerFile, isFilePath } from './file-endpoints.ts';
import { FileStore } from './file-store.ts';
import { removeFiles } from './file-values.ts';
import { listen, MAX_BODY_BYTES } from './http-server.ts';
import { isObject } from './json.ts';
import { makeKeys, ROLES } from './keys.ts';
import { DEFAULT_LIMITER, Limiter } from './limiter.ts';
import { MetadataApi } from './metadata-api.ts';
import { Shapes } from './object-shape.ts';
import { seedDemo, seedMembers } from './seed.ts';
import { bornId, standardModel } from './standard-model.ts';
import { writeTimeline } from './timeline.ts';
import { deliverWebhooks } from './webhooks.ts';
import { Tables, type Workspace } from './workspace.ts';

/**
 * A Twenty 2.21 in memory, as far as a migration meets it: a GraphQL server on a loopback port, or without one through
 * `handle`. What it does was seen on a real server (twenty-facts and the contract suite); nothing else is in it.
 */
export async function startTwentyDouble(options: TwentyDoubleOptions = {}): Promise<TwentyDouble> {
  const clock = options.clock ?? systemClock;
  const bornAt = new Date(clock.now()).toISOString();
  const model = standardModel(bornAt);
  const workspaceId = bornId('workspace');
  const { keys, byToken } = makeKeys(workspaceId);
  const workspace: Workspace = {
    id: workspaceId,
    clock,
    model,
    shapes: new Shapes(model),
    tables: new Tables(),
    files: new FileStore(clock),
    webhooks: new Map(),
    keys: new Map([[keys.admin.token, keys.admin]]),
    queue: new EventQueue(options.queueDelayMs ?? 20),
    counters: freshCounters(),
  };
  seedMembers(workspace);
  if (options.seed !== 'empty') seedDemo(workspace);
  workspace.queue.discard();
  Object.assign(workspace.counters, freshCounters());
  workspace.queue.subscribe((event) => writeTimeline(workspace, event));
  workspace.queue.subscribe((event) => runDefaultWorkflow(workspace, event));
  workspace.queue.subscribe((event) => deliverWebhooks(workspace, event));
  workspace.queue.subscribe((event) => removeFiles(workspace, event));

  const limiter = new Limiter(options.limiter ?? DEFAULT_LIMITER);
  const core = new CoreApi(workspace, limiter);
  const metadata = new MetadataApi(workspace, Object.values(ROLES), bornAt);
  let plan: FaultPlan | null = null;

  const answer = (path: string, authorization: string | undefined, bodyText: string | null): Answer => {
    if (path !== '/graphql' && path !== '/metadata')
      return { status: 404, body: { statusCode: 404, message: 'Not Found' } };
    if (bodyText === null) return { status: 500, body: JSON.stringify('request entity too large') };
    const body = parseBody(bodyText);
    if ('status' in body) return body;
    try {
      const caller = authenticate(byToken, authorization, clock.now());
      return path === '/graphql' ? core.execute(body.value, caller) : metadata.execute(body.value, caller);
    } catch (error) {
      if (error instanceof ApiError) return { status: 200, body: { errors: [formatError(error)] } };
      throw error;
    }
  };

  const serve = async (
    path: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    bodyText: string | null,
  ): Promise<Answer> => {
    workspace.counters.requests += 1;
    if (path === '/metadata') workspace.counters.metadataRequests += 1;
    const number = workspace.counters.requests;
    const fault: Fault | undefined = plan?.({ path, bodyText: bodyText ?? '', number });
    if (fault?.kind === 'drop-before') throw new ConnectionDropped();
    if (fault?.kind === 'answer') return { status: fault.status, body: fault.body };
    if (options.latencyMs) await clock.sleep(options.latencyMs);
    const given = headers.authorization ?? headers.Authorization;
    const result = answer(path, Array.isArray(given) ? given[0] : given, bodyText);
    if (fault?.kind === 'drop-after') throw new ConnectionDropped();
    if (fault?.kind === 'stall') await clock.sleep(fault.ms);
    return result;
  };

  const transfer: TwentyDouble['transfer'] = async (method, target, body) => {
    const url = new URL(target, 'http://double');
    workspace.counters.requests += 1;
    const seen = { path: url.pathname, bodyText: '', number: workspace.counters.requests };
    const fault = plan?.(seen);
    if (fault?.kind === 'drop-before') throw new ConnectionDropped();
    if (fault?.kind === 'answer')
      return { status: fault.status, contentType: 'text/plain', body: Buffer.from(fault.body) };
    if (options.latencyMs) await clock.sleep(options.latencyMs);
    const result = await answerFile(workspace, method, url, body);
    if (fault?.kind === 'drop-after') throw new ConnectionDropped();
    if (fault?.kind === 'stall') await clock.sleep(fault.ms);
    return result;
  };

  const control = async (name: string): Promise<unknown> => {
    if (name === 'counters') return workspace.counters;
    if (name !== 'dump') return undefined;
    await workspace.queue.settled();
    return dumpWorkspace(workspace);
  };
  const { server, url } =
    options.listen === false
      ? { server: null, url: '' }
      : await listen({ serve, control, transfer, isFilePath }, options.port ?? 0);
  workspace.files.baseUrl = url;
  return {
    url,
    apiKey: keys.admin.token,
    otherKeys: {
      expired: keys.expired.token,
      revoked: keys.revoked.token,
      limited: keys.limited.token,
      powerless: keys.powerless.token,
    },
    workspaceId,
    counters: workspace.counters,
    faults: {
      get plan() {
        return plan;
      },
      set plan(next) {
        plan = next;
      },
      holdQueue: () => workspace.queue.hold(),
      releaseQueue: () => workspace.queue.release(),
      drainLimiter: () => limiter.drain(clock.now()),
    },
    async handle(path, headers, bodyText) {
      // A turn of the event loop, so that a caller in a tight loop does not starve the queue.
      await new Promise((resolve) => setImmediate(resolve));
      const tooLarge =
        bodyText.length > MAX_BODY_BYTES ||
        (bodyText.length * 3 > MAX_BODY_BYTES && Buffer.byteLength(bodyText) > MAX_BODY_BYTES);
      const { status, body } = await serve(path, headers, tooLarge ? null : bodyText);
      return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
    },
    transfer,
    settled: () => workspace.queue.settled(),
    dump: () => dumpWorkspace(workspace),
    async close() {
      workspace.queue.close();
      if (server === null) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parseBody(text: string): { value: Record<string, unknown> } | Answer {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value))
      return { status: 400, body: { errors: [{ message: 'Batching is not supported.' }] } };
    return { value: isObject(value) ? value : {} };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'Bad Request';
    return { status: 400, body: { message, error: 'Bad Request', statusCode: 400 } };
  }
}
