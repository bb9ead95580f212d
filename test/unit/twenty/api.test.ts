import { describe, expect, it } from 'vitest';
import { type Call, createApi } from '../../../worker/twenty/api.ts';
import { createPacer } from '../../../worker/twenty/pacer.ts';
import type { Reply, Transport } from '../../../worker/twenty/transport.ts';
import { memoryRateBudget } from '../../doubles/memory-rate-budget.ts';
import { virtualClock } from './virtual-clock.ts';

const OK: Reply = { kind: 'answer', status: 200, data: { x: 1 }, faults: [], text: '', retryAfter: null };
const RESET: Reply = { kind: 'failure', sent: 'maybe', code: 'ECONNRESET' };
const READ: Call = { query: '{ x }', whenLost: 'repeat' };
const WRITE: Call = { query: 'mutation { x }', whenLost: 'report' };

function http(status: number, retryAfter: string | null = null): Reply {
  return { kind: 'answer', status, data: null, faults: [], text: '', retryAfter };
}

function limited(): Reply {
  const fault = {
    code: 'BAD_USER_INPUT',
    subCode: 'LIMIT_REACHED',
    conflictingRecordId: undefined,
    details: null,
  };
  return {
    ...http(200),
    faults: [{ ...fault, message: 'Limit reached (100 tokens per 60000 ms)' }],
  } as Reply;
}

/** An API whose server answers with these replies in turn, and then with the last one for ever. */
function apiWith(replies: readonly Reply[]) {
  const clock = virtualClock();
  let sent = 0;
  const transport: Transport = {
    async send() {
      const reply = replies[Math.min(sent, replies.length - 1)];
      sent += 1;
      if (reply === undefined) throw new Error('no reply');
      return reply;
    },
    get: async () => null,
  };
  const nothing = () => {};
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const pacer = createPacer({ store: memoryRateBudget(), key: 'k', clock });
  const api = createApi({ transport, pacer, clock, log, random: () => 0.5 });
  return { api, clock, pacer, sent: () => sent };
}

describe('api', () => {
  it('tries again what may pass, with a growing wait', async () => {
    const { api, clock, sent } = apiWith([http(503), RESET, http(500), OK]);
    const start = clock.now();
    expect(await clock.run(api.records(READ))).toEqual({ kind: 'ok', data: { x: 1 } });
    expect(sent()).toBe(4);
    expect(clock.now() - start).toBe(250 + 500 + 1000);
    expect(api.counters).toMatchObject({ calls: 4, retries: 3 });
  });

  it('waits as long as a 429 asks for', async () => {
    const { api, clock } = apiWith([http(429, '7'), OK]);
    const start = clock.now();
    await clock.run(api.records(WRITE));
    expect(clock.now() - start).toBeGreaterThanOrEqual(7000);
  });

  it('reports a write whose answer was lost, and repeats one that never left', async () => {
    const lost = apiWith([RESET, OK]);
    expect(await lost.clock.run(lost.api.records(WRITE))).toEqual({ kind: 'lost', code: 'ECONNRESET' });
    expect(lost.sent()).toBe(1);
    const unsent = apiWith([{ kind: 'failure', sent: 'no', code: 'ECONNREFUSED' }, OK]);
    expect(await unsent.clock.run(unsent.api.records(WRITE))).toMatchObject({ kind: 'ok' });
  });

  it('gives up after minutes, and at once when a person waits', async () => {
    const patient = apiWith([RESET]);
    const start = patient.clock.now();
    await expect(patient.clock.run(patient.api.records(READ))).rejects.toMatchObject({
      code: 'TWENTY_UNREACHABLE',
    });
    expect(patient.clock.now() - start).toBeGreaterThan(60_000);
    const brisk = apiWith([RESET]);
    await expect(brisk.clock.run(brisk.api.metadata({ ...READ, brisk: true }))).rejects.toThrow('ECONNRESET');
    expect(brisk.sent()).toBe(3);
  });

  it('leaves refusals of the limiter to the pacer, and counts what was sent', async () => {
    const { api, clock, pacer, sent } = apiWith([limited(), limited(), OK]);
    const start = clock.now();
    expect(await clock.run(api.records(WRITE))).toMatchObject({ kind: 'ok' });
    expect(sent()).toBe(3);
    expect(api.counters).toMatchObject({ calls: 3, retries: 0 });
    expect(pacer.refusals()).toBe(2);
    expect(pacer.describe()).toEqual({ limit: 100, windowMs: 60_000, calibrated: true });
    expect(clock.now() - start).toBeGreaterThan(600);
  });

  it('paces records, not the data model', async () => {
    const { api, clock } = apiWith([limited(), OK]);
    await clock.run(api.records(READ));
    const start = clock.now();
    for (let i = 0; i < 10; i += 1) await clock.run(api.metadata(READ));
    expect(clock.now()).toBe(start);
    expect(api.counters.calls).toBe(2);
  });
});
