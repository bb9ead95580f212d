import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../worker/domain/clock.ts';
import { VpError } from '../../../worker/domain/errors.ts';
import type { Ledger } from '../../../worker/ledger/ledger.ts';
import { runDoctor } from '../../../worker/stages/doctor.ts';
import { createTwentyTarget } from '../../../worker/twenty/twenty-target.ts';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { openMemoryLedger } from '../../support/memory-ledger.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

describe('doctor', () => {
  let ledger: Ledger;
  let double: TwentyDouble;
  beforeAll(async () => {
    ledger = await openMemoryLedger();
    double = await startTwentyDouble({ limiter: 'off' });
  }, 180_000);
  afterAll(async () => {
    await double.close();
    await ledger.close();
  });

  const look = async (url: string, apiKey: string) => {
    const target = createTwentyTarget({ url, apiKey, budget: ledger.budget, clock: systemClock, log });
    const checks = await runDoctor({ ledger, target, openSource: null, nodeVersion: '24.1.0' });
    await target.close();
    return new Map(checks.map((check) => [check.check, check]));
  };

  it('is content with a workspace and a key that may do everything', async () => {
    const checks = await look(double.url, double.apiKey);
    expect([...checks.values()].filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.get('limits')?.detail).toContain('200 records a call');
    expect(checks.get('role of the key')?.ok).toBe(true);
  });

  it('says what a key lacks', async () => {
    const role = (await look(double.url, double.otherKeys.limited)).get('role of the key');
    expect(role?.ok).toBe(false);
    expect(role?.todo).not.toBe('');
  });

  it.each(['expired', 'revoked'] as const)('names a key that is %s and looks no further', async (which) => {
    const checks = await look(double.url, double.otherKeys[which]);
    expect([checks.get('twenty')?.ok, checks.has('limits')]).toEqual([false, false]);
    expect(checks.get('twenty')?.todo).not.toBe('');
  });

  it('goes on without a destination, with an old Node and an unreadable source', async () => {
    const checks = await runDoctor({
      ledger,
      target: null,
      nodeVersion: '20.11.0',
      openSource: async () => {
        throw new VpError('SOURCE_UNREADABLE', {
          what: 'There is no such folder.',
          where: '/nowhere',
          todo: 'Check the path.',
        });
      },
    });
    expect(checks.map(({ check, ok }) => [check, ok])).toEqual([
      ['node', false],
      ['store', true],
      ['twenty', false],
      ['source', false],
    ]);
    expect(checks.at(-1)).toMatchObject({
      detail: 'There is no such folder. (/nowhere)',
      todo: 'Check the path.',
    });
  });
});
