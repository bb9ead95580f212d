import type { Hierarchy } from './types.ts';

/**
 * Depths and loops of a hierarchy given as child id to parent id. Every id has one parent at most, so each component has one loop at most;
 * it is cut at the edge whose child id is the smallest by code unit, whatever order the rows came in. Pure; linear in the number of edges.
 */
export function surveyParents(parents: ReadonlyMap<string, string>): Hierarchy {
  const cycles = findCycles(parents).sort((a, b) => compare(a[0] ?? '', b[0] ?? ''));
  const cut = new Set(cycles.map((cycle) => cycle[0] ?? ''));
  return {
    depth: depths(parents, cut),
    brokenEdges: [...cut].map((child) => ({ child, parent: parents.get(child) ?? child })),
    cycles,
  };
}

/** Every loop, starting with its smallest id, each id followed by its parent. */
function findCycles(parents: ReadonlyMap<string, string>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of parents.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    let id: string | undefined = start;
    while (id !== undefined && !done.has(id) && !onPath.has(id)) {
      path.push(id);
      onPath.add(id);
      id = parents.get(id);
    }
    if (id !== undefined && onPath.has(id)) cycles.push(fromSmallest(path.slice(path.indexOf(id))));
    for (const visited of path) done.add(visited);
  }
  return cycles;
}

function fromSmallest(cycle: readonly string[]): string[] {
  let smallest = 0;
  for (let n = 1; n < cycle.length; n += 1)
    if (compare(cycle[n] ?? '', cycle[smallest] ?? '') < 0) smallest = n;
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
}

function depths(parents: ReadonlyMap<string, string>, cut: ReadonlySet<string>): Map<string, number> {
  const depth = new Map<string, number>();
  for (const start of parents.keys()) {
    const path: string[] = [];
    let id: string = start;
    let parent = cut.has(id) ? undefined : parents.get(id);
    while (parent !== undefined && !depth.has(id)) {
      path.push(id);
      id = parent;
      parent = cut.has(id) ? undefined : parents.get(id);
    }
    let above = depth.get(id) ?? 0;
    for (const below of path.reverse()) depth.set(below, ++above);
  }
  return depth;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
