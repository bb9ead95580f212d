import { digestOf, type Json } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { baseSchema } from '../engine/base-schema.ts';
import { effectiveMappings, readSnapshotShape } from '../engine/effective-mappings.ts';
import { loadTransformContext } from '../engine/run-data.ts';
import { surveyMembers } from '../engine/survey/survey-members.ts';
import { surveyOptions } from '../engine/survey/survey-options.ts';
import type { MemberSurvey, OptionSurvey } from '../engine/survey/types.ts';
import type { Migration } from '../ledger/ledger.ts';
import type { AuditReport } from '../mapping/documents/audit.ts';
import type { DecisionsFile } from '../mapping/documents/decisions.ts';
import type { DecidedPlan, ForeseenPlan, ObjectPolicy, Plan } from '../mapping/documents/plan.ts';
import { isPieces } from '../mapping/expand-pieces.ts';
import type { ObjectMapping, RecordMapping } from '../mapping/mapping-schema.ts';
import type { TransformContext } from '../mapping/transforms/transform.ts';
import { planValueMaps } from './plan/all-value-maps.ts';
import { decideAutomations } from './plan/automations.ts';
import { withCustomFields, withoutEmptySelects } from './plan/effective-mapping.ts';
import { estimate, grade } from './plan/estimate.ts';
import { askFallbackMember, orphanOwners } from './plan/members.ts';
import { askPolicies } from './plan/policies.ts';
import { Questionnaire } from './plan/questions.ts';
import { foreseenDeadLetters, rowCounts } from './plan/row-counts.ts';
import { schemaChanges } from './plan/schema-changes.ts';
import { type PlannedRows, storeWork } from './plan/store-work.ts';
import { surveyAll } from './plan/survey-all.ts';
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

  const shape = await readSnapshotShape(context, snapshot.id);
  const all = effectiveMappings(shape, schema, []);
  const exclusions = askExclusions(all.objects, ask);
  const { profile, objects, adapted } = effectiveMappings(shape, schema, exclusions);
  const { mapping: proposed, inferred, unmapped } = withCustomFields(audit, objects, schema, profile);
  const { valueMaps, needed } = await planValueMaps({
    audit,
    mapping: proposed,
    schema,
    ledger,
    snapshotId: snapshot.id,
    ask,
  });
  const mapping = withoutEmptySelects(proposed, schema, needed);
  const policies: Record<string, ObjectPolicy> = Object.fromEntries(
    mapping
      .filter((object): object is RecordMapping => object.kind === 'record')
      .map((object) => [object.object, askPolicies(audit, object, ask, options.irreversible)]),
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
  const { id: snapshotId, sourceInstance, location } = snapshot;
  const surveying = { profile, mapping, valueMaps, policies, snapshotId, sourceInstance, exclusions };
  const transformContext = await loadTransformContext(ledger, surveying);
  const surveys = await surveyAll(context, surveying, transformContext);
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
    sourceInstance,
    snapshotId,
    snapshotDigest: snapshot.digest ?? '',
    profile,
    mapping,
    valueMaps,
    policies,
    fallbackMember,
    schema: changes,
    files: { location, maxBytes: target.files.maxBytes },
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
    adapted,
    estimate: estimate(rows, description, objectsWithFiles(mapping)),
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
  const rowsOfPlan: PlannedRows = {
    records: surveys,
    members: memberSurveys,
    options: optionSurveys,
    excluded: [
      ...exclusions.map((object) => ({ object, reason: 'EXCLUDED' })),
      ...withoutMapping(audit, all.objects).map((object) => ({ object, reason: 'NO_MAPPING' })),
    ],
    firstLevel: new Map(mapping.map(({ object }, index) => [object, index * LEVEL_SPAN])),
    memberTargets: new Map(mapping.map(({ object, target: name }) => [object, name])),
  };
  await store(context, migration, plan, digest, rowsOfPlan, transformContext);
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

function askExclusions(mappings: readonly ObjectMapping[], ask: Questionnaire): string[] {
  const known = mappings.filter((mapping) => !isPieces(mapping)).map(({ object }) => object);
  const answer = ask.ask({
    id: 'exclude',
    question: `Source objects to leave out, as a list. What cannot be without them is left out too. Known: ${known.join(', ')}.`,
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

function objectsWithFiles(mappings: readonly ObjectMapping[]): Set<string> {
  return new Set(
    mappings.flatMap((mapping) =>
      mapping.kind === 'record' && mapping.file !== undefined ? [mapping.object] : [],
    ),
  );
}

/** Objects of the export that no mapping carries. */
function withoutMapping(audit: AuditReport, mappings: readonly ObjectMapping[]): string[] {
  const mapped = new Set(mappings.map(({ object }) => object));
  return audit.objects.map(({ object }) => object).filter((object) => !mapped.has(object));
}

async function store(
  context: StageContext,
  migration: Migration,
  plan: Plan,
  digest: string,
  rows: PlannedRows,
  transformContext: TransformContext,
): Promise<void> {
  const { sourceInstance, snapshotId, workspaceId, profile } = plan.decided;
  await context.ledger.transaction(async (tx) => {
    await tx.migrations.bind(migration.id, { sourceInstance, snapshotId, workspaceId });
    await storeWork(tx, migration.id, { snapshotId, profile, transformContext }, rows);
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
