import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceObjectProfile, SourceProfile } from '../../domain/source-profile.ts';
import { extendProfile } from '../schema-export/extend-profile.ts';
import { parseSchemaExport } from '../schema-export/schema-export.ts';
import type {
  ExcludedStream,
  ReadOptions,
  SourceBatch,
  SourceConnector,
  SourceFile,
  SourceInspection,
  StreamInfo,
} from '../source-connector.ts';
import { readAttachedPath } from './attached-path.ts';
import { type DefinitionsLayout, layOutDefinitions } from './definitions/definitions-stream.ts';
import { parentGuard } from './excluded-parent.ts';
import {
  type ExportFile,
  type ExportFiles,
  findDeclared,
  type TopFolder,
  unknownFiles,
  unreadable,
  withinTopFolder,
} from './export-files.ts';
import { openFolder } from './folder-export.ts';
import { definitionBatches, tableBatches } from './read-rows.ts';
import { rowBuilder } from './row-builder.ts';
import { definitionsInfo, tableInfo } from './stream-info.ts';
import { layOut, type StreamLayout } from './stream-layout.ts';
import { readWholeText } from './whole-text.ts';
import { openZip } from './zip-export.ts';

export interface CsvSourceOptions {
  /** `csv:<folder or zip>`. */
  readonly location: string;
  readonly profile: SourceProfile;
  /** What a person allowed by name: a sensitive object in here (`claims` or `claims.*`) is a stream, not an excluded one. */
  readonly allow?: ReadonlySet<string>;
}

/**
 * Opens a CSV export, and reads its schema export if it has one. Throws SOURCE_UNREADABLE when there is no such folder or zip, the zip is encrypted or
 * forged, or the schema export is broken.
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
  try {
    const { schemaFile, objects } = options.profile;
    const declared = Object.values(objects).map(({ file }) => file);
    const top = withinTopFolder(
      opened.files,
      schemaFile === undefined ? declared : [...declared, schemaFile],
    );
    const profile = await withSchemaExport(options.profile, top.files);
    return new CsvConnector(`csv:${path}`, opened, top, profile, options.allow ?? new Set());
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function withSchemaExport(
  profile: SourceProfile,
  files: readonly ExportFile[],
): Promise<SourceProfile> {
  const file = profile.schemaFile === undefined ? undefined : findDeclared(files, profile.schemaFile);
  if (file === undefined) return profile;
  const schema = parseSchemaExport((await readWholeText(file)).text, file.path);
  const paths = new Set(files.map(({ path }) => path.toLowerCase()));
  return extendProfile(profile, schema, (path) => paths.has(path.toLowerCase()));
}

type Layout =
  | ({ readonly kind: 'table' } & StreamLayout)
  | ({ readonly kind: 'definitions' } & DefinitionsLayout);

class CsvConnector implements SourceConnector {
  readonly location: string;
  readonly profile: SourceProfile;
  readonly #opened: ExportFiles;
  readonly #top: TopFolder;
  readonly #allow: ReadonlySet<string>;
  readonly #layouts = new Map<string, Layout>();

  constructor(
    location: string,
    opened: ExportFiles,
    top: TopFolder,
    profile: SourceProfile,
    allow: ReadonlySet<string>,
  ) {
    this.location = location;
    this.profile = profile;
    this.#opened = opened;
    this.#top = top;
    this.#allow = allow;
  }

  async inspect(signal?: AbortSignal): Promise<SourceInspection> {
    const { files } = this.#top;
    const { objects, schemaFile, customFolder, filesFolder } = this.profile;
    const streams: StreamInfo[] = [];
    const excluded: ExcludedStream[] = [];
    const schema = schemaFile === undefined ? undefined : findDeclared(files, schemaFile);
    const named = new Set(schema === undefined ? [] : [schema.path]);
    for (const [name, object] of Object.entries(objects)) {
      const file = findDeclared(files, object.file);
      if (!file) continue;
      named.add(file.path);
      const layout = await this.#layout(name, object, file, signal);
      if (object.sensitive && !isObjectAllowed(name, this.#allow)) {
        excluded.push({ object: name, file: file.path, rows: layout.rows, reason: object.sensitive.reason });
      } else if (layout.kind === 'definitions') streams.push(definitionsInfo(name, file, layout));
      else streams.push(tableInfo(name, object, file, layout));
    }
    const folders = {
      listed: customFolder === undefined ? [] : [customFolder],
      known: filesFolder === undefined ? [] : [filesFolder],
    };
    return { streams, excluded, unknownFiles: unknownFiles(files, named, folders) };
  }

  async *read(stream: string, options: ReadOptions): AsyncGenerator<SourceBatch> {
    const object = this.profile.objects[stream];
    const file = object && findDeclared(this.#top.files, object.file);
    if (!object || !file)
      throw unreadable(
        stream,
        'The export has no file for this stream.',
        'Ask for streams that inspect lists.',
      );
    const isAllowed = (name: string): boolean =>
      isObjectAllowed(name, options.allow) || isObjectAllowed(name, this.#allow);
    if (object.sensitive && !isAllowed(stream)) {
      throw unreadable(
        stream,
        'The object is sensitive and nobody allowed it.',
        `Allow it by name: --allow ${stream} --reason <text>.`,
      );
    }
    const layout = await this.#layout(stream, object, file, options.signal);
    if (layout.kind === 'definitions') {
      yield* definitionBatches(stream, file, layout, options);
      return;
    }
    const dropped = new Set<number>();
    for (const index of layout.sensitive.keys()) {
      // Whoever allowed a sensitive object allowed what is in it.
      const column = `${stream}.${layout.columns[index]?.name}`;
      if (!object.sensitive && !options.allow.has(column)) dropped.add(index);
    }
    const build = rowBuilder(stream, object, layout, dropped);
    const guard = parentGuard(object, this.profile, isAllowed);
    const guarded: typeof build = guard === null ? build : (...row) => guard(build(...row));
    yield* tableBatches(file, layout, guarded, options);
  }

  async file(path: string): Promise<SourceFile> {
    const read = readAttachedPath(path);
    if (read.kind === 'problem') return read;
    const { filesFolder } = this.profile;
    if (filesFolder === undefined) return { kind: 'problem', problem: 'FILE_MISSING' };
    return this.#opened.attached(this.#top.prefix + filesFolder, read.segments);
  }

  async close(): Promise<void> {
    await this.#opened.close();
  }

  async #layout(
    name: string,
    object: SourceObjectProfile,
    file: ExportFile,
    signal?: AbortSignal,
  ): Promise<Layout> {
    const known = this.#layouts.get(name);
    if (known) return known;
    const layout: Layout =
      name === this.profile.definitions?.object
        ? { kind: 'definitions', ...(await layOutDefinitions(file, signal)) }
        : { kind: 'table', ...(await layOut(file, object, this.profile, signal)) };
    this.#layouts.set(name, layout);
    return layout;
  }
}

function isObjectAllowed(name: string, allow: ReadonlySet<string>): boolean {
  return allow.has(name) || allow.has(`${name}.*`);
}
