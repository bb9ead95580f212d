import type { Clock } from '../domain/clock.ts';

/** What a meter reports; the stage's ProgressEvent. */
export interface MeterReading {
  readonly stage: string;
  readonly object: string;
  readonly done: number;
  readonly total: number | null;
  readonly rate: number | null;
  readonly etaSeconds: number | null;
}

const WINDOW_MS = 30_000;

/** Turns "n more of this object" into progress with the rate of the last half minute and what remains at that rate. */
export function progressMeter(
  stage: string,
  total: number | null,
  clock: Clock,
  report: (reading: MeterReading) => void,
): (object: string, n: number) => void {
  let done = 0;
  const marks: { readonly at: number; readonly done: number }[] = [{ at: clock.now(), done: 0 }];
  return (object, n) => {
    done += n;
    const at = clock.now();
    marks.push({ at, done });
    while (marks.length > 2 && at - (marks[0]?.at ?? at) > WINDOW_MS) marks.shift();
    const first = marks[0] ?? { at, done };
    const seconds = (at - first.at) / 1000;
    const rate = seconds > 0 ? (done - first.done) / seconds : null;
    const etaSeconds = rate !== null && rate > 0 && total !== null ? Math.ceil((total - done) / rate) : null;
    report({ stage, object, done, total, rate, etaSeconds });
  };
}
