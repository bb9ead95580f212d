import { storedPlan } from '../../engine/plan-guard.ts';
import type { WorkItem } from '../../ledger/ledger.ts';
import type { RollbackRun } from './run.ts';

const PAGE = 5000;

/**
 * Forgets the links, outcomes and dead letters of a sample that was taken back, so that its rows are work again. A record that was kept keeps its link
 * and outcome: it is in Twenty, and the next load must not make it anew.
 */
export async function forgetSample(run: RollbackRun): Promise<void> {
  const { ledger } = run.context;
  const plan = await storedPlan(ledger, run.migration);
  const mappings = plan?.plan.decided.mapping ?? [];
  for (let after = 0; ; ) {
    const items = await ledger.work.items(run.migration.id, { after, limit: PAGE });
    for (const [object, ofObject] of Map.groupBy(
      items.filter(({ sample }) => sample),
      (item) => item.object,
    )) {
      const mapping = mappings.find((candidate) => candidate.object === object);
      if (mapping?.kind === 'record')
        await forgetItems(run, { object, targetObject: mapping.target, part: mapping.part }, ofObject);
    }
    const last = items.at(-1);
    if (last === undefined || items.length < PAGE) break;
    after = last.seq;
  }
  await ledger.work.uncut(run.migration.id, 'sample');
}

async function forgetItems(
  run: RollbackRun,
  key: { readonly object: string; readonly targetObject: string; readonly part: string },
  items: readonly WorkItem[],
): Promise<void> {
  const { ledger } = run.context;
  const id = run.migration.id;
  const links = await ledger.records.resolve(
    id,
    key,
    items.map(({ sourceId }) => sourceId),
  );
  const standing = new Set(
    (await ledger.changes.ofRecords(id, key.targetObject, [...links.values()])).map((change) => change.key),
  );
  const forgotten = items.filter(({ sourceId }) => !standing.has(links.get(sourceId) ?? ''));
  const ids = forgotten
    .map(({ sourceId }) => links.get(sourceId))
    .filter((twentyId) => twentyId !== undefined);
  const rows = forgotten.map(({ row }) => row);
  await ledger.transaction(async (tx) => {
    await tx.records.dropLinks(id, key.targetObject, ids);
    await tx.records.resolveDeadLetters(id, key.object, rows);
    await tx.records.dropOutcomes(id, key.object, rows);
  });
}
