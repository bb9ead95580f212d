import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VpError } from '../domain/errors.ts';

/**
 * Makes a new store at `<dataDir>/store`. Beside its place first and moved there whole, so that a kill in between leaves no
 * half-made one; by a process of its own, because making one takes 570 MB for a moment (measured) and running it 200 MB.
 * Call it with the data folder locked.
 */
export async function createStore(dataDir: string): Promise<void> {
  const names = await readdir(dataDir);
  // Left by a killed process. Its child may still be writing there, which then harms nobody.
  for (const name of names.filter((each) => /^store\..*\.new$/.test(each)))
    await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => undefined);
  const draft = join(dataDir, `store.${randomUUID()}.new`);
  await inChildProcess(draft);
  await rename(draft, join(dataDir, 'store'));
}

function inChildProcess(directory: string): Promise<void> {
  const program = new URL('./create-store-process.ts', import.meta.url);
  return new Promise((done, failed) => {
    // Compiled once, not optimised: half the memory and half the time for a process that lives a few seconds.
    const child = fork(program, [directory], {
      execArgv: ['--liftoff-only'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.once('error', () => failed(notCreated(directory)));
    child.once('exit', (code) => (code === 0 ? done() : failed(notCreated(directory))));
  });
}

function notCreated(directory: string): VpError {
  return new VpError('STORE_UNAVAILABLE', {
    what: 'The store could not be created.',
    where: directory,
    todo: 'Check that the data folder is writable and has 100 MB of space and the machine 600 MB of free memory, then run the command again.',
  });
}
