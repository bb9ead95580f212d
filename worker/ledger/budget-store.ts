import type { RateBudgetStore } from '../domain/rate-budget.ts';
import type { Database } from './database.ts';
import { payloadOf, payloadParam } from './payload-codec.ts';

/**
 * The rate budget of all processes: one row per key, read and written under its lock. Always in a short transaction of its
 * own, because a lock held until a load batch commits would stop every other process.
 */
export function budgetStore(db: Database): RateBudgetStore {
  return {
    update: (key, change) =>
      db.apart(async (session) => {
        await session.query('insert into vp.rate_budget (key) values ($1) on conflict (key) do nothing', [
          key,
        ]);
        const [found] = await session.query<{ state: Uint8Array | null }>(
          'select state from vp.rate_budget where key = $1 for update',
          [key],
        );
        const { state, result } = change(payloadOf(found?.state ?? null));
        await session.query("update vp.rate_budget set state = decode($2, 'base64') where key = $1", [
          key,
          payloadParam(state),
        ]);
        return result;
      }),
  };
}
