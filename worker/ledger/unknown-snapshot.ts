import { VpError } from '../domain/errors.ts';

export function unknownSnapshot(): VpError {
  return new VpError('UNKNOWN_MIGRATION', {
    what: 'The store holds no snapshot of that id.',
    todo: 'Run extract, or name a snapshot that status lists.',
  });
}
