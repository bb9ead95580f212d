import { VpError } from '../domain/errors.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import { snakeCase } from './names.ts';

/** Says why a name is sensitive by the profile's patterns; null when it is not. Throws PROFILE_INVALID for a pattern that is none. */
export function sensitiveNames(
  profile: Pick<SourceProfile, 'sensitiveNames'>,
): (name: string) => string | null {
  const patterns = profile.sensitiveNames.map(({ pattern, reason }) => ({ test: compile(pattern), reason }));
  return (name) => patterns.find(({ test }) => test.test(snakeCase(name)))?.reason ?? null;
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'iu');
  } catch (cause) {
    throw new VpError('PROFILE_INVALID', {
      what: 'A pattern of sensitiveNames is not a regular expression.',
      where: pattern,
      todo: 'Correct it in source-profile.yaml.',
      cause,
    });
  }
}
