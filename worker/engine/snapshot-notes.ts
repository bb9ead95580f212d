import { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import {
  type SourceObjectProfile,
  type SourceProfile,
  sourceProfileSchema,
} from '../domain/source-profile.ts';
import type { SourceInspection, StreamInfo } from '../sources/source-connector.ts';

/** What is known of a snapshot as a whole, as extract keeps it in the ledger. */
const notesSchema = z.object({
  /** Identity of every file when the snapshot was begun, by object. */
  fingerprints: z.record(z.string(), z.string()),
  unknownFiles: z.array(z.string()),
  excluded: z.array(z.object({ object: z.string(), file: z.string(), rows: z.number(), reason: z.string() })),
  /** The profile that the source was read by, its custom objects included. Snapshots of earlier versions have none. */
  profile: sourceProfileSchema.optional(),
});

/** What is known of one stream: the connector's StreamInfo, and how far it was read. */
const streamSchema = z.object({
  object: z.string(),
  file: z.string(),
  bytes: z.number(),
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['declared', 'custom']),
      sensitive: z.object({ reason: z.string() }).optional(),
    }),
  ),
  fingerprint: z.string(),
  findings: z.array(z.object({ code: z.string(), detail: z.string() })),
  bytesRead: z.number(),
});

export type SnapshotNotes = z.infer<typeof notesSchema>;
export type StoredStream = z.infer<typeof streamSchema>;

/** The notes of a snapshot that is begun. `profile`: the source's own (SourceConnector.profile). */
export function snapshotNotes(inspection: SourceInspection, profile: SourceProfile): Json {
  return {
    profile: profileJson(profile),
    fingerprints: Object.fromEntries(
      inspection.streams.map(({ object, fingerprint }) => [object, fingerprint]),
    ),
    unknownFiles: [...inspection.unknownFiles],
    excluded: inspection.excluded.map(({ object, file, rows, reason }) => ({ object, file, rows, reason })),
  };
}

/** Reads the notes back; a snapshot that was never begun has none. */
export function readSnapshotNotes(notes: Json): SnapshotNotes {
  return notes === null ? { fingerprints: {}, unknownFiles: [], excluded: [] } : notesSchema.parse(notes);
}

/**
 * The profile that a snapshot is read with: the profile file as it is now, and what the source's schema export defined when the snapshot was taken. `base`
 * alone for a snapshot that an earlier version took, or that was never begun.
 */
export function effectiveProfile(notes: SnapshotNotes, base: SourceProfile): SourceProfile {
  if (notes.profile === undefined) return base;
  // The store sorts the names of a document: the order of the file comes first, what the schema export added after it.
  const objects = { ...base.objects };
  for (const [key, then] of Object.entries(notes.profile.objects)) {
    const now = base.objects[key];
    objects[key] =
      now === undefined ? then : { ...now, columns: { ...now.columns, ...described(then, now) } };
  }
  return { ...base, objects };
}

/** The columns that the schema export added, and what it says besides of those that the file declares. */
function described(then: SourceObjectProfile, now: SourceObjectProfile): SourceObjectProfile['columns'] {
  return Object.fromEntries(
    Object.entries(then.columns).flatMap(([name, column]) => {
      const declared = now.columns[name];
      if (declared === undefined) return column.fromSchema === true ? [[name, column]] : [];
      return [[name, { ...column, ...declared }]];
    }),
  );
}

/** A profile as notes keep it: what zod gave us is JSON; this says so to the type system by going through text. */
export function profileJson(profile: SourceProfile): Json {
  return JSON.parse(JSON.stringify(profile));
}

/** A stream's info as it is stored with its cursor. */
export function streamInfoOf(info: StreamInfo, bytesRead: number): Json {
  return JSON.parse(JSON.stringify({ ...info, bytesRead }));
}

/** Reads a stored stream info back. */
export function readStreamInfo(info: Json): StoredStream {
  return streamSchema.parse(info);
}

/** True when a person allowed a sensitive object by name. */
export function isObjectAllowed(allowed: Readonly<Record<string, string>>, object: string): boolean {
  return object in allowed || `${object}.*` in allowed;
}

/** True when a person allowed a sensitive column, or the sensitive object that it is of. */
export function isAllowed(
  allowed: Readonly<Record<string, string>>,
  profile: SourceProfile,
  object: string,
  column: string,
): boolean {
  if (`${object}.${column}` in allowed) return true;
  return profile.objects[object]?.sensitive !== undefined && isObjectAllowed(allowed, object);
}
