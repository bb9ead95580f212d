import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { comparable } from './comparable.ts';

/**
 * A workspace with its files and its storage folder. Announced uploads that got no byte are left out: the server forgets them by itself a day later, and
 * nothing of them is stored. `tolerated`: so many that did get bytes are left out too, if there are no more.
 */
export function withStorage(double: TwentyDouble, tolerated = 0): unknown {
  const dump = double.dump();
  const hasBytes = ({ path }: { readonly path?: unknown }) => String(path) in dump.storage;
  const open = dump.files.filter(({ status }) => status === 'PENDING');
  const left = open.filter(hasBytes);
  const isTolerated = left.length <= tolerated;
  const omitted = new Set(isTolerated ? open : open.filter((file) => !hasBytes(file)));
  const paths = new Set([...omitted].map(({ path }) => String(path)));
  return {
    workspace: comparable(dump),
    files: dump.files.filter((file) => !omitted.has(file)),
    storage: Object.fromEntries(Object.entries(dump.storage).filter(([path]) => !paths.has(path))),
  };
}
