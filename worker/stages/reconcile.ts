import { digestOf } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { type LoadRun, loadTarget, openLoadRun } from '../engine/load-run.ts';
import { requirePlan } from '../engine/plan-guard.ts';
import { progressMeter } from '../engine/progress-meter.ts';
import { json } from '../engine/range-result.ts';
import type { DeadLetter, Migration } from '../ledger/ledger.ts';
import type { Plan } from '../mapping/documents/plan.ts';
import type { ReconciliationReport } from '../mapping/documents/reconciliation.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import { Tally } from './reconcile/capped-list.ts';
import { checkCount, unexplainedCount } from './reconcile/counts.ts';
import { Findings, orphanKey, orphanOf } from './reconcile/findings.ts';
import { type ObjectPass, passObject } from './reconcile/object-pass.ts';
import { checkOptions } from './reconcile/option-order.ts';
import { passResolved } from './reconcile/resolved-objects.ts';
import { type SourceColumns, sourceColumns } from './reconcile/source-columns.ts';
import type { StageContext } from './stage.ts';

/**
 * Reads every migrated record back and compares every field that we write, counts cells, records and amounts, and stores the report. Writes nothing to
 * Twenty. `unexplained` is 0 when every difference is a declared normalisation of Twenty or drift; then the migration becomes `reconciled`, otherwise it
 * is `loaded` (again). Throws STATE_FORBIDS before the load has ended.
 */
export async function runReconcile(
  context: StageContext,
  migration: Migration,
): Promise<ReconciliationReport> {
  const { ledger, clock } = context;
  const { plan, digest: planDigest } = await requirePlan(context, migration, 'plan');
  if (migration.state !== 'loaded' && migration.state !== 'reconciled') {
    throw new VpError('STATE_FORBIDS', {
      what: `The migration is ${migration.state}; a half-loaded one cannot be reconciled.`,
      where: migration.name,
      todo: 'Run load until it is complete, then reconcile.',
    });
  }
  const load = await openLoadRun(context, migration, plan.decided, 'load');
  const findings = new Findings();
  const columns = await sourceColumns(ledger, plan);
  const passes = await passAll(context, load, plan, columns, findings);
  const counts = await checkCounts(load, migration, plan, passes, findings);
  const options = checkOptions(plan.decided, load.schema);
  for (const { missing, inOrder } of options) {
    findings.causes.add('OPTION_MISSING', missing.length);
    findings.causes.add('OPTION_ORDER', inOrder ? 0 : 1);
  }
  const sums = passes.flatMap((pass) => pass.sums);
  for (const { groups } of sums)
    findings.causes.add('SUM_DIFFERENT', groups.filter(({ difference }) => difference !== '0').length);
  const letters = await ledger.records.deadLetters(migration.id, { unresolvedOnly: true });
  for (const { object, row, sourceId, reason } of letters) {
    findings.look(
      { object, row, sourceId, twentyId: null },
      'DEAD_LETTER',
      reason.field === undefined ? reason.code : `${reason.code}, ${reason.field}`,
    );
  }
  const { outcomes, rows } = await settleRows(context, migration, plan, columns, passes, findings);

  const body = {
    version: 1 as const,
    migration: migration.name,
    sourceInstance: plan.decided.sourceInstance,
    snapshotId: plan.decided.snapshotId,
    workspaceId: plan.decided.workspaceId,
    planDigest,
    outcomes,
    rows,
    coverage: passes.map((pass) => pass.coverage),
    sensitive: columns.sensitive,
    deadLetters: countLetters(letters),
    orphans: orphans(plan, findings),
    counts,
    sums,
    options,
    ...findings.report(),
  };
  const report: ReconciliationReport = {
    ...body,
    digest: digestOf(json(body)),
    at: new Date(clock.now()).toISOString(),
  };
  await store(context, migration, report);
  return report;
}

type NamedPass = ObjectPass & { readonly object: string };

async function passAll(
  context: StageContext,
  load: LoadRun,
  plan: Plan,
  columns: SourceColumns,
  findings: Findings,
): Promise<NamedPass[]> {
  const { decided } = plan;
  const total = plan.foreseen.rows.reduce((sum, { rows }) => sum + rows, 0);
  const onRows = progressMeter('reconcile', total, context.clock, context.progress);
  const passes: NamedPass[] = [];
  for (const mapping of decided.mapping) {
    const { object } = mapping;
    if (decided.exclusions.includes(object)) continue;
    const own = columns.of(object);
    const onPage = (rows: number) => onRows(object, rows);
    const pass =
      mapping.kind === 'record'
        ? await passObject(load, object, own, findings, onPage)
        : await passResolved(load, mapping, own, findings, onPage);
    passes.push({ ...pass, object });
  }
  return passes;
}

