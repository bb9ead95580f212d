#!/usr/bin/env node
// Runs the CLI on the Node that the lockfile brings, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const node = existsSync(bundled) ? bundled : process.execPath;

// A small young generation: the work streams, and V8 would let it grow by hundreds of megabytes (npm run bench -- memory).
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

const child = spawn(node, [...FLAGS, cli, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to the whole group; a supervisor signals this process alone. Both reach the CLI once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!process.stdin.isTTY || signal !== 'SIGINT') child.kill(signal);
  });
}
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 1;
  if (signal) process.exitCode = 1;
});
