import type { Clock } from '../../domain/clock.ts';
import { VpError } from '../../domain/errors.ts';
import { inParallel } from '../../engine/files/in-parallel.ts';
import type { StoredFile, TargetFiles } from '../../twenty/target.ts';
import type { Difference } from './report.ts';

const LANES = 4;
/** Twenty removes bytes in its queue, a while after the record. */
const WAIT_MS = 60_000;
const PAUSE_MS = 500;

interface Expected {
  readonly object: string;
  readonly id: string;
  readonly address: string;
}

/**
 * Checks that the bytes of destroyed records are gone: their addresses, asked for before, give nothing any more. That is as far as Twenty's API can
 * tell. Downloads are not rate limited. Addresses live in memory only, and no longer than until they give nothing.
 */
export class BlobCheck {
  private pending: Expected[] = [];
  private readonly files: TargetFiles;
  private readonly clock: Clock;

  constructor(files: TargetFiles, clock: Clock) {
    this.files = files;
    this.clock = clock;
  }

  expectGone(object: string, id: string, stored: readonly StoredFile[]): void {
    for (const { address } of stored) this.pending.push({ object, id, address });
  }

  /** Forgets those that are gone by now, so that what is remembered stays small. */
  async sweep(): Promise<void> {
    const looked = this.pending;
    this.pending = [];
    const there = await inParallel(looked, LANES, ({ address }) => this.givesBytes(address));
    this.pending.push(...looked.filter((_, index) => there[index] === true));
  }

  /** Waits for the queue of Twenty; what still gives bytes then was left behind. */
  async left(): Promise<Difference[]> {
    await this.sweep();
    for (let waited = 0; this.pending.length > 0 && waited < WAIT_MS; waited += PAUSE_MS) {
      await this.clock.sleep(PAUSE_MS);
      await this.sweep();
    }
    return this.pending.map(({ object, id }) => ({ object, id, what: 'its file can still be downloaded' }));
  }

  private async givesBytes(address: string): Promise<boolean> {
    try {
      const content = await this.files.download(address);
      if (content === null) return false;
      for await (const _ of content) return true;
      return true;
    } catch (error) {
      // Whatever else it answers, it gives no bytes.
      if (error instanceof VpError && error.code === 'TWENTY_PROTOCOL') return false;
      throw error;
    }
  }
}