async function checkCounts(
  load: LoadRun,
  migration: Migration,
  plan: Plan,
  passes: readonly NamedPass[],
  findings: Findings,
): Promise<ReconciliationReport['counts']> {
  const byTarget = new Map<string, { readonly mapping: RecordMapping; expected: number }>();
  for (const { object, identified } of passes) {
    if (plan.decided.mapping.find((candidate) => candidate.object === object)?.kind !== 'record') continue;
    const { mapping } = loadTarget(load, object);
    const entry = byTarget.get(mapping.target) ?? { mapping, expected: 0 };
    entry.expected += identified;
    byTarget.set(mapping.target, entry);
  }
  const counts: ReconciliationReport['counts'][number][] = [];
  for (const { mapping, expected } of byTarget.values()) {
    const count = await checkCount(load, migration, mapping, expected);
    findings.causes.add('COUNT_DIFFERENT', unexplainedCount(count));
    counts.push(count);
  }
  return counts;
}

/** Outcomes per object; every row of the snapshot, and every piece that is made of one, must have exactly one. Sensitive objects were counted, not stored. */
async function settleRows(
  { ledger }: StageContext,
  migration: Migration,
  plan: Plan,
  columns: SourceColumns,
  passes: readonly NamedPass[],
  findings: Findings,
): Promise<Pick<ReconciliationReport, 'outcomes' | 'rows'>> {
  const outcomes: Record<string, Record<string, number>> = {};
  for (const { object, outcome, n } of await ledger.records.countOutcomes(migration.id)) {
    outcomes[object] = { ...outcomes[object], [outcome]: n };
  }
  for (const { object, rows } of columns.excluded) outcomes[object] ??= { excluded: rows };
  const rows: ReconciliationReport['rows'][number][] = [];
  const settle = (object: string, read: number) => {
    const settled = Object.values(outcomes[object] ?? {}).reduce((sum, n) => sum + n, 0);
    findings.causes.add('ROW_WITHOUT_OUTCOME', Math.abs(read - settled));
    rows.push({ object, read, settled });
  };
  for (const object of columns.objects)
    settle(object, await ledger.snapshots.count(plan.decided.snapshotId, object));
  for (const { object, read } of passes) if (!columns.objects.includes(object)) settle(object, read);
  for (const { object, rows: n } of columns.excluded) rows.push({ object, read: n, settled: n });
  return { outcomes, rows };
}

function countLetters(letters: readonly DeadLetter[]): ReconciliationReport['deadLetters'] {
  const tally = new Tally<string>();
  for (const { object, reason } of letters) tally.add(orphanKey(object, reason.code));
  return tally.entries().map(([key, rows]) => {
    const { object, sourceId: code } = orphanOf(key);
    return { object, code, rows };
  });
}

/** Owners without a member, as the plan foresaw them and as the records that were read back name them. */
function orphans(plan: Plan, findings: Findings): ReconciliationReport['orphans'] {
  const known = plan.foreseen.orphans;
  const keys = new Set(known.map(({ object, sourceId }) => orphanKey(object, sourceId)));
  return [
    ...known.map((orphan) => ({
      ...orphan,
      records: findings.orphanRecords.of(orphanKey(orphan.object, orphan.sourceId)),
    })),
    ...findings.orphanRecords
      .entries()
      .filter(([key]) => !keys.has(key))
      .map(([key, records]) => ({ ...orphanOf(key), name: '', email: '', records })),
  ];
}

async function store(
  { ledger, actor }: StageContext,
  migration: Migration,
  report: ReconciliationReport,
): Promise<void> {
  const { digest, unexplained, records } = report;
  const outcome = unexplained === 0 ? 'done' : 'differences';
  await ledger.transaction(async (tx) => {
    await tx.migrations.putDocument(migration.id, { kind: 'reconciliation', digest, body: json(report) });
    await tx.trail.append(migration.id, [
      { actor, operation: 'reconcile', outcome, afterDigest: digest, detail: { records, unexplained } },
    ]);
    // Accepting needs the newest reconciliation to be clean.
    await tx.migrations.transition(migration.id, unexplained === 0 ? 'reconciled' : 'loaded', actor);
  });
}
