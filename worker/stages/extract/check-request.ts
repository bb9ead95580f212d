import { VpError } from '../../domain/errors.ts';
import type { SourceProfile } from '../../domain/source-profile.ts';
import type { SourceInspection } from '../../sources/source-connector.ts';

/** The instance is part of every id and of `<instance>:<source id>`. Throws USAGE. */
export function checkInstance(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return;
  throw new VpError('USAGE', {
    what: 'The name of the source instance is not usable: it becomes part of every id.',
    where: '--instance',
    todo: 'Use up to 63 letters, digits, dots, dashes and underscores, e.g. --instance main-clinic.',
  });
}

/** Every allowed name is an object or column of the export, and has a reason: a misspelled one would drop the column in silence. Throws USAGE. */
export function checkAllowed(
  allow: Readonly<Record<string, string>>,
  inspection: SourceInspection,
  profile: SourceProfile,
): void {
  for (const [name, reason] of Object.entries(allow)) {
    if (!isKnown(name, inspection, profile)) {
      throw new VpError('USAGE', {
        what: 'An allowed name is no column of the export.',
        where: `--allow ${name}`,
        todo: 'Give it as <object>.<column>, as `audit` lists the sensitive columns.',
      });
    }
    if (reason.trim() === '') {
      throw new VpError('USAGE', {
        what: 'A sensitive column was allowed without a reason.',
        where: `--allow ${name}`,
        todo: 'Give --reason <text>: it is kept in the audit trail.',
      });
    }
  }
}

/** `object` and `object.*` allow an object that is sensitive as a whole, `object.column` one column. */
function isKnown(name: string, { streams, excluded }: SourceInspection, profile: SourceProfile): boolean {
  const [object = '', ...rest] = name.split('.');
  const column = rest.join('.');
  const stream = streams.find((candidate) => candidate.object === object);
  if (column === '' || column === '*') {
    const isThere = stream !== undefined || excluded.some((one) => one.object === object);
    return isThere && profile.objects[object]?.sensitive !== undefined;
  }
  const declared = profile.objects[object]?.columns[column] !== undefined;
  return declared || (stream?.columns.some((one) => one.name === column) ?? false);
}
