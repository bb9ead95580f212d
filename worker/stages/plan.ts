import { digestOf, type Json } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { baseSchema } from '../engine/base-schema.ts';
import { loadTransformContext } from '../engine/run-data.ts';
import { surveyMembers } from '../engine/survey/survey-members.ts';
import { surveyObject } from '../engine/survey/survey-object.ts';
import { surveyOptions } from '../engine/survey/survey-options.ts';
import { surveyParents } from '../engine/survey/survey-parents.ts';
import type { MemberSurvey, ObjectSurvey, OptionSurvey } from '../engine/survey/types.ts';
import type { Migration } from '../ledger/ledger.ts';
import type { AuditReport } from '../mapping/documents/audit.ts';
import type { DecisionsFile } from '../mapping/documents/decisions.ts';
import type { DecidedPlan, ForeseenPlan, ObjectPolicy, Plan } from '../mapping/documents/plan.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import { planValueMaps } from './plan/all-value-maps.ts';
import { decideAutomations } from './plan/automations.ts';
import { type Dispositions, dispose } from './plan/dispositions.ts';
import { effectiveMapping, withoutEmptySelects } from './plan/effective-mapping.ts';
import { estimate, grade } from './plan/estimate.ts';
import { askFallbackMember, orphanOwners } from './plan/members.ts';
import { askPolicies } from './plan/policies.ts';
import { Questionnaire } from './plan/questions.ts';
import { schemaChanges } from './plan/schema-changes.ts';
import { type PlannedRows, storeWork } from './plan/store-work.ts';
import type { StageContext } from './stage.ts';

export interface PlanOptions {
  readonly decisions: DecisionsFile | null;
  readonly acceptDefaults: boolean;
  /** `--automations keep`. */
  readonly keepAutomations: boolean;
  /** `--irreversible`: trashed records may be destroyed. */
  readonly irreversible: boolean;
}

export interface PlanResult {
  readonly plan: Plan;
  readonly digest: string;
  readonly decisions: DecisionsFile;
}

/** Levels between two objects in the load order: deeper hierarchies than this are cut to one level order by the survey's breaking of loops. */
const LEVEL_SPAN = 1_000_000;
const LISTED = 1000;

/**
 * Makes the plan: asks every question, decides every row, lists every change, and binds the migration to workspace, source instance and snapshot.
 * Writes nothing to Twenty. Throws STATE_FORBIDS once records were written, DECISIONS_INVALID, TWENTY_INCOMPATIBLE.
 */
