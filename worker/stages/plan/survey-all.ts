import { surveyObject } from '../../engine/survey/survey-object.ts';
import { surveyParents } from '../../engine/survey/survey-parents.ts';
import type { ObjectSurvey } from '../../engine/survey/types.ts';
import type { DecidedPlan } from '../../mapping/documents/plan.ts';
import { rowsOf, rowsOfObjects } from '../../mapping/expand-pieces.ts';
import type { RecordMapping } from '../../mapping/mapping-schema.ts';
import type { TransformContext } from '../../mapping/transforms/transform.ts';
import type { StageContext } from '../stage.ts';
import { type Dispositions, dispose, fateOfPieces } from './dispositions.ts';

export interface Surveyed {
  readonly mapping: RecordMapping;
  readonly survey: ObjectSurvey;
  readonly dispositions: Dispositions;
}

type Surveying = Pick<
  DecidedPlan,
  'profile' | 'mapping' | 'valueMaps' | 'policies' | 'snapshotId' | 'sourceInstance' | 'exclusions'
>;

/** Surveys every object that becomes records, in load order, and applies its policies: pieces share the fate of the row that they are made of. */
export async function surveyAll(
  context: StageContext,
  plan: Surveying,
  transformContext: TransformContext,
): Promise<Surveyed[]> {
  const { ledger, target, signal } = context;
  const members = new Set(plan.mapping.filter(({ kind }) => kind === 'member').map(({ object }) => object));
  const exclusions = new Set(plan.exclusions);
  const surveys: Surveyed[] = [];
  for (const mapping of plan.mapping) {
    const policy = plan.policies[mapping.object];
    if (mapping.kind !== 'record' || policy === undefined) continue;
    const whole = surveys.find((other) => other.survey.object === rowsOf(mapping));
    const survey = await surveyObject(
      { ledger, target, snapshotId: plan.snapshotId },
      {
        mapping,
        profile: plan.profile,
        transformContext,
        rowsOf: rowsOfObjects(plan.mapping),
        sourceInstance: plan.sourceInstance,
        members,
        exclusions,
        lastWins: policy.duplicateIds === 'last-wins',
        ...(whole === undefined ? {} : { fateOf: (row: number) => fateOfPieces(whole.dispositions, row) }),
      },
      signal,
    );
    const dispositions = dispose(survey, policy);
    surveys.push({ mapping, survey: contracted(survey, dispositions), dispositions });
  }
  return surveys;
}

/** Merged rows are one record: their place in the hierarchy is their keeper's. */
function contracted(survey: ObjectSurvey, { mergedInto }: Dispositions): ObjectSurvey {
  if (mergedInto.size === 0 || survey.parents.size === 0) return survey;
  const keeper = (id: string): string => mergedInto.get(id) ?? id;
  const parents = new Map<string, string>();
  for (const [child, parent] of survey.parents)
    if (!parents.has(keeper(child))) parents.set(keeper(child), keeper(parent));
  return { ...survey, parents, hierarchy: surveyParents(parents) };
}
