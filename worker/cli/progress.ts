import type { ProgressEvent } from '../stages/stage.ts';

const EVERY_MS = 1000;

/** Prints progress to stderr: one line rewritten on a terminal, a line every second otherwise; nothing with --json but on a terminal. */
export function progressPrinter(json: boolean): (event: ProgressEvent) => void {
  const terminal = process.stderr.isTTY;
  let last = 0;
  return (event) => {
    const now = Date.now();
    const ended = event.total !== null && event.done >= event.total;
    if ((json && !terminal) || (now - last < EVERY_MS && !ended)) return;
    last = now;
    process.stderr.write(
      terminal ? `\r\u001b[2K${progressLine(event)}${ended ? '\n' : ''}` : `${progressLine(event)}\n`,
    );
  };
}

/** One line for people: stage, object, how far, how fast, until when. */
export function progressLine({ stage, object, done, total, rate, etaSeconds }: ProgressEvent): string {
  const parts = [`${stage} ${object}`, total === null ? `${done}` : `${done}/${total}`];
  if (rate !== null) parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`);
  if (etaSeconds !== null && etaSeconds > 0) parts.push(`ETA ${duration(etaSeconds)}`);
  return parts.join('  ');
}

/** 75 -> `1 min 15 s`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min ${whole % 60} s` : `${hours} h ${minutes % 60} min`;
}
