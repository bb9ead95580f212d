import { describe, expect, it } from 'vitest';
import { information, linesOf, measured, summaryOf, unmeasured } from '../../bench/figure.ts';

describe('figures of a benchmark', () => {
  const figures = [
    measured('a', '1', '<= 2', true),
    measured('longer', '3', '<= 2', false),
    information('c', '17'),
    unmeasured('d', '< 300 MB', 'no Postgres here'),
  ];

  it('say of each whether its goal was met, and claim nothing of what was not measured', () => {
    expect(linesOf(figures)).toBe(
      [
        'a       1  goal <= 2  ok',
        'longer  3  goal <= 2  missed',
        'c       17',
        'd       not measured: no Postgres here  goal < 300 MB',
        '',
      ].join('\n'),
    );
  });

  it('add up', () => {
    expect(summaryOf(figures)).toBe('1 ok, 1 missed, 1 not measured');
  });
});
