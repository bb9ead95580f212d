import type { FileProblem } from '../../domain/record.ts';

export type AttachedPath =
  | { readonly kind: 'within'; readonly segments: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

/**
 * A path as a row states it, relative to the files' folder, with `/` between folders. It is taken literally: `%2e%2e` is a name. One that could lead
 * out of the folder on any system (absolute, `..`, a backslash, a drive letter, NUL) is FILE_OUTSIDE whatever is there; blanks only are FILE_UNNAMED; one
 * that ends in `/` names a folder and is FILE_UNREADABLE.
 */
export function readAttachedPath(text: string): AttachedPath {
  if (text.trim() === '') return { kind: 'problem', problem: 'FILE_UNNAMED' };
  if (/^\s*(?:\/|[A-Za-z]:)|[\\\0]/.test(text)) return { kind: 'problem', problem: 'FILE_OUTSIDE' };
  const parts = text.split('/');
  if (parts.some((part) => part.trim() === '..')) return { kind: 'problem', problem: 'FILE_OUTSIDE' };
  const segments = parts.filter((part) => part !== '' && part !== '.');
  if (segments.length === 0 || parts.at(-1) === '') return { kind: 'problem', problem: 'FILE_UNREADABLE' };
  return { kind: 'within', segments };
}
