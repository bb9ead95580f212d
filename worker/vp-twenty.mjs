#!/usr/bin/env node
// Runs the CLI on the Node that the lockfile brings, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const node = existsSync(bundled) ? bundled : process.execPath;

// --max-semi-space-size: the work streams, and V8 would let its young generation grow by hundreds of megabytes.
// --liftoff-only: PGlite is WebAssembly, and V8 takes 500 MB for a moment to compile its largest functions a second time; without
// that it is also done sooner, up to a million records. `npm run bench -- memory` measures with the same flags.
const flags = JSON.parse(readFileSync(new URL('./node-flags.json', import.meta.url), 'utf8'));

const child = spawn(node, [...flags, cli, ...process.argv.slice(2)], {
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
