import { VpError } from '../../domain/errors.ts';
import type { MemberSurvey, ObjectSurvey } from '../../engine/survey/types.ts';
import type { ForeseenPlan } from '../../mapping/documents/plan.ts';
import type { Questionnaire } from './questions.ts';

/** Owners without a workspace member, with the number of records that hang on each; also ids that no owner row has. */
export function orphanOwners(
  members: readonly MemberSurvey[],
  surveys: readonly ObjectSurvey[],
): ForeseenPlan['orphans'] {
  return members.flatMap((survey) => {
    const records = new Map<string, number>();
    for (const { memberUse } of surveys) {
      for (const [id, n] of memberUse.get(survey.object) ?? []) records.set(id, (records.get(id) ?? 0) + n);
    }
    const listed = survey.unmatched.map(({ sourceId, name, email }) => ({
      object: survey.object,
      sourceId,
      name,
      email,
      records: records.get(sourceId) ?? 0,
    }));
    const known = new Set([...survey.matched.keys(), ...survey.unmatched.map(({ sourceId }) => sourceId)]);
    const unknown = [...records]
      .filter(([id]) => !known.has(id))
      .map(([id, n]) => ({ object: survey.object, sourceId: id, name: '', email: '', records: n }));
    return [...listed, ...unknown];
  });
}

/** Asks who takes the records of orphan owners. Null: nobody. Throws DECISIONS_INVALID for an e-mail that is no member's. */
export function askFallbackMember(
  members: MemberSurvey['members'],
  orphans: ForeseenPlan['orphans'],
  ask: Questionnaire,
): { readonly id: string; readonly email: string } | null {
  if (orphans.length === 0) return null;
  const records = orphans.reduce((sum, orphan) => sum + orphan.records, 0);
  const answer = ask.ask({
    id: 'fallback-member',
    question: `${orphans.length} owners have no workspace member; ${records} records hang on them. E-mail of the member that takes them, or none. Members: ${members.map(({ email }) => email).join(', ')}.`,
    default: members[0]?.email ?? 'none',
  });
  if (answer === 'none') return null;
  const member = members.find(
    ({ email }) => email.trim().toLowerCase() === String(answer).trim().toLowerCase(),
  );
  if (member === undefined) {
    throw new VpError('DECISIONS_INVALID', {
      what: 'The fallback member is not a member of the workspace.',
      where: 'decisions.yaml, fallback-member',
      todo: 'Write the e-mail of a member, or none; or invite the person in Twenty first.',
    });
  }
  return { id: member.id, email: member.email };
}
