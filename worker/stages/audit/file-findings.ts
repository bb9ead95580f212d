import type { SourceProfile } from '../../domain/source-profile.ts';
import type { SnapshotNotes, StoredStream } from '../../engine/snapshot-notes.ts';
import type { AuditReport, Finding } from '../../mapping/documents/audit.ts';
import { count, finding } from './finding-list.ts';

/** Remarks on a file that can mean missing data; the others are for information. */
const SERIOUS = new Set(['COLUMN_MISSING', 'COLUMN_TWICE', 'EMPTY_FILE']);

/** Smaller limits divide too many honest counts. */
const LEAST_MULTIPLE = 1000;

/** Findings about the export as files: what is missing, cut, unknown, or was left where it is. */
export function fileFindings(
  profile: SourceProfile,
  notes: SnapshotNotes,
  streams: readonly (StoredStream & { readonly rows: number })[],
  sensitive: AuditReport['sensitiveColumns'],
): Finding[] {
  const findings: Finding[] = [];
  const present = new Set([
    ...streams.map(({ object }) => object),
    ...notes.excluded.map(({ object }) => object),
  ]);
  for (const [object, { file, optional, sensitive: isSensitive }] of Object.entries(profile.objects)) {
    if (present.has(object) || isSensitive !== undefined) continue;
    const detail = `The export has no ${file}${optional ? ', which it need not have' : ', which the profile expects'}.`;
    const severity = optional ? 'info' : 'warning';
    findings.push(finding({ code: 'FILE_MISSING', severity, object, rows: 0, detail }));
  }
  for (const stream of streams) {
    for (const { code, detail } of stream.findings) {
      const severity = SERIOUS.has(code) ? 'warning' : 'info';
      findings.push(
        finding({ code: 'FILE', severity, object: stream.object, rows: 0, detail: `${code}: ${detail}` }),
      );
    }
    findings.push(...roundCount(profile, stream.object, stream.rows));
  }
  for (const { object, column, reason, allowed } of sensitive) {
    const detail = allowed
      ? `${reason}. A person allowed it by name.`
      : `${reason}. Left where it is; --allow ${object}.${column} --reason <text> with extract brings it along.`;
    findings.push(finding({ code: 'COLUMN_SENSITIVE', severity: 'info', object, column, rows: 0, detail }));
  }
  for (const { object, file, rows, reason } of notes.excluded) {
    const detail = `${file}: ${reason}. Left where it is.`;
    findings.push(finding({ code: 'OBJECT_SENSITIVE', severity: 'info', object, rows, detail }));
  }
  for (const file of notes.unknownFiles) {
    const detail = `${file} is named by no object of the profile and was not read.`;
    findings.push(finding({ code: 'UNKNOWN_FILE', severity: 'info', object: '', rows: 0, detail }));
  }
  return findings;
}

/** An export of exactly 20,000 rows was probably cut there; of a multiple of a limit, perhaps. */
function roundCount(profile: SourceProfile, object: string, rows: number): Finding[] {
  if (rows === 0) return [];
  if (profile.roundLimits.includes(rows)) {
    const detail = `Exactly ${count(rows)} rows: the source is known to cut exports there. Compare with its own count before going on.`;
    return [finding({ code: 'ROUND_ROW_COUNT', severity: 'warning', object, rows, detail })];
  }
  const limit = profile.roundLimits
    .filter((one) => one >= LEAST_MULTIPLE && rows % one === 0)
    .sort((a, b) => b - a)[0];
  if (limit === undefined) return [];
  const detail = `${count(rows)} rows are a multiple of ${count(limit)}: a page may be missing. Compare with the source's own count.`;
  return [finding({ code: 'ROUND_ROW_COUNT', severity: 'info', object, rows, detail })];
}
