import { VpError } from '../domain/errors.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import { openCsvSource } from './csv/csv-connector.ts';
import type { SourceConnector } from './source-connector.ts';

/**
 * The connector for a location, `<scheme>:<where>`. Schemes: `csv` (a folder or a zip). `allow`: see ReadOptions; sensitive objects in
 * it are streams. Throws USAGE for anything else, SOURCE_UNREADABLE when the source cannot be opened.
 */
export async function openSource(
  location: string,
  profile: SourceProfile,
  allow: ReadonlySet<string> = new Set(),
): Promise<SourceConnector> {
  const [, scheme, where] = /^([a-z]+):(.+)$/s.exec(location) ?? [];
  if (scheme === 'csv' && where !== undefined) return openCsvSource({ location, profile, allow });
  throw new VpError('USAGE', {
    what:
      scheme === undefined
        ? 'The source does not say what kind it is.'
        : `There is no connector for sources of the kind ${scheme}.`,
    where: '--source',
    todo: 'Give csv:<folder or zip>, for example csv:./export.zip.',
  });
}
