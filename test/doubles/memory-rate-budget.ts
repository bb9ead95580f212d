import type { Json } from '../../worker/domain/canonical.ts';
import type { RateBudgetStore } from '../../worker/domain/rate-budget.ts';

/** A rate budget in memory: what the ledger keeps in SQL. Goes through JSON, as a column does. */
export function memoryRateBudget(): RateBudgetStore {
  const states = new Map<string, string>();
  return {
    async update(key, change) {
      const stored = states.get(key);
      const state: Json = stored === undefined ? null : JSON.parse(stored);
      const changed = change(state);
      states.set(key, JSON.stringify(changed.state));
      return changed.result;
    },
  };
}
