import { VpError } from '../../domain/errors.ts';
import type { SourceRow } from '../../domain/record.ts';
import type { ReadOptions, SourceBatch, SourceCursor } from '../source-connector.ts';
import { definitionRows } from './definitions/definitions-stream.ts';
import type { ExportFile } from './export-files.ts';
import type { RowBuilder } from './row-builder.ts';
import type { StreamLayout } from './stream-layout.ts';
import { newNotes, readTable } from './table-reader.ts';

/** What a file was when it was looked at; its rows are those of this content and no other. */
interface Looked {
  readonly stamp: string;
  readonly fingerprint: string;
}

/**
 * The rows of a table after the cursor, in batches. Throws SOURCE_CHANGED when the file is not the one that the cursor or the layout is of, before, or
 * after the last row.
 */
export async function* tableBatches(
  file: ExportFile,
  layout: StreamLayout,
  build: RowBuilder,
  options: ReadOptions,
): AsyncGenerator<SourceBatch> {
  await refuseChange(file, layout, options.cursor);
  const after = options.cursor?.row ?? 0;
  const cursorAt = (row: number): SourceCursor => ({ row, fingerprint: layout.fingerprint });
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

/** The same for a file of definitions. */
export async function* definitionBatches(
  object: string,
  file: ExportFile,
  looked: Looked & { readonly bytes: number },
  options: ReadOptions,
): AsyncGenerator<SourceBatch> {
  await refuseChange(file, looked, options.cursor);
  const { fingerprint, rows } = await definitionRows(object, file, options.signal);
  if (fingerprint !== looked.fingerprint) throw changed(file.path);
  for (let at = options.cursor?.row ?? 0; at < rows.length; at += options.batchSize) {
    const batch = rows.slice(at, at + options.batchSize);
    yield { rows: batch, cursor: { row: at + batch.length, fingerprint }, bytesRead: looked.bytes };
  }
}

async function refuseChange(file: ExportFile, looked: Looked, cursor?: SourceCursor): Promise<void> {
  if (cursor && cursor.fingerprint !== looked.fingerprint) throw changed(file.path);
  if ((await file.stamp()) !== looked.stamp) throw changed(file.path);
}

function changed(where: string): VpError {
  return new VpError('SOURCE_CHANGED', {
    what: 'The file is not the one that reading began with.',
    where,
    todo: 'Put the first export back, or extract the new one as a snapshot of its own.',
  });
}
