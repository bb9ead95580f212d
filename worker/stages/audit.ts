import type { Json } from '../domain/canonical.ts';
import { digestOf } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import { effectiveMappings, readSnapshotShape } from '../engine/effective-mappings.ts';
import { progressMeter } from '../engine/progress-meter.ts';
import { loadTransformContext } from '../engine/run-data.ts';
import { isAllowed, readSnapshotNotes, readStreamInfo } from '../engine/snapshot-notes.ts';
import { eachRow } from '../engine/snapshot-pages.ts';
import { surveyMembers } from '../engine/survey/survey-members.ts';
import { surveyObject } from '../engine/survey/survey-object.ts';
import { surveyOptions } from '../engine/survey/survey-options.ts';
import type { MemberSurvey, ObjectSurvey, SurveyRun } from '../engine/survey/types.ts';
import type { Snapshot } from '../ledger/ledger.ts';
import type { AuditReport, Finding, ObjectAudit } from '../mapping/documents/audit.ts';
import { isPieces, rowsOfObjects } from '../mapping/expand-pieces.ts';
import type { RecordMapping } from '../mapping/mapping-schema.ts';
import { fileFindings } from './audit/file-findings.ts';
import { cycleFindings } from './audit/hierarchy-findings.ts';
import { memberFindings } from './audit/member-findings.ts';
import { type AuditorSetting, ObjectAuditor } from './audit/object-auditor.ts';
import { pieceFindings } from './audit/piece-findings.ts';
import { repeatFindings, surveyFindings } from './audit/survey-findings.ts';
import type { Migration, StageContext } from './stage.ts';

/**
 * The inventory of a snapshot and of what it will meet in Twenty. Reads both, changes neither; stored as the migration's document `audit`. Knows no
 * object by name: what is special stands in the profile and the mapping. Throws UNKNOWN_MIGRATION (no such snapshot), STATE_FORBIDS (it is not complete),
 * SNAPSHOT_MISMATCH (records were written from another one), INTERRUPTED.
 */
export async function runAudit(
  context: StageContext,
  migration: Migration,
  { snapshotId }: { readonly snapshotId: string },
): Promise<AuditReport> {
  const { ledger, target, signal } = context;
  const snapshot = await requireSnapshot(context, migration, snapshotId);
  const mappings = effectiveMappings(await readSnapshotShape(context, snapshotId), await target.schema(), []);
  const notes = readSnapshotNotes(await ledger.snapshots.notes(snapshotId));
  const streams = (await ledger.snapshots.streams(snapshotId)).map(({ info, rows }) => ({
    ...readStreamInfo(info),
    rows,
  }));
  const sensitiveColumns = streams.flatMap(({ object, columns }) =>
    columns.flatMap(({ name, sensitive }) =>
      sensitive === undefined
        ? []
        : [
            {
              object,
              column: name,
              reason: sensitive.reason,
              allowed: isAllowed(snapshot.allowed, mappings.profile, object, name),
            },
          ],
    ),
  );
  const { workspaceId } = await target.describe(signal);
  const surveying = { ledger, target, snapshotId };

  const memberSurveys: MemberSurvey[] = [];
  const defined = new Map<string, ReadonlyMap<string, string>>();
  for (const mapping of mappings.objects) {
    if (mapping.kind === 'member') memberSurveys.push(await surveyMembers(surveying, mapping, signal));
    if (mapping.kind !== 'option') continue;
    const { options } = await surveyOptions(surveying, mapping);
    defined.set(
      mapping.valueMap,
      new Map(options.map(({ key, group, name }) => [key, `${group} / ${name}`])),
    );
  }
  const transforming = { profile: mappings.profile, mapping: mappings.objects, valueMaps: {}, snapshotId };
  const setting: AuditorSetting = {
    profile: mappings.profile,
    mappings: mappings.objects,
    // Value maps are the plan's: here every value maps to nothing, and what is not defined is found by other means.
    transformContext: { ...(await loadTransformContext(ledger, transforming)), valueMap: () => null },
    defined,
    maxFileBytes: target.files.maxBytes,
    memberIds: new Map(memberSurveys.map((survey) => [survey.object, idsOf(survey)])),
    dropped: new Set(
      sensitiveColumns.filter(({ allowed }) => !allowed).map(({ object, column }) => `${object}.${column}`),
    ),
  };

  const objects: ObjectAudit[] = [];
  const findings: Finding[] = fileFindings(mappings.profile, notes, streams, sensitiveColumns);
  const surveys: ObjectSurvey[] = [];
  const total = streams.reduce((sum, { rows }) => sum + rows, 0);
  const advance = progressMeter('audit', total, context.clock, context.progress);
  for (const stream of streams) {
    const auditor = new ObjectAuditor(stream, setting);
    const audited = await auditObject(context, snapshot, auditor, setting, advance);
    objects.push(auditor.result());
    findings.push(...auditor.findings(), ...audited.findings);
    if (audited.survey !== null) surveys.push(audited.survey);
  }
  for (const mapping of mappings.objects) {
    if (!isPieces(mapping) || !streams.some(({ object }) => object === mapping.pieces.of)) continue;
    const survey = await surveyObject(surveying, surveyRunOf(mapping, setting, snapshot), signal);
    findings.push(...pieceFindings(survey, mapping));
    surveys.push(survey);
  }
  findings.push(...memberSurveys.flatMap((survey) => memberFindings(survey, surveys)));

  const report: AuditReport = {
    snapshotId,
    snapshotDigest: snapshot.digest ?? '',
    sourceInstance: snapshot.sourceInstance,
    workspaceId,
    objects,
    excluded: notes.excluded,
    sensitiveColumns,
    unknownFiles: notes.unknownFiles,
    members: memberSurveys.flatMap(({ members }) => members),
    findings,
  };
  await store(context, migration, report);
  return report;
}

