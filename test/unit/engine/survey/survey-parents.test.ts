import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surveyParents } from '../../../../worker/engine/survey/survey-parents.ts';

const of = (edges: Readonly<Record<string, string>>) => surveyParents(new Map(Object.entries(edges)));

describe('surveyParents', () => {
  it('gives depths below the root', () => {
    expect([...of({ c: 'b', b: 'a', d: 'a' }).depth].sort()).toEqual([
      ['b', 1],
      ['c', 2],
      ['d', 1],
    ]);
  });

  it('breaks a loop at its smallest child, wherever the rows begin', () => {
    for (const edges of [
      { b: 'c', c: 'a', a: 'b', z: 'c' },
      { z: 'c', a: 'b', c: 'a', b: 'c' },
    ]) {
      const { brokenEdges, cycles, depth } = of(edges);
      expect(brokenEdges).toEqual([{ child: 'a', parent: 'b' }]);
      expect(cycles).toEqual([['a', 'b', 'c']]);
      expect(Object.fromEntries(depth)).toEqual({ c: 1, b: 2, z: 2 });
    }
  });

  it('breaks a record that is its own parent', () => {
    expect(of({ a: 'a', b: 'a' })).toMatchObject({
      brokenEdges: [{ child: 'a', parent: 'a' }],
      cycles: [['a']],
      depth: new Map([['b', 1]]),
    });
  });

  it('leaves no loop, cuts one edge of each, and puts every child one below its parent', () => {
    const id = fc.integer({ min: 0, max: 30 }).map(String);
    fc.assert(
      fc.property(fc.dictionary(id, id), (edges) => {
        const { depth, brokenEdges, cycles } = of(edges);
        const cut = new Set(brokenEdges.map(({ child }) => child));
        expect(cut.size).toBe(cycles.length);
        for (const [child, parent] of Object.entries(edges)) {
          if (cut.has(child)) expect(depth.has(child)).toBe(false);
          else expect(depth.get(child)).toBe((depth.get(parent) ?? 0) + 1);
        }
        for (const cycle of cycles) {
          expect([...cycle].sort()[0]).toBe(cycle[0]);
          for (const [n, child] of cycle.entries()) expect(edges[child]).toBe(cycle[(n + 1) % cycle.length]);
        }
      }),
    );
  });

  it('takes a chain of 200,000 without recursion', () => {
    const chain = new Map(Array.from({ length: 200_000 }, (_, i) => [`${i + 1}`, `${i}`]));
    expect(surveyParents(chain).depth.get('200000')).toBe(200_000);
  });
});
