import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../worker/vp-twenty.mjs', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly migration?: string;
  /** Called with the child as soon as it runs, e.g. to kill it. */
  readonly started?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `vp-twenty` as a user would, in a process of its own, with only the settings given. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  const migration = options.migration === undefined ? [] : ['--migration', options.migration];
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args, ...migration, '--data-dir', options.dataDir], {
      env: { PATH, HOME, LOG_LEVEL: 'warn', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a kill reaches launcher and CLI alike.
      detached: true,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      });
    });
    options.started?.((signal) => {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    });
  });
}

/** The same with --json; throws with stderr when the exit code is none of those expected. */
export async function runCliJson(
  args: readonly string[],
  options: CliOptions,
  expected: readonly number[] = [0],
): Promise<unknown> {
  const run = await runCli([...args, '--json'], options);
  if (run.code === null || !expected.includes(run.code)) {
    throw new Error(
      `vp-twenty ${args.join(' ')} exited ${run.code ?? run.signal}:\n${run.stderr}\n${run.stdout.slice(0, 2000)}`,
    );
  }
  return JSON.parse(run.stdout);
}
