import { expect, it } from 'vitest';
import type { DistinctValue } from '../../../worker/mapping/documents/audit.ts';
import { withSourceOptions } from '../../../worker/mapping/source-options.ts';

const used = (text: string, rows: number): DistinctValue => ({
  text,
  parts: [text],
  key: text.toLowerCase(),
  rows,
  variants: [],
});

it('puts what the source defines first, in its order, used or not, and what rows use besides behind it', () => {
  const values = withSourceOptions(
    ['Won', ' Open', 'won', '', 'Lost'],
    [used('Pending', 9), used('OPEN', 3)],
  );
  expect(values.map(({ text, key, rows }) => [text, key, rows])).toEqual([
    ['Won', 'won', 0],
    ['OPEN', 'open', 3],
    ['Lost', 'lost', 0],
    ['Pending', 'pending', 9],
  ]);
});

it('leaves what rows use as it is where the source defines nothing', () => {
  expect(withSourceOptions([], [used('b', 2), used('a', 1)])).toEqual([used('b', 2), used('a', 1)]);
});
