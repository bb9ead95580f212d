import type { SourceObjectProfile } from '../../domain/source-profile.ts';
import type { StreamInfo } from '../source-connector.ts';
import { DEFINITION_COLUMNS, type DefinitionsLayout } from './definitions/definitions-stream.ts';
import type { ExportFile } from './export-files.ts';
import type { StreamLayout } from './stream-layout.ts';

/** What the port says of a table. */
export function tableInfo(
  name: string,
  object: SourceObjectProfile,
  file: ExportFile,
  layout: StreamLayout,
): StreamInfo {
  return {
    object: name,
    file: file.path,
    bytes: layout.bytes,
    encoding: layout.encoding.encoding,
    delimiter: layout.delimiter,
    columns: layout.columns.map((column, index) => {
      const reason = layout.sensitive.get(index);
      const vetted = column.declared && object.columns[column.name]?.fromSchema !== true;
      const kind = vetted ? ('declared' as const) : ('custom' as const);
      return { name: column.name, kind, ...(reason === undefined ? {} : { sensitive: { reason } }) };
    }),
    fingerprint: layout.fingerprint,
    findings: layout.findings,
  };
}

/** What the port says of a file of definitions. */
export function definitionsInfo(name: string, file: ExportFile, layout: DefinitionsLayout): StreamInfo {
  return {
    object: name,
    file: file.path,
    bytes: layout.bytes,
    encoding: layout.encoding,
    delimiter: '',
    columns: DEFINITION_COLUMNS.map((column) => ({ name: column, kind: 'declared' as const })),
    fingerprint: layout.fingerprint,
    findings: layout.findings,
  };
}
