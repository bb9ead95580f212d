import { VpError } from '../../../domain/errors.ts';
import type { SourceRow } from '../../../domain/record.ts';
import type { StreamFinding } from '../../source-connector.ts';
import type { ExportFile } from '../export-files.ts';
import { readWholeText } from '../whole-text.ts';
import { type Definition, findDefinitions } from './find-definitions.ts';

/** The columns of a stream of definitions, as the profile declares them. */
export const DEFINITION_COLUMNS = ['kind', 'id', 'name', 'active', 'definition'] as const;

/** What is known of a file of definitions before its rows are read. */
export interface DefinitionsLayout {
  readonly encoding: string;
  readonly bytes: number;
  readonly fingerprint: string;
  readonly stamp: string;
  readonly rows: number;
  readonly findings: readonly StreamFinding[];
}

/** A file that is not JSON has no rows and a finding: it stops nothing else. */
export async function layOutDefinitions(file: ExportFile, signal?: AbortSignal): Promise<DefinitionsLayout> {
  const stamp = await file.stamp();
  const { definitions, findings, ...rest } = await parse(file, signal);
  return { ...rest, stamp, rows: definitions.length, findings };
}

/** The definitions as rows, numbered from 1 in document order. */
export async function definitionRows(
  object: string,
  file: ExportFile,
  signal?: AbortSignal,
): Promise<{ readonly fingerprint: string; readonly rows: SourceRow[] }> {
  const { definitions, fingerprint } = await parse(file, signal);
  const rows = definitions.map(
    ({ kind, id, name, active, text }, at): SourceRow => ({
      object,
      row: at + 1,
      sourceId: `${kind}/${id}`,
      fields: { kind, id, name, active, definition: text },
      defects: [],
    }),
  );
  return { fingerprint, rows };
}

async function parse(file: ExportFile, signal?: AbortSignal) {
  const { text, encoding, bytes, fingerprint } = await readWholeText(file, signal);
  const findings: StreamFinding[] = [];
  let definitions: Definition[] = [];
  if (text.trim() === '') findings.push({ code: 'EMPTY_FILE', detail: 'The file is empty.' });
  else {
    try {
      definitions = findDefinitions(text);
    } catch (error) {
      if (error instanceof VpError) throw error;
      findings.push({
        code: 'JSON_BROKEN',
        detail: `The file is not JSON${placeOf(error, text)}: nothing of it was read. Export it again.`,
      });
    }
  }
  return { definitions, findings, encoding, bytes, fingerprint };
}

/** The line of a parser's complaint, without the text that it quotes. */
function placeOf(error: unknown, text: string): string {
  const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  if (position === undefined) return '';
  return ` (line ${text.slice(0, Number(position)).split(/\r\n|\r|\n/).length})`;
}