export async function runPlan(
  context: StageContext,
  migration: Migration,
  options: PlanOptions,
): Promise<PlanResult> {
  const { ledger, target, signal } = context;
  const audit = await requireAudit(context, migration);
  const snapshot = await ledger.snapshots.get(audit.snapshotId);
  if (snapshot === null)
    throw new VpError('SNAPSHOT_MISMATCH', {
      what: 'The audited snapshot is gone.',
      where: audit.snapshotId,
      todo: 'Extract and audit again.',
    });
  const description = await target.describe();
  if (description.workspaceId !== audit.workspaceId) {
    throw new VpError('WORKSPACE_MISMATCH', {
      what: 'The audit looked at another workspace.',
      where: 'TWENTY_API_KEY',
      todo: 'Run audit again with this key.',
    });
  }
  const ours = await ledger.changes.newest(migration.id, { phase: 'schema', limit: 10_000 });
  const schema = baseSchema(await target.schema({ fresh: true }), ours);
  const ask = new Questionnaire(options.decisions, options.acceptDefaults);

  const exclusions = askExclusions(context, ask);
  const included = context.mappings.objects.filter(({ object }) => !exclusions.includes(object));
  const {
    mapping: proposed,
    inferred,
    unmapped,
  } = effectiveMapping(audit, included, schema, context.mappings.profile);
  const { valueMaps, needed } = await planValueMaps({
    audit,
    mapping: proposed,
    schema,
    ledger,
    snapshotId: snapshot.id,
    ask,
  });
  const mapping = withoutEmptySelects(proposed, schema, needed);
  const records = mapping.filter((object): object is RecordMapping => object.kind === 'record');
  const policies: Record<string, ObjectPolicy> = Object.fromEntries(
    records.map((object) => [object.object, askPolicies(audit, object, ask, options.irreversible)]),
  );

  const optionMappings = mapping.filter((object) => object.kind === 'option');
  const optionSurveys: OptionSurvey[] = [];
  for (const object of optionMappings)
    optionSurveys.push(await surveyOptions({ ledger, snapshotId: snapshot.id }, object));
  const changes = schemaChanges(schema, mapping, needed);

  const memberSurveys: MemberSurvey[] = [];
  for (const object of mapping) {
    if (object.kind === 'member')
      memberSurveys.push(await surveyMembers({ ledger, target, snapshotId: snapshot.id }, object, signal));
  }
  const surveys = await surveyAll(context, {
    records,
    mapping,
    valueMaps,
    policies,
    snapshotId: snapshot.id,
    sourceInstance: snapshot.sourceInstance,
  });
  const orphans = orphanOwners(
    memberSurveys,
    surveys.map(({ survey }) => survey),
  );
  const fallbackMember = askFallbackMember(memberSurveys[0]?.members ?? [], orphans, ask);
  const automations = decideAutomations(
    await target.automations.list(),
    mapping,
    ask,
    options.keepAutomations,
  );

  const decided: DecidedPlan = {
    migration: migration.name,
    workspaceId: description.workspaceId,
    sourceInstance: snapshot.sourceInstance,
    snapshotId: snapshot.id,
    snapshotDigest: snapshot.digest ?? '',
    profile: context.mappings.profile,
    mapping,
    valueMaps,
    policies,
    fallbackMember,
    schema: changes,
    exclusions,
    allowed: snapshot.allowed,
    brokenEdges: surveys.flatMap(({ survey }) =>
      survey.hierarchy.brokenEdges.map((edge) => ({ object: survey.object, ...edge })),
    ),
    automations,
    answers: ask.answers(),
  };
  const rows = rowCounts(audit, exclusions, surveys, memberSurveys, optionSurveys);
  const foreseen: ForeseenPlan = {
    createdAt: new Date(context.clock.now()).toISOString(),
    questions: ask.decisions(),
    open: ask.open(),
    rows,
    matches: surveys.flatMap(({ dispositions }) => dispositions.matches).slice(0, LISTED),
    deadLetters: foreseenDeadLetters(surveys).slice(0, LISTED),
    orphans,
    unmapped,
    inferred,
    estimate: estimate(rows, description),
    grade: grade(audit, rows, changes, orphans.length),
    excludedObjects: audit.excluded.map(({ object, rows: n, reason }) => ({
      object,
      rows: n,
      reason,
      allowCommand: `vp-twenty extract --source ${snapshot.location} --instance ${snapshot.sourceInstance} --allow ${object} --reason "<why>"`,
    })),
  };
  const plan: Plan = { version: 1, decided, foreseen };
  const digest = digestOf(json(decided));
  await store(context, migration, plan, digest, {
    records: surveys,
    members: memberSurveys,
    options: optionSurveys,
    excluded: [
      ...exclusions.map((object) => ({ object, reason: 'EXCLUDED' })),
      ...withoutMapping(audit, context).map((object) => ({ object, reason: 'NO_MAPPING' })),
    ],
    firstLevel: new Map(mapping.map(({ object }, index) => [object, index * LEVEL_SPAN])),
    memberTargets: new Map(mapping.map(({ object, target: name }) => [object, name])),
  });
  return { plan, digest, decisions: { version: 1, migration: migration.name, decisions: ask.decisions() } };
}

async function requireAudit(context: StageContext, migration: Migration): Promise<AuditReport> {
  if (!['new', 'planned', 'plan-approved', 'schema-applied'].includes(migration.state)) {
    throw new VpError('STATE_FORBIDS', {
      what: `The migration is ${migration.state}: records were written by its plan.`,
      where: migration.name,
      todo: 'Take the sample back first (sample --discard), or roll back and start a new migration.',
    });
  }
  const document = await context.ledger.migrations.document(migration.id, 'audit');
  if (document === null)
    throw new VpError('STATE_FORBIDS', {
      what: 'There is no audit.',
      where: migration.name,
      todo: 'Run audit first.',
    });
  // Stored by our own audit stage; its shape is ours.
  const audit: AuditReport = JSON.parse(JSON.stringify(document.body));
  return audit;
}

function askExclusions(context: StageContext, ask: Questionnaire): string[] {
  const known = context.mappings.objects.map(({ object }) => object);
  const answer = ask.ask({
    id: 'exclude',
    question: `Source objects to leave out, as a list. Known: ${known.join(', ')}.`,
    default: [],
    settled: true,
  });
  const listed = Array.isArray(answer) ? answer : [String(answer)];
  const unknown = listed.filter((object) => !known.includes(object));
  if (unknown.length > 0) {
    throw new VpError('DECISIONS_INVALID', {
      what: `No mapping has the object ${unknown.join(', ')}.`,
      where: 'decisions.yaml, exclude',
      todo: `Choose among ${known.join(', ')}.`,
    });
  }
  return listed;
}

