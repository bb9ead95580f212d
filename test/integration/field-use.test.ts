import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ledger } from '../../worker/ledger/ledger.ts';
import { findInUse } from '../../worker/stages/rollback/field-use.ts';
import type { FieldSpec, TargetObject } from '../../worker/twenty/target.ts';
import { createTwentyTarget } from '../../worker/twenty/twenty-target.ts';
import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { startTwentyDouble } from '../doubles/twenty/server.ts';
import { openMemoryLedger } from '../support/memory-ledger.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { skippingClock } from '../support/skipping-clock.ts';

let ledger: Ledger;
let double: TwentyDouble;
let target: ReturnType<typeof createTwentyTarget>;
let company: TargetObject;
const NAMES = ['vpText', 'vpNumber', 'vpLink', 'vpFlag', 'vpIdle'];

beforeAll(async () => {
  ledger = await openMemoryLedger();
  double = await startTwentyDouble({ seed: 'empty', limiter: 'off' });
  target = createTwentyTarget({
    url: double.url,
    apiKey: double.apiKey,
    budget: ledger.budget,
    clock: skippingClock(),
    log: silentLogger,
  });
  const make = (name: string, more: Pick<FieldSpec, 'type'> & Partial<FieldSpec>) =>
    target.model.createField({ object: 'company', name, label: name, icon: 'IconBox', ...more });
  await make('vpText', { type: 'TEXT' });
  await make('vpNumber', { type: 'NUMBER' });
  await make('vpLink', { type: 'LINKS' });
  await make('vpFlag', { type: 'BOOLEAN' });
  await make('vpIdle', { type: 'TEXT' });
  const found = (await target.schema({ fresh: true })).objects.get('company');
  if (found === undefined) throw new Error('no companies');
  company = found;
});

afterAll(async () => {
  await target.close();
  await double.close();
  await ledger.close();
});

/** What is asked for the fields, and how many calls that takes. */
async function look(names: readonly string[]) {
  const before = double.counters.requests;
  const fields = names.flatMap((name) => company.fields.get(name) ?? []);
  const users = await findInUse(target.records, company, fields);
  return { users: Object.fromEntries(users), calls: double.counters.requests - before };
}

async function add(name: string, data: Readonly<Record<string, unknown>>): Promise<string> {
  const id = crypto.randomUUID();
  await target.records.create('company', [{ id, name, ...data }], { fields: [], mayBeThere: false });
  return id;
}

it('finds, of the fields of an object, those that any record uses, in the trash too', async () => {
  await add('uses none', {});
  expect(await look(NAMES)).toEqual({ users: {}, calls: 1 });
  const ids = [
    await add('a text', { vpText: 'of a user' }),
    await add('a link', { vpLink: { primaryLinkUrl: 'https://user.example' } }),
    await add('a flag', { vpFlag: true }),
  ];
  await target.records.softDelete('company', ids.slice(1, 2));
  const { users } = await look(NAMES);
  expect(users).toEqual({ vpText: ids[0], vpLink: ids[1], vpFlag: ids[2] });
  expect((await look(['vpIdle', 'vpNumber'])).users).toEqual({});
});
