/** Which custom objects refer to which, without references of an object to itself. */
export type ReferenceGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The custom objects so that each comes after those it refers to; of those that could be next, the first by key. In a cycle the first by key goes before
 * the objects it refers to: such references cannot be written with the record (`isLate`). Independent of the order of the graph.
 */
export function orderOfCustom(graph: ReferenceGraph): {
  readonly order: readonly string[];
  readonly isLate: (from: string, to: string) => boolean;
} {
  const order: string[] = [];
  const waiting = new Set([...graph.keys()].sort());
  while (waiting.size > 0) {
    const open = (key: string) => [...(graph.get(key) ?? [])].filter((other) => waiting.has(other));
    const keys = [...waiting];
    const ready = keys.find((key) => open(key).length === 0);
    const next = ready ?? keys.find((key) => reaches(key, key, open)) ?? keys[0] ?? '';
    order.push(next);
    waiting.delete(next);
  }
  const position = new Map(order.map((key, index) => [key, index]));
  return {
    order,
    isLate: (from, to) => (position.get(to) ?? -1) > (position.get(from) ?? -1),
  };
}

function reaches(from: string, to: string, next: (key: string) => readonly string[]): boolean {
  const seen = new Set<string>();
  const stack = [...next(from)];
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    stack.push(...next(key));
  }
  return false;
}
