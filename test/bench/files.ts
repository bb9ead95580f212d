import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Figure, measured } from './figure.ts';

const answer = z.object({ received: z.number(), peakMiB: z.number() });
const SMALL_MIB = 30;
const LARGE_MIB = 300;

/** Peak memory (VmHWM) of a process that uploads four files at a time, small and large ones, with the flag of worker/vp-twenty.mjs: no file is ever whole in it. */
export async function benchFiles(): Promise<Figure[]> {
  const small = await measure(SMALL_MIB);
  const large = await measure(LARGE_MIB);
  const name = `peak memory, 4 uploads of ${LARGE_MIB} MiB at a time`;
  return [
    measured(name, `${Math.round(large)} MiB`, `< ${LARGE_MIB}`, large < LARGE_MIB),
    measured(
      `the same over 4 of ${SMALL_MIB} MiB`,
      `+ ${Math.round(large - small)} MiB`,
      '<= 40',
      large - small <= 40,
    ),
  ];
}

async function measure(mib: number): Promise<number> {
  const child = join(import.meta.dirname, 'files-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-semi-space-size=4',
    child,
    String(mib),
    '4',
  ]);
  return answer.parse(JSON.parse(stdout)).peakMiB;
}
