import type { TwentyDouble } from '../doubles/twenty/double.ts';
import { comparable } from './comparable.ts';

/**
 * A workspace with its files and its storage folder. Announced uploads that got no byte are left out: the server forgets them by itself a day later, and
 * nothing of them is stored.
 */
export function withStorage(double: TwentyDouble): unknown {
  const dump = double.dump();
  const files = dump.files.filter(({ status, path }) => status !== 'PENDING' || String(path) in dump.storage);
  return { workspace: comparable(dump), files, storage: dump.storage };
}
