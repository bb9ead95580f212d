import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { RateBudgetStore } from '../domain/rate-budget.ts';
import { createApi } from './api.ts';
import { createAutomations } from './automations.ts';
import { createCreate } from './create-records.ts';
import { createDeletes } from './delete-records.ts';
import { readIdentity, readMissingPermissions } from './describe.ts';
import { createFiles } from './files.ts';
import { identityOf } from './identity.ts';
import { createModel } from './model.ts';
import { createPacer } from './pacer.ts';
import { createReads } from './read-records.ts';
import type { Room } from './room.ts';
import { createSchemaCache } from './schema.ts';
import type { Target } from './target.ts';
import { createTransfer } from './transfer.ts';
import { createTransport } from './transport.ts';
import { createUpdate } from './update-records.ts';
import { createUpdateSame } from './update-same.ts';
import { learnMaxFileBytes, MAX_FILE_BYTES } from './uploads.ts';

/** What 2.21 takes in one createXs call (twenty-facts 1.3); a server that takes less says so, and is believed. */
const BATCH_SIZE = 200;
/** Longer than the server's own statement limit of 10 s by far: an answer that late does not come. */
const TIMEOUT_MS = 60_000;
/** Where a workspace keeps files that records have: the field to ask for limits with. */
const FILES_OF = ['attachment', 'file'] as const;

export interface TwentyTargetOptions {
  /** Address of the Twenty server, without a path. */
  readonly url: string;
  readonly apiKey: string;
  /** Shared by all processes that work on the workspace. */
  readonly budget: RateBudgetStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch?: typeof fetch;
  /** For one answer; default 60,000. */
  readonly timeoutMs?: number;
  /** Jitter of retries; default Math.random. */
  readonly random?: () => number;
}

/** The port to Twenty over its GraphQL API. Opens nothing: the first call does. */
export function createTwentyTarget(options: TwentyTargetOptions): Target {
  const { url, apiKey, clock, log } = options;
  const key = identityOf(apiKey);
  const pacer = createPacer({
    store: options.budget,
    key: `twenty ${key.workspaceId ?? new URL(url).host}`,
    clock,
  });
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const fetch = options.fetch ?? globalThis.fetch;
  const transport = createTransport({ url, apiKey, timeoutMs, fetch });
  const api = createApi({ transport, pacer, clock, log, random: options.random ?? Math.random });
  const schema = createSchemaCache(api);
  const room: Room = {
    api,
    schema,
    learned: { batchSize: BATCH_SIZE, pageSizes: new Map(), maxFileBytes: MAX_FILE_BYTES },
  };
  const reads = createReads(room);
  const deletes = createDeletes(room, reads.byIds);

  const missingPermissions = async (signal?: AbortSignal) => {
    const { objects } = await schema.get({ brisk: true });
    const names = new Map([...objects.values()].map((object) => [object.id, object.nameSingular]));
    return readMissingPermissions(api, key, names, signal);
  };

  const records = {
    ...reads,
    ...deletes,
    create: createCreate(room, reads.byIds),
    update: createUpdate(room),
    updateSame: createUpdateSame(room),
  };
  const automations = createAutomations(api, schema, records, missingPermissions, clock);
  let asked: Promise<void> | null = null;
  const transfer = createTransfer({ url, fetch, stallMs: timeoutMs });

  return {
    async describe(signal) {
      const identity = await readIdentity(api, signal);
      // What only helps is not worth an error; a workspace that lacks the field, or a key that may not upload, says so elsewhere.
      asked ??= learnMaxFileBytes(room, ...FILES_OF).catch(() => undefined);
      await asked;
      return {
        ...identity,
        batchSize: room.learned.batchSize,
        missingPermissions: await missingPermissions(signal),
        limiter: pacer.describe(),
      };
    },
    schema: (how) => schema.get(how),
    records,
    model: createModel(api, schema),
    automations,
    files: createFiles({ room, transfer, records, automations, log }),
    usage: () => ({
      calls: api.counters.calls,
      createCalls: api.counters.createCalls,
      refusedByLimiter: pacer.refusals(),
      retries: api.counters.retries,
      waitedMs: pacer.waitedMs(),
    }),
    // Connections are idle sockets of fetch, which close themselves; nothing else is held.
    close: async () => {},
  };
}
