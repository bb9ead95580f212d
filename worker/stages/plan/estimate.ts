import { rollbackMinutes } from '../../engine/rollback-calls.ts';
import type { AuditReport } from '../../mapping/documents/audit.ts';
import type { ForeseenPlan, SchemaChange } from '../../mapping/documents/plan.ts';
import type { TargetDescription } from '../../twenty/target.ts';

/**
 * Calls that count against the rate limit and the minutes they take: load, the reads before updates, and reconciliation; and the minutes of a rollback, where
 * records of the objects in `withFiles` go one by one.
 */
export function estimate(
  rows: ForeseenPlan['rows'],
  description: TargetDescription,
  withFiles: ReadonlySet<string>,
): ForeseenPlan['estimate'] {
  const { batchSize, limiter } = description;
  const batches = (n: number) => Math.ceil(n / batchSize);
  const calls = rows.reduce(
    (sum, { create, match }) =>
      sum + batches(create) + 2 * batches(match) + Math.ceil((create + match) / 1000),
    0,
  );
  const created = (of: (object: string) => boolean) =>
    rows.filter(({ object }) => of(object)).reduce((sum, { create }) => sum + create, 0);
  const limitPerMinute = (limiter.limit / limiter.windowMs) * 60_000;
  return {
    calls,
    minutes: Math.ceil((calls / limitPerMinute) * 10) / 10,
    limitPerMinute,
    calibrated: limiter.calibrated,
    rollbackMinutes: rollbackMinutes(
      {
        records: created((object) => !withFiles.has(object)),
        files: created((object) => withFiles.has(object)),
      },
      limiter,
    ),
  };
}

type Grade = ForeseenPlan['grade'];

/** How much care the migration needs, A (little) to F, with what it is made of. Each reason costs a letter. */
export function grade(
  audit: AuditReport,
  rows: ForeseenPlan['rows'],
  schema: readonly SchemaChange[],
  orphans: number,
): Grade {
  const reasons: string[] = [];
  const total = rows.reduce((sum, row) => sum + row.rows, 0);
  const dead = rows.reduce((sum, row) => sum + row.deadLetters, 0);
  const match = rows.reduce((sum, row) => sum + row.match, 0);
  const found = (code: string) =>
    audit.findings.filter((finding) => finding.code === code).reduce((sum, { rows: n }) => sum + n, 0);
  if (total > 100_000) reasons.push(`${total} rows: the load takes hours.`);
  if (dead > total / 100) reasons.push(`${dead} rows are foreseen as dead letters, more than 1 in 100.`);
  if (match > 0) reasons.push(`${match} records exist in Twenty already and are matched by policy.`);
  if (orphans > 0) reasons.push(`${orphans} owners have no workspace member.`);
  if (found('UNCONVERTIBLE') > total / 50)
    reasons.push(`${found('UNCONVERTIBLE')} values do not convert, more than 1 in 50 rows.`);
  if (found('DUPLICATE_ID_DIFFERENT') + found('DUPLICATE_KEY') > 0)
    reasons.push('Ids or unique values repeat within the source.');
  if (found('ROUND_ROW_COUNT') + found('FILE_MISSING') > 0) reasons.push('The export may be incomplete.');
  if (found('PARENT_CYCLE') + found('OPTION_UNDEFINED') > 0)
    reasons.push('Parents loop, or values are used that the source does not define.');
  if (schema.length > 40) reasons.push(`${schema.length} changes of the data model.`);
  const letters = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
  return {
    letter: letters[Math.min(reasons.length, letters.length - 1)] ?? 'F',
    reasons: reasons.length === 0 ? ['Nothing out of the ordinary was found.'] : reasons,
  };
}
