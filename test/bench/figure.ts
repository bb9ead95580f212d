/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** Null: printed for information. */
  readonly goal: string | null;
  /** `unmeasured`: nobody knows whether the goal is met. `none`: there is no goal. */
  readonly verdict: 'ok' | 'missed' | 'unmeasured' | 'none';
}

export function measured(name: string, value: string, goal: string, ok: boolean): Figure {
  return { name, value, goal, verdict: ok ? 'ok' : 'missed' };
}

/** A figure without a goal. */
export function information(name: string, value: string): Figure {
  return { name, value, goal: null, verdict: 'none' };
}

/** A goal that could not be measured here, with what it takes. */
export function unmeasured(name: string, goal: string, why: string): Figure {
  return { name, value: `not measured: ${why}`, goal, verdict: 'unmeasured' };
}

/** The figures as aligned lines. */
export function linesOf(figures: readonly Figure[]): string {
  const width = Math.max(0, ...figures.map(({ name }) => name.length));
  return figures
    .map(({ name, value, goal, verdict }) => {
      const end = verdict === 'ok' || verdict === 'missed' ? `  ${verdict}` : '';
      return `${name.padEnd(width)}  ${value}${goal === null ? '' : `  goal ${goal}`}${end}\n`;
    })
    .join('');
}

/** `2 ok, 0 missed, 1 not measured`. */
export function summaryOf(figures: readonly Figure[]): string {
  const count = (verdict: Figure['verdict']) => figures.filter((figure) => figure.verdict === verdict).length;
  return `${count('ok')} ok, ${count('missed')} missed, ${count('unmeasured')} not measured`;
}
