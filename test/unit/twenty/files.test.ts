import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '../../../worker/domain/clock.ts';
import type { BegunUpload, Target } from '../../../worker/twenty/target.ts';
import { createTwentyTarget } from '../../../worker/twenty/twenty-target.ts';
import { memoryRateBudget } from '../../doubles/memory-rate-budget.ts';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { nextRequests } from '../../doubles/twenty/faults.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';

const PLACE = { object: 'attachment', field: 'file' } as const;
const HOUR = 3_600_000;

/** Time that passes only in sleeps, which take none. */
function movableClock(): Clock & { pass(ms: number): void } {
  let now = Date.parse('2026-05-01T10:00:00Z');
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    pass(ms) {
      now += ms;
    },
  };
}

let double: TwentyDouble;
let clock: ReturnType<typeof movableClock>;
let logged: string[];

beforeEach(async () => {
  clock = movableClock();
  logged = [];
  double = await startTwentyDouble({ seed: 'empty', limiter: 'off', queueDelayMs: 0, clock });
});
afterEach(() => double.close());

function newTarget(options: { readonly url?: string } = {}): Target {
  const keep = (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message }));
  return createTwentyTarget({
    url: options.url ?? double.url,
    apiKey: double.apiKey,
    budget: memoryRateBudget(),
    clock,
    log: { debug: keep, info: keep, warn: keep, error: keep },
  });
}

async function begun(target: Target, name: string, size: number): Promise<BegunUpload> {
  const upload = await target.files.begin({ ...PLACE, name, size });
  if (upload.kind === 'refused') throw new Error(upload.reason);
  return upload;
}

async function* of(content: string | Uint8Array) {
  yield typeof content === 'string' ? Buffer.from(content) : content;
}

const onPut = ({ path }: { path: string }) => path.startsWith('/file-upload/');

it('sends again what meets a bad moment of the server, with the content opened anew', async () => {
  const target = newTarget();
  const upload = await begun(target, 'a.txt', 5);
  double.faults.plan = nextRequests(2, { kind: 'answer', status: 502, body: 'bad gateway' }, onPut);
  let opened = 0;
  const content = () => {
    opened += 1;
    return of('hello');
  };
  expect(await target.files.send(upload, content)).toEqual({ kind: 'sent' });
  expect(opened).toBe(3);
});

it('gives up on a server that stays away', async () => {
  const target = newTarget();
  const upload = await begun(target, 'a.txt', 5);
  double.faults.plan = (request) => (onPut(request) ? { kind: 'drop-before' } : undefined);
  await expect(target.files.send(upload, () => of('hello'))).rejects.toMatchObject({
    code: 'TWENTY_UNREACHABLE',
  });
});

it('says that an upload must begin again when its address is too old, or the server forgot it', async () => {
  const target = newTarget();
  const upload = await begun(target, 'a.txt', 5);
  clock.pass(HOUR);
  expect(await target.files.send(upload, () => of('hello'))).toEqual({ kind: 'refused', reason: 'expired' });
  const gone = await begun(target, 'a.txt', 5);
  double.faults.plan = nextRequests(1, { kind: 'answer', status: 404, body: '' }, onPut);
  expect(await target.files.send(gone, () => of('hello'))).toEqual({ kind: 'refused', reason: 'expired' });
});