/** Objects of the export that no mapping file carries. */
function withoutMapping(audit: AuditReport, context: StageContext): string[] {
  const mapped = new Set(context.mappings.objects.map(({ object }) => object));
  return audit.objects.map(({ object }) => object).filter((object) => !mapped.has(object));
}

interface Surveyed {
  readonly survey: ObjectSurvey;
  readonly dispositions: Dispositions;
}

async function surveyAll(
  context: StageContext,
  plan: Pick<DecidedPlan, 'mapping' | 'valueMaps' | 'policies' | 'snapshotId' | 'sourceInstance'> & {
    readonly records: readonly RecordMapping[];
  },
): Promise<Surveyed[]> {
  const { ledger, target, signal } = context;
  const transformContext = await loadTransformContext(ledger, { ...plan, profile: context.mappings.profile });
  const members = new Set(plan.mapping.filter(({ kind }) => kind === 'member').map(({ object }) => object));
  const surveys: Surveyed[] = [];
  for (const mapping of plan.records) {
    const policy = plan.policies[mapping.object];
    if (policy === undefined) continue;
    const survey = await surveyObject(
      { ledger, target, snapshotId: plan.snapshotId },
      {
        mapping,
        transformContext,
        sourceInstance: plan.sourceInstance,
        members,
        lastWins: policy.duplicateIds === 'last-wins',
      },
      signal,
    );
    const dispositions = dispose(survey, policy);
    surveys.push({ survey: contracted(survey, dispositions), dispositions });
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

function rowCounts(
  audit: AuditReport,
  exclusions: readonly string[],
  surveys: readonly Surveyed[],
  members: readonly MemberSurvey[],
  options: readonly OptionSurvey[],
): ForeseenPlan['rows'] {
  const none = { create: 0, match: 0, merged: 0, skipped: 0, excluded: 0, deadLetters: 0 };
  return audit.objects.map(({ object, rows }) => {
    if (exclusions.includes(object)) return { object, rows, ...none, excluded: rows };
    const surveyed = surveys.find(({ survey }) => survey.object === object);
    const member = members.find((survey) => survey.object === object);
    const option = options.find((survey) => survey.object === object);
    if (member !== undefined)
      return { object, rows, ...none, match: member.matched.size, skipped: rows - member.matched.size };
    if (option !== undefined)
      return { object, rows, ...none, create: option.options.length, merged: rows - option.options.length };
    // No mapping carries the object: it stays in the snapshot.
    if (surveyed === undefined) return { object, rows, ...none, excluded: rows };
    const { settled, deadLetters, notes } = surveyed.dispositions;
    const count = (outcome: string) =>
      [...settled.values()].filter((entry) => entry.outcome === outcome).length;
    const failing = surveyed.survey.failures.filter(
      ({ row }) => !settled.has(row) && !deadLetters.has(row),
    ).length;
    const match = [...notes.values()].filter((note) => note.match !== undefined).length;
    const dead = deadLetters.size + failing;
    return {
      object,
      rows,
      create: rows - settled.size - dead - match,
      match,
      merged: count('merged'),
      skipped: count('skipped'),
      excluded: 0,
      deadLetters: dead,
    };
  });
}

function foreseenDeadLetters(surveys: readonly Surveyed[]): ForeseenPlan['deadLetters'] {
  return surveys.flatMap(({ survey, dispositions }) => [
    ...survey.failures
      .filter(({ row }) => !dispositions.settled.has(row))
      .map(({ row, sourceId, reason }) => ({
        object: survey.object,
        row,
        sourceId,
        code: reason.code,
        field: reason.field ?? null,
      })),
    ...[...dispositions.deadLetters]
      .filter(([, { code }]) => code === 'DUPLICATE_ID')
      .map(([row, { code }]) => ({ object: survey.object, row, sourceId: '', code, field: null })),
  ]);
}

async function store(
  context: StageContext,
  migration: Migration,
  plan: Plan,
  digest: string,
  rows: PlannedRows,
): Promise<void> {
  const { sourceInstance, snapshotId, workspaceId } = plan.decided;
  await context.ledger.transaction(async (tx) => {
    await tx.migrations.bind(migration.id, { sourceInstance, snapshotId, workspaceId });
    await storeWork(tx, migration.id, snapshotId, rows);
    await tx.migrations.putDocument(migration.id, { kind: 'plan', digest, body: json(plan) });
    await tx.migrations.transition(migration.id, 'planned', context.actor);
    await tx.trail.append(migration.id, [
      {
        actor: context.actor,
        operation: 'plan',
        outcome: 'done',
        afterDigest: digest,
        detail: { open: plan.foreseen.open },
      },
    ]);
  });
}

function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
