/** One measured figure against its goal. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** Null: printed for information. */
  readonly goal: string | null;
  readonly met: boolean;
}

/** Ends when goals are missed. */
export function print(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, goal, met } of figures) {
    const verdict = goal === null ? '' : `  goal ${goal}  ${met ? 'met' : 'MISSED'}`;
    process.stdout.write(`${name.padEnd(width)}  ${value}${verdict}\n`);
  }
}
