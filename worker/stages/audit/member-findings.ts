import type { MemberSurvey, ObjectSurvey } from '../../engine/survey/types.ts';
import type { Finding } from '../../mapping/documents/audit.ts';
import { count, finding } from './finding-list.ts';

/** People of the source without a workspace member, with the number of records that hang on them. */
export function memberFindings(
  { object, unmatched }: MemberSurvey,
  surveys: readonly ObjectSurvey[],
): Finding[] {
  if (unmatched.length === 0) return [];
  const orphans = new Set(unmatched.map(({ sourceId }) => sourceId));
  let records = 0;
  for (const { memberUse } of surveys) {
    for (const [id, rows] of memberUse.get(object) ?? []) if (orphans.has(id)) records += rows;
  }
  const detail = `No workspace member has their e-mail; records that hang on them: ${count(records)}. An API key cannot make members: invite them in Twenty first, or name a fallback member in the plan.`;
  const examples = unmatched.map(({ row, sourceId }) => ({ row, sourceId }));
  return [
    finding({
      code: 'OWNER_UNMATCHED',
      severity: 'decision',
      object,
      rows: unmatched.length,
      detail,
      examples,
    }),
  ];
}