async function auditObject(
  { ledger, target, signal }: StageContext,
  snapshot: Snapshot,
  auditor: ObjectAuditor,
  setting: AuditorSetting,
  advance: (object: string, n: number) => void,
): Promise<{ survey: ObjectSurvey | null; findings: Finding[] }> {
  const { object } = auditor;
  const { id: snapshotId } = snapshot;
  const mapping = setting.mappings.find((candidate) => candidate.object === object);
  let seen = 0;
  const tick = () => {
    seen += 1;
    if (seen % 1000 === 0) {
      if (signal.aborted) throw interrupted(object);
      advance(object, 1000);
    }
  };
  if (mapping?.kind !== 'record') {
    for await (const row of eachRow(ledger, snapshotId, object)) {
      auditor.see(row, null);
      tick();
    }
    advance(object, seen % 1000);
    const repeats = await ledger.snapshots.repeatedIds(snapshotId, object);
    return { survey: null, findings: repeatFindings(object, repeats) };
  }
  const survey = await surveyObject(
    { ledger, target, snapshotId },
    {
      ...surveyRunOf(mapping, setting, snapshot),
      observe: (row, transformed) => {
        auditor.see(row, transformed);
        tick();
      },
    },
    signal,
  );
  advance(object, seen % 1000);
  const parentColumn = mapping.references.find(({ to }) => to === mapping.parent)?.from ?? '';
  return {
    survey,
    findings: [
      ...repeatFindings(object, survey.repeats),
      ...cycleFindings(object, parentColumn, survey.hierarchy, auditor.parentRows),
      ...surveyFindings(survey, mapping),
    ],
  };
}

function surveyRunOf(
  mapping: RecordMapping,
  { profile, mappings, transformContext, memberIds }: AuditorSetting,
  { sourceInstance }: Snapshot,
): SurveyRun {
  const members = new Set(memberIds.keys());
  return { mapping, profile, transformContext, rowsOf: rowsOfObjects(mappings), sourceInstance, members };
}

async function requireSnapshot(
  { ledger }: StageContext,
  migration: Migration,
  id: string,
): Promise<Snapshot> {
  const snapshot = await ledger.snapshots.get(id);
  if (snapshot === null) {
    throw new VpError('UNKNOWN_MIGRATION', {
      what: 'There is no snapshot of that id.',
      where: id,
      todo: 'Run extract; it prints the id of its snapshot.',
    });
  }
  if (!snapshot.complete) {
    throw new VpError('STATE_FORBIDS', {
      what: 'The snapshot is not complete.',
      where: id,
      todo: 'Run the same extract again: it goes on where it was.',
    });
  }
  const bound = migration.snapshotId !== null && migration.snapshotId !== id;
  if (bound && !['new', 'planned', 'plan-approved', 'schema-applied'].includes(migration.state)) {
    throw new VpError('SNAPSHOT_MISMATCH', {
      what: `The migration has written records from the snapshot ${migration.snapshotId ?? ''}.`,
      where: id,
      todo: 'Audit another snapshot under a new migration name.',
    });
  }
  return snapshot;
}

async function store(
  { ledger, actor }: StageContext,
  migration: Migration,
  report: AuditReport,
): Promise<void> {
  const body: Json = JSON.parse(JSON.stringify(report));
  const digest = digestOf(body);
  await ledger.transaction(async (tx) => {
    await tx.migrations.putDocument(migration.id, { kind: 'audit', digest, body });
    const detail = { snapshotId: report.snapshotId, findings: report.findings.length };
    await tx.trail.append(migration.id, [
      { actor, operation: 'audit', outcome: 'done', afterDigest: digest, detail },
    ]);
  });
}

function idsOf({ matched, unmatched }: MemberSurvey): Set<string> {
  return new Set([...matched.keys(), ...unmatched.map(({ sourceId }) => sourceId)]);
}

function interrupted(object: string): VpError {
  return new VpError('INTERRUPTED', {
    what: 'The audit was stopped.',
    where: object,
    todo: 'Run it again; it keeps nothing half-done.',
  });
}
