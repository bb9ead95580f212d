import { randomUUID } from 'node:crypto';
import { systemClock } from '../../worker/domain/clock.ts';
import type { Logger } from '../../worker/domain/logger.ts';
import type { RateBudgetStore } from '../../worker/domain/rate-budget.ts';
import { classify, type Verdict } from '../../worker/twenty/classify.ts';
import { createPacer } from '../../worker/twenty/pacer.ts';
import type { Automation, CreateResult, Target, TargetRecord } from '../../worker/twenty/target.ts';
import { createTransport, type Endpoint } from '../../worker/twenty/transport.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../doubles/memory-rate-budget.ts';
import { type DroppingProxy, startDroppingProxy } from './target-dropping-proxy.ts';

/** A running Twenty, or its double. */
export interface ContractServer {
  readonly url: string;
  readonly apiKey: string;
  /** What its long limit is set to, when that is not a new Twenty's. */
  readonly limiter?: { readonly limit: number; readonly windowMs: number };
  close(): Promise<void>;
}

/** What the contract's tests share: a target, one behind a proxy that loses answers, and a memory of what to clean up. */
export interface Workbench {
  readonly limiter: { readonly limit: number; readonly windowMs: number };
  readonly target: Target;
  readonly proxied: Target;
  readonly proxy: DroppingProxy;
  /** Text in the name of every record of this run. */
  readonly marker: string;
  /** Log lines written so far, as JSON: no customer value may be in them. */
  readonly logged: string[];
  /** A new id; what gets it is destroyed at the end. */
  id(object: string): string;
  /** Creates one record with a new id, or fails the test. */
  make(
    object: string,
    data: Readonly<Record<string, unknown>>,
    fields?: readonly string[],
  ): Promise<TargetRecord>;
  /** Uploads a file for a field, or fails the test; gives its id. */
  upload(file: {
    readonly object: string;
    readonly field: string;
    readonly name: string;
    readonly content: Uint8Array;
  }): Promise<string>;
  /** A call past the target, paced; for what the port does not show. */
  raw(endpoint: Endpoint, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Verdict>;
  /** Destroys what was created, and its timeline rows. */
  cleanUp(): Promise<void>;
  close(): Promise<void>;
}

/** One part of the contract; it gets the workbench when its tests run, because it exists only once the server does. */
export type Part = (bench: () => Workbench) => void;

/** Pieces before what they point at, files one by one: nothing else takes their blobs along. Custom objects come between. */
const ORDER = ['attachment', 'noteTarget', 'taskTarget', 'note', 'task'];
const LAST = ['opportunity', 'person', 'company'];

export async function openWorkbench(server: ContractServer): Promise<Workbench> {
  const budget = memoryRateBudget();
  const logged: string[] = [];
  const target = targetAt(server.url, server.apiKey, budget, logged);
  const proxy = await startDroppingProxy(server.url);
  const proxied = targetAt(proxy.url, server.apiKey, budget, logged);
  const transport = createTransport({ url: server.url, apiKey: server.apiKey, timeoutMs: 60_000, fetch });
  const pacer = createPacer({ store: budget, key: rateKeyOf(server.apiKey), clock: systemClock });
  const marker = `contract-${randomUUID().slice(0, 8)}`;
  const made: { object: string; id: string }[] = [];
  // The workflows of a fresh workspace would move our people and make companies (twenty-facts 11).
  const running: Automation[] = (await target.automations.list()).filter((automation) => automation.active);
  for (const automation of running) await target.automations.pause(automation);

  const idsOf = (object: string) => made.filter((one) => one.object === object).map((one) => one.id);

  const bench: Workbench = {
    limiter: server.limiter ?? { limit: 100, windowMs: 60_000 },
    target,
    proxied,
    proxy,
    marker,
    logged,
    id(object) {
      const id = randomUUID();
      made.push({ object, id });
      return id;
    },
    async make(object, data, fields = []) {
      const result = await target.records.create(object, [{ id: bench.id(object), ...data }], { fields });
      return only(result);
    },
    async upload({ content, ...file }) {
      const upload = await target.files.begin({ ...file, size: content.length });
      if (upload.kind === 'refused') throw new Error(`begin: ${upload.reason}`);
      const sent = await target.files.send(upload, () => inPieces(content));
      if (sent.kind === 'refused') throw new Error(`send: ${sent.reason}`);
      return upload.fileId;
    },
    async raw(endpoint, query, variables = {}) {
      for (;;) {
        const turn = endpoint === '/graphql' ? await pacer.turn() : null;
        const verdict = classify(await transport.send(endpoint, query, variables));
        if (verdict.kind !== 'limited') {
          turn?.done();
          return verdict;
        }
        await turn?.refused(verdict.limit, verdict.windowMs);
      }
    },
    async cleanUp() {
      const { objects } = await target.schema();
      const custom = new Set(made.map(({ object }) => object).filter((object) => objects.has(object)));
      for (const object of new Set([...ORDER, ...custom, ...LAST].filter((name) => custom.has(name))))
        if (!LAST.includes(object)) await destroyAll(target, object, idsOf(object));
      for (const object of LAST) await destroyAll(target, object, idsOf(object));
      made.length = 0;
    },
    async close() {
      await bench.cleanUp();
      for (const automation of running) await target.automations.resume(automation);
      await proxy.close();
      await target.close();
      await proxied.close();
    },
  };
  return bench;
}

/** Destroys records with their files, and the timeline rows that would outlive them. */
async function destroyAll(target: Target, object: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const there = await target.records.byIds(object, ids, { fields: [], trash: true });
  const live = there.map(({ id }) => id);
  if (object === 'attachment') {
    for (const id of live) await target.files.destroyWithFiles(object, id);
    return;
  }
  await target.automations.digested(object, live, 20_000);
  const { objects } = await target.schema();
  const name = `target${object.charAt(0).toUpperCase()}${object.slice(1)}`;
  const column = objects.get('timelineActivity')?.fields.get(name)?.relation?.joinColumn;
  const columns = column ? [column, 'linkedRecordId'] : [];
  if (columns.length > 0)
    await target.records.destroyWhere('timelineActivity', {
      or: columns.map((one) => ({ [one]: { in: [...ids] } })),
    });
  await target.records.destroy(object, live);
}

/** The content in chunks, as a stream gives it. */
export async function* inPieces(content: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

/** The one record of a write that must have worked. */
export function only(result: CreateResult): TargetRecord {
  if (result.kind === 'refused') throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  const record = result.records[0];
  if (record === undefined || result.records.length !== 1) throw new Error('not exactly one record');
  return record;
}

function targetAt(url: string, apiKey: string, budget: RateBudgetStore, logged: string[]): Target {
  const keep = (fields: object, message: string) => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const log: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  return createTwentyTarget({ url, apiKey, budget, clock: systemClock, log });
}

/** The same key as the target's own, so that calls past it are paced with it. */
function rateKeyOf(apiKey: string): string {
  const payload = JSON.parse(Buffer.from(apiKey.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return `twenty ${payload.workspaceId ?? payload.sub}`;
}
