import { digestOf } from '../domain/canonical.ts';
import { systemClock } from '../domain/clock.ts';
import { VpError } from '../domain/errors.ts';
import { openMappings, openTarget } from '../main.ts';
import { openSource } from '../sources/open-source.ts';
import { runAudit } from '../stages/audit.ts';
import { runDoctor } from '../stages/doctor.ts';
import { runExtract } from '../stages/extract.ts';
import {
  asJson,
  type CommandContext,
  type CommandResult,
  done,
  requireMigrationName,
  writeMigrationFile,
} from './command.ts';
import { table } from './reading.ts';
import { withTwenty } from './twenty-context.ts';

export async function doctorCommand(
  context: CommandContext,
  flags: { readonly source?: string },
): Promise<CommandResult> {
  const { config, ledger, log } = context;
  const { profile } = await openMappings(config);
  const target = config.twenty === null ? null : openTarget(config, ledger, log);
  try {
    const openLocation = flags.source;
    const checks = await runDoctor({
      ledger,
      target,
      openSource: openLocation === undefined ? null : () => openSource(openLocation, profile),
    });
    const bad = checks.filter(({ ok }) => !ok);
    const lines = checks.flatMap(({ check, ok, detail, todo }) => [
      `${ok ? 'ok  ' : 'FAIL'} ${check}: ${detail}`,
      ...(ok || todo === '' ? [] : [`     ${todo}`]),
    ]);
    return done({ checks, failed: bad.length }, lines, bad.length > 0 ? 1 : 0);
  } finally {
    await target?.close();
  }
}

export interface ExtractFlags {
  readonly source: string;
  readonly instance: string;
  readonly allow?: string[];
  readonly reason?: string;
}

export async function extractCommand(context: CommandContext, flags: ExtractFlags): Promise<CommandResult> {
  const { ledger, signal, progress, log } = context;
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/iu.test(flags.instance)) {
    throw new VpError('USAGE', {
      what: 'An instance name has letters, digits, dot, dash and underscore only.',
      where: '--instance',
      todo: 'Choose a lasting name for this Visual Practice deployment, like "north-clinic".',
    });
  }
  const allowed = flags.allow ?? [];
  if (allowed.length > 0 && (flags.reason ?? '').trim() === '') {
    throw new VpError('USAGE', {
      what: 'A sensitive field is kept only with a reason.',
      where: '--reason',
      todo: 'Add --reason "<why it may be moved>"; it goes to the audit trail.',
    });
  }
  const { profile } = await openMappings(context.config);
  if (context.migrationName !== null) await ledger.migrations.open(context.migrationName);
  const source = await openSource(flags.source, profile, new Set(allowed));
  try {
    const result = await runExtract({
      ledger,
      source,
      profileDigest: digestOf(asJson(profile)),
      sourceInstance: flags.instance,
      allow: Object.fromEntries(allowed.map((field) => [field, flags.reason ?? ''])),
      actor: context.actor,
      signal,
      progress,
      log,
      clock: systemClock,
    });
    const complete = result.snapshot.complete;
    const lines = [
      `Snapshot ${result.snapshot.id}${result.resumed ? ' (resumed)' : ''}`,
      ...table([['object', 'rows'], ...result.streams.map(({ object, rows }) => [object, String(rows)])]),
      ...result.findings.map(({ detail }) => `  ${detail}`),
      complete ? 'Then: vp-twenty audit' : 'Stopped. Run extract again to go on.',
    ];
    return done({ ...result, snapshotId: result.snapshot.id }, lines, complete ? 0 : 1);
  } finally {
    await source.close();
  }
}

export async function auditCommand(
  context: CommandContext,
  flags: { readonly snapshot?: string },
): Promise<CommandResult> {
  const name = requireMigrationName(context);
  const migration = await context.ledger.migrations.open(name);
  const snapshotId = flags.snapshot ?? (await newestSnapshot(context));
  const report = await withTwenty(context, (stage) => runAudit(stage, migration, { snapshotId }));
  const file = await writeMigrationFile(context, 'audit.json', `${JSON.stringify(report, null, 2)}\n`);
  const findings = report.findings.map(({ severity, code, object, column, rows, detail }) => [
    severity,
    code,
    column === undefined ? object : `${object}.${column}`,
    String(rows),
    detail,
  ]);
  const lines = [
    ...table([['object', 'rows'], ...report.objects.map(({ object, rows }) => [object, String(rows)])]),
    '',
    ...table([['severity', 'finding', 'where', 'rows', 'detail'], ...findings]),
    `All of it: ${file}`,
    `Then: vp-twenty plan --migration ${name}`,
  ];
  return done(
    {
      file,
      snapshotId,
      objects: report.objects.map(({ object, rows }) => ({ object, rows })),
      findings: report.findings,
    },
    lines,
  );
}

/** The newest complete snapshot; with several source instances the person must name one. */
export async function newestSnapshot(context: CommandContext): Promise<string> {
  const complete = (await context.ledger.snapshots.list()).filter((snapshot) => snapshot.complete);
  const [newest] = complete;
  if (newest === undefined)
    throw new VpError('STATE_FORBIDS', {
      what: 'There is no complete snapshot.',
      todo: 'Run extract first.',
    });
  if (new Set(complete.map(({ sourceInstance }) => sourceInstance)).size > 1) {
    throw new VpError('USAGE', {
      what: 'There are snapshots of several source instances.',
      where: '--snapshot',
      todo: `Name one, for example --snapshot ${newest.id}.`,
    });
  }
  return newest.id;
}
