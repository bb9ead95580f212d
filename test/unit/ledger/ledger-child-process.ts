import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LedgerChild {
  /** Resolves when the child has said so many lines. */
  said(lines: number): Promise<void>;
  kill(): void;
  /** All its lines, after it ended. Rejects when it ended by itself with an error. */
  readonly ended: Promise<string[]>;
}

/** Starts ledger-child.ts: another process on the same store. */
export function runLedgerChild(task: string, settings: Record<string, string>): LedgerChild {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./ledger-child.ts', import.meta.url)), task, JSON.stringify(settings)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines: string[] = [];
  const waiting: { lines: number; done: () => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const each of waiting) if (lines.length >= each.lines) each.done();
  });
  return {
    said: (count) =>
      new Promise((done) => {
        if (lines.length >= count) done();
        else waiting.push({ lines: count, done });
      }),
    kill: () => child.kill('SIGKILL'),
    ended: new Promise((done, failed) => {
      child.once('close', (code, signal) => {
        if (code === 0 || signal === 'SIGKILL') done(lines);
        else failed(new Error(`the child ended with ${code ?? signal}`));
      });
    }),
  };
}
