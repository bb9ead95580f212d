/**
 * Finds a path among others by its spelling. Exports change it on their way: macOS decomposes accents, Windows loses the case. A path stands for another when
 * both are equal in Unicode normal form C; or else when both are equal in that form without case and outer blanks. In each step only when it is the one that
 * is: of two candidates nobody knows which is meant. Exact equality is for the caller, before.
 */
export class NameIndex {
  readonly #steps: readonly {
    readonly form: (path: string) => string;
    readonly paths: Map<string, string | null>;
  }[];

  constructor(paths: readonly string[]) {
    this.#steps = [composed, folded].map((form) => ({ form, paths: new Map() }));
    for (const path of paths) {
      for (const step of this.#steps) {
        const key = step.form(path);
        const there = step.paths.get(key);
        step.paths.set(key, there === undefined || there === path ? path : null);
      }
    }
  }

  find(path: string): string | null {
    for (const { form, paths } of this.#steps) {
      const found = paths.get(form(path));
      if (found !== undefined) return found;
    }
    return null;
  }
}

const composed = (path: string): string => path.normalize('NFC');

const folded = (path: string): string =>
  path
    .normalize('NFC')
    .toLowerCase()
    .split('/')
    .map((part) => part.trim())
    .join('/');
