import type { SourceProfile } from './source-profile.ts';

/**
 * The object of the profile that a cell names (`parent_object`): its key, its custom name or one of its aliases, blanks and case aside. Null when no object
 * has the name.
 */
export function objectNamed(profile: Pick<SourceProfile, 'objects'>, text: string): string | null {
  const wanted = normalise(text);
  if (wanted === '') return null;
  for (const [key, object] of Object.entries(profile.objects)) {
    const names = [
      key,
      ...(object.aliases ?? []),
      ...(object.custom === undefined ? [] : [object.custom.name]),
    ];
    if (names.some((name) => normalise(name) === wanted)) return key;
  }
  return null;
}

function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/gu, '_');
}
