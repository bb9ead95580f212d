import type { SourceObjectProfile } from '../../domain/source-profile.ts';
import { firstFree } from './keys.ts';

/** A many-to-many association as the schema export has it, with its ends found. */
export interface PairsRequest {
  /** Key of the object that has it, and its name in the export. */
  readonly from: string;
  readonly name: string;
  readonly association: string;
  /** As the export spells it, and the key. */
  readonly target: string;
  readonly to: string;
}

type Objects = Readonly<Record<string, SourceObjectProfile>>;

/**
 * An object for the pairs of each many-to-many association: key and file `<object>__<target>`; where the export has no such file, or another
 * association of the two has it, `<object>__<association>`. An association that only its other end has a file for is that one, seen from here, and
 * makes no object. Pairs with something sensitive are as sensitive.
 */
export function pairsOf(
  requests: readonly PairsRequest[],
  objects: Objects,
  folder: string,
  hasFile: (path: string) => boolean,
): Record<string, SourceObjectProfile> {
  const made: Record<string, SourceObjectProfile> = {};
  const keys = new Set(Object.keys(objects));
  const files = new Set<string>();
  const placed = requests.map((request) => {
    const candidates = fileNames(request, objects).map((name) => `${folder}/${name}.csv`);
    const free = candidates.filter((file) => !files.has(file.toLowerCase()));
    const there = free.find(hasFile);
    const file = there ?? free[0] ?? candidates.at(-1) ?? '';
    if (there !== undefined) files.add(file.toLowerCase());
    return { request, file, isThere: there !== undefined };
  });
  for (const { request, file, isThere } of placed) {
    const otherEnd = placed.find(
      (one) => one.request !== request && one.request.from === request.to && one.request.to === request.from,
    );
    // Without any file, the first of the two ends stands for both.
    if (!isThere && otherEnd && (otherEnd.isThere || placed.indexOf(otherEnd) < indexOf(placed, request)))
      continue;
    const key = firstFree(`${request.from}__${request.to}`, keys);
    keys.add(key);
    made[key] = pairsObject(request, file, objects);
  }
  return made;
}

function indexOf(placed: readonly { readonly request: PairsRequest }[], request: PairsRequest): number {
  return placed.findIndex((one) => one.request === request);
}

/** By the export's own words first; then by the target's key and other names, then by the association. */
function fileNames({ from, name, target, to, association }: PairsRequest, objects: Objects): string[] {
  const targets = [target, to, objects[to]?.custom?.name ?? to, ...(objects[to]?.aliases ?? []), association];
  return [...new Set([name, from].flatMap((left) => targets.map((right) => `${left}__${right}`)))];
}

function pairsObject(request: PairsRequest, file: string, objects: Objects): SourceObjectProfile {
  const { from, to, association, name, target } = request;
  const left = `${name}_id`;
  // With itself: the header then has the same name twice (see readHeader).
  const right = from === to || name === target ? `${left}_2` : `${target}_id`;
  const reason = objects[from]?.sensitive?.reason ?? objects[to]?.sensitive?.reason;
  return {
    file,
    id: [left, right],
    optional: false,
    pairs: { association, from: { column: left, object: from }, to: { column: right, object: to } },
    columns: {
      [left]: { type: 'reference', references: from },
      [right]: { type: 'reference', references: to },
    },
    ...(reason === undefined ? {} : { sensitive: { reason } }),
  };
}