it('takes a proxy that cuts uploads short by its word, and learns the limit of the server', async () => {
  const target = newTarget();
  const upload = await begun(target, 'a.txt', 5);
  double.faults.plan = nextRequests(1, { kind: 'answer', status: 413, body: '' }, onPut);
  expect(await target.files.send(upload, () => of('hello'))).toEqual({
    kind: 'refused',
    reason: 'too-large',
  });
  const limit = (max: number) =>
    JSON.stringify({
      data: null,
      errors: [
        {
          message: `Invalid file size 5 (max ${max} bytes)`,
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    });
  expect(target.files.maxBytes).toBe(1024 ** 3);
  double.faults.plan = nextRequests(1, { kind: 'answer', status: 200, body: limit(4) }, ({ bodyText }) =>
    bodyText.includes('createFileUpload'),
  );
  expect(await target.files.begin({ ...PLACE, name: 'a.txt', size: 5 })).toEqual({
    kind: 'refused',
    reason: 'too-large',
  });
  expect(target.files.maxBytes).toBe(4);
});

it('reaches the server where it was told to, not where the server says it is', async () => {
  const target = newTarget();
  const upload = await begun(target, 'a.txt', 5);
  const { pathname, search } = new URL(upload.address);
  const elsewhere = { ...upload, address: `http://twenty.internal:3000${pathname}${search}` };
  expect(await target.files.send(elsewhere, () => of('hello'))).toEqual({ kind: 'sent' });
});

it('leaves neither row nor blob of what is discarded, whatever became of it', async () => {
  const target = newTarget();
  const before = double.dump();
  const complete = await begun(target, 'a.txt', 5);
  await target.files.send(complete, () => of('hello'));
  const mismatch = await begun(target, 'a.png', 200_000);
  expect(await target.files.send(mismatch, () => of(new Uint8Array(200_000).fill(65)))).toEqual({
    kind: 'refused',
    reason: 'content-mismatch',
  });
  const untouched = await begun(target, 'a.mp4', 3);
  for (const { fileId } of [complete, mismatch, untouched])
    await target.files.discard('attachment', 'file', fileId);
  await double.settled();
  expect(double.dump()).toEqual(before);
  expect(logged).toEqual([]);
});

it('discards content that was refused although the network fails meanwhile', async () => {
  const target = newTarget();
  const before = double.dump();
  const mismatch = await begun(target, 'a.png', 5);
  expect(await target.files.send(mismatch, () => of('hello'))).toMatchObject({ reason: 'content-mismatch' });
  double.faults.plan = nextRequests(2, { kind: 'answer', status: 502, body: 'bad gateway' }, onPut);
  expect(await target.files.discard('attachment', 'file', mismatch.fileId)).toBe(true);
  await double.settled();
  expect(double.dump()).toEqual(before);
});

it('discards what an earlier process completed, and says so when it cannot complete what that one began', async () => {
  const earlier = newTarget();
  const sent = await begun(earlier, 'a.txt', 5);
  await earlier.files.send(sent, () => of('hello'));
  const open = await begun(earlier, 'b.txt', 5);
  const later = newTarget();
  for (const { fileId } of [sent, open]) await later.files.discard('attachment', 'file', fileId);
  await double.settled();
  expect(double.dump().files).toMatchObject([{ id: open.fileId, status: 'PENDING' }]);
  expect(double.dump().storage).toEqual({});
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain(open.fileId);
  expect(logged[0]).not.toContain('token');
});

it('leaves no timeline row of the record that it discards an upload with', async () => {
  const target = newTarget();
  await target.model.createObject({
    nameSingular: 'house',
    namePlural: 'houses',
    labelSingular: 'House',
    labelPlural: 'Houses',
  });
  await target.model.createField({
    object: 'house',
    name: 'drawings',
    label: 'Drawings',
    type: 'FILES',
    settings: { maxNumberOfValues: 2 },
  });
  const upload = await target.files.begin({ object: 'house', field: 'drawings', name: 'a.txt', size: 5 });
  if (upload.kind === 'refused') throw new Error(upload.reason);
  await target.files.send(upload, () => of('hello'));
  await target.files.discard('house', 'drawings', upload.fileId);
  await double.settled();
  const { tables, files, storage } = double.dump();
  expect({ house: tables.house, timeline: tables.timelineActivity, files, storage }).toEqual({
    house: [],
    timeline: [],
    files: [],
    storage: {},
  });
});

it('refuses a download by an old address, and finds none of a file that is gone', async () => {
  const target = newTarget();
  const upload = await begun(target, 'a.txt', 5);
  await target.files.send(upload, () => of('hello'));
  const id = 'a0000000-0000-5000-8000-000000000001';
  const file = [{ fileId: upload.fileId, label: 'a.txt' }];
  await target.records.create('attachment', [{ id, file }], { fields: [] });
  const address = async () =>
    (await target.files.addresses('attachment', 'file', [id])).get(id)?.[0]?.address ?? '';
  const old = await address();
  clock.pass(25 * HOUR);
  await expect(target.files.download(old)).rejects.toMatchObject({ code: 'TWENTY_PROTOCOL' });
  const fresh = await address();
  expect(fresh).not.toBe(old);
  await target.files.destroyWithFiles('attachment', id);
  await double.settled();
  expect(await target.files.download(fresh)).toBeNull();
});

it('asks for nothing that is no FILES field', async () => {
  const target = newTarget();
  const wrong = target.files.begin({ object: 'attachment', field: 'name', name: 'a.txt', size: 5 });
  await expect(wrong).rejects.toMatchObject({ code: 'TWENTY_INCOMPATIBLE' });
});
