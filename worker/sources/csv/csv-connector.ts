import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { VpError } from '../../domain/errors.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';
import type {
  ExcludedStream,
  ReadOptions,
  SourceBatch,
  SourceConnector,
  SourceCursor,
  SourceInspection,
  StreamInfo,
} from '../source-connector.ts';
import {
  type ExportFile,
  type ExportFiles,
  findDeclared,
  unknownFiles,
  unreadable,
  withinTopFolder,
} from './export-files.ts';
import { openFolder } from './folder-export.ts';
import { rowBuilder } from './row-builder.ts';
import { layOut, type StreamLayout } from './stream-layout.ts';
import { newNotes, readTable } from './table-reader.ts';
import { openZip } from './zip-export.ts';

export interface CsvSourceOptions {
  /** `csv:<folder or zip>`. */
  readonly location: string;
  readonly profile: SourceProfile;
  /** What a person allowed by name: a sensitive object in here (`claims` or `claims.*`) is a stream, not an excluded one. */
  readonly allow?: ReadonlySet<string>;
}

/**
 * Opens a CSV export. Throws SOURCE_UNREADABLE when there is no such folder or zip, or the zip is encrypted or forged.
 * The bytes of a stream are read three times: twice to know how it is to be read (`layOut`, kept for the life of the connector), once
 * for its rows. A cursor holds the row and the fingerprint of the content.
 */
export async function openCsvSource(options: CsvSourceOptions): Promise<SourceConnector> {
  const path = resolve(options.location.replace(/^csv:/, ''));
  const info = await stat(path).catch((cause: unknown) => {
    throw unreadable(
      path,
      'There is no such file or folder, or it may not be read.',
      'Check the path after csv:.',
      cause,
    );
  });
  const opened = info.isDirectory() ? await openFolder(path) : await openZip(path);
  return new CsvConnector(`csv:${path}`, opened, options.profile, options.allow ?? new Set());
}

class CsvConnector implements SourceConnector {
  readonly location: string;
  readonly #opened: ExportFiles;
  readonly #files: readonly ExportFile[];
  readonly #profile: SourceProfile;
  readonly #allow: ReadonlySet<string>;
  readonly #layouts = new Map<string, StreamLayout>();

  constructor(location: string, opened: ExportFiles, profile: SourceProfile, allow: ReadonlySet<string>) {
    this.location = location;
    this.#opened = opened;
    this.#profile = profile;
    this.#allow = allow;
    this.#files = withinTopFolder(
      opened.files,
      Object.values(profile.objects).map((object) => object.file),
    );
  }

  async inspect(signal?: AbortSignal): Promise<SourceInspection> {
    const streams: StreamInfo[] = [];
    const excluded: ExcludedStream[] = [];
    const named = new Set<string>();
    for (const [name, object] of Object.entries(this.#profile.objects)) {
      const file = findDeclared(this.#files, object.file);
      if (!file) continue;
      named.add(file.path);
      const layout = await this.#layout(name, object, file, signal);
      if (object.sensitive && !isObjectAllowed(name, this.#allow)) {
        excluded.push({ object: name, file: file.path, rows: layout.rows, reason: object.sensitive.reason });
      } else streams.push(streamInfo(name, file, layout));
    }
    return { streams, excluded, unknownFiles: unknownFiles(this.#files, named) };
  }

  async *read(stream: string, options: ReadOptions): AsyncGenerator<SourceBatch> {
    const object = this.#profile.objects[stream];
    const file = object && findDeclared(this.#files, object.file);
    if (!object || !file)
      throw unreadable(
        stream,
        'The export has no file for this stream.',
        'Ask for streams that inspect lists.',
      );
    const allowed = isObjectAllowed(stream, options.allow) || isObjectAllowed(stream, this.#allow);
    if (object.sensitive && !allowed) {
      throw unreadable(
        stream,
        'The object is sensitive and nobody allowed it.',
        `Allow it by name: --allow ${stream} --reason <text>.`,
      );
    }
    const layout = await this.#layout(stream, object, file, options.signal);
    const { fingerprint } = layout;
    if (options.cursor && options.cursor.fingerprint !== fingerprint) throw changed(file.path);
    await refuseChange(file, layout);

    const dropped = new Set<number>();
    for (const index of layout.sensitive.keys()) {
      // Whoever allowed a sensitive object allowed what is in it.
      const column = `${stream}.${layout.columns[index]?.name}`;
      if (!object.sensitive && !options.allow.has(column)) dropped.add(index);
    }
    const build = rowBuilder(stream, object, layout, dropped);
    const after = options.cursor?.row ?? 0;
    const cursorAt = (row: number): SourceCursor => ({ row, fingerprint });
    const how = { encoding: layout.encoding.encoding, delimiter: layout.delimiter, signal: options.signal };
    let row = 0;
    let rows: SourceRow[] = [];
    let bytesRead = 0;
    for await (const piece of readTable(file, how, newNotes())) {
      bytesRead = piece.bytesRead;
      for (const record of piece.rows) {
        row += 1;
        if (row <= after) continue;
        rows.push(build(record, row, piece.odd));
        if (rows.length < options.batchSize) continue;
        yield { rows, cursor: cursorAt(row), bytesRead };
        rows = [];
      }
    }
    await refuseChange(file, layout);
    if (rows.length > 0) yield { rows, cursor: cursorAt(row), bytesRead };
  }

  async close(): Promise<void> {
    await this.#opened.close();
  }

  async #layout(
    name: string,
    object: SourceObjectProfile,
    file: ExportFile,
    signal?: AbortSignal,
  ): Promise<StreamLayout> {
    const known = this.#layouts.get(name);
    if (known) return known;
    const layout = await layOut(file, object, this.#profile, signal);
    this.#layouts.set(name, layout);
    return layout;
  }
}

function isObjectAllowed(name: string, allow: ReadonlySet<string>): boolean {
  return allow.has(name) || allow.has(`${name}.*`);
}

function streamInfo(name: string, file: ExportFile, layout: StreamLayout): StreamInfo {
  return {
    object: name,
    file: file.path,
    bytes: layout.bytes,
    encoding: layout.encoding.encoding,
    delimiter: layout.delimiter,
    columns: layout.columns.map((column, index) => {
      const reason = layout.sensitive.get(index);
      const kind = column.declared ? ('declared' as const) : ('custom' as const);
      return { name: column.name, kind, ...(reason === undefined ? {} : { sensitive: { reason } }) };
    }),
    fingerprint: layout.fingerprint,
    findings: layout.findings,
  };
}

/** The layout holds for the content it was made from; before and after reading the file must still be that one. */
async function refuseChange(file: ExportFile, layout: StreamLayout): Promise<void> {
  if ((await file.stamp()) !== layout.stamp) throw changed(file.path);
}

function changed(where: string): VpError {
  return new VpError('SOURCE_CHANGED', {
    what: 'The file is not the one that reading began with.',
    where,
    todo: 'Put the first export back, or extract the new one as a snapshot of its own.',
  });
}
