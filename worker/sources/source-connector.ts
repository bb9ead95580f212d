import type { FileProblem, SourceRow } from '../domain/record.ts';
import type { SourceProfile } from '../domain/source-profile.ts';

/**
 * The port to a source system. Reads; never writes. A connector knows how the source stores rows, not what they mean.
 *
 * Invariants:
 * - `read` yields the rows of a stream in a fixed order, numbered from 1 without gaps; reading again from a cursor yields
 *   the same rows with the same numbers, or throws SOURCE_CHANGED.
 * - Sensitive columns that nobody allowed are not in `fields` (design promise 2): dropped while reading, never stored.
 * - Memory is bounded by the batch, not by the file.
 */
export interface SourceConnector {
  /** What the source is, for the snapshot: `csv:/path/export.zip`. */
  readonly location: string;
  /** The profile that it reads by: the one it was opened with, and the custom objects that the source's own schema export defines. */
  readonly profile: SourceProfile;
  /** The streams (source objects) that are there, and files that no profile entry names. Reads no rows. */
  inspect(signal?: AbortSignal): Promise<SourceInspection>;
  /** Rows of one stream after `cursor` (or from the start), in batches of at most `batchSize`. */
  read(stream: string, options: ReadOptions): AsyncIterable<SourceBatch>;
  /** A file that a row names by its path. Opens nothing yet. A path that leaves the files' folder is a problem, never followed. */
  file(path: string): Promise<SourceFile>;
  close(): Promise<void>;
}

export type SourceFile =
  | {
      readonly kind: 'found';
      /** Bytes. */
      readonly size: number;
      /** Streams the bytes from the start; may be called again. */
      content(signal?: AbortSignal): AsyncIterable<Uint8Array>;
    }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

export interface ReadOptions {
  readonly cursor?: SourceCursor;
  readonly batchSize: number;
  /** Sensitive columns (`object.field`) that a person allowed by name. */
  readonly allow: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** Opaque to everyone but the connector; JSON, so that it can be stored. */
export type SourceCursor = { readonly row: number; readonly [key: string]: string | number | boolean | null };

export interface SourceBatch {
  readonly rows: readonly SourceRow[];
  /** Position after the last row of this batch. */
  readonly cursor: SourceCursor;
  /** Bytes of the stream read so far, and in all where known; for rate and ETA. */
  readonly bytesRead: number;
}

export interface SourceInspection {
  readonly streams: readonly StreamInfo[];
  /** Files that the profile does not name: listed for the audit, not read. */
  readonly unknownFiles: readonly string[];
  /** Sensitive objects found and left where they are. */
  readonly excluded: readonly ExcludedStream[];
}

export interface StreamInfo {
  readonly object: string;
  /** Where it is within the location, e.g. `contacts.csv`. */
  readonly file: string;
  readonly bytes: number;
  /** How the file was read. */
  readonly encoding: string;
  readonly delimiter: string;
  /** Column names in order, as normalised to the profile's spelling; unknown columns as the header spells them. */
  readonly columns: readonly ColumnInfo[];
  /** Identity of the content (size, mtime, head and tail hash): a resume against another content is refused. */
  readonly fingerprint: string;
  /** Remarks on the file as a file. No customer values. */
  readonly findings: readonly StreamFinding[];
}

export interface ColumnInfo {
  readonly name: string;
  /** `declared` in the profile, or `custom` (any further column). */
  readonly kind: 'declared' | 'custom';
  /** Why it is dropped on the way in, unless allowed. */
  readonly sensitive?: { readonly reason: string };
}

export interface StreamFinding {
  readonly code:
    | 'ENCODING_GUESSED'
    | 'DELIMITER_UNUSUAL'
    | 'HEADER_REPEATED'
    | 'HEADER_CASE'
    | 'COLUMN_MISSING'
    | 'COLUMN_TWICE'
    | 'EMPTY_FILE'
    | 'NO_FINAL_NEWLINE'
    /** A file of definitions that is not JSON: no rows. */
    | 'JSON_BROKEN';
  readonly detail: string;
}

export interface ExcludedStream {
  readonly object: string;
  readonly file: string;
  readonly rows: number;
  readonly reason: string;
}
