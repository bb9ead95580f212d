import { describe, expect, it } from 'vitest';
import { rollbackCalls, rollbackMinutes } from '../../../worker/engine/rollback-calls.ts';

const LIMITER = { limit: 100, windowMs: 60_000 };

describe('what a rollback costs', () => {
  it('is a handful of calls for records, and one each for records with files', () => {
    expect(rollbackCalls({ records: 0, files: 0 })).toBe(0);
    expect(rollbackCalls({ records: 2000, files: 0 })).toBe(8);
    expect(rollbackCalls({ records: 2000, files: 1000 })).toBe(8 + 1000 + 30);
  });

  it('takes minutes at the limit of the server', () => {
    expect(rollbackMinutes({ records: 20_000, files: 0 }, LIMITER)).toBe(1);
    expect(rollbackMinutes({ records: 20_000, files: 10_000 }, LIMITER)).toBe(104);
    expect(rollbackMinutes({ records: 20_000, files: 10_000 }, { limit: 1000, windowMs: 60_000 })).toBe(11);
  });
});
