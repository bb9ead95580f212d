import { createHash } from 'node:crypto';

/** What a stream of bytes turned out to be. */
export interface Measure {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/**
 * Measures bytes while somebody else reads them, so that a file passes through memory once and piece by piece. Every opening starts anew: what counts
 * is the last one, because that is what was sent in the end.
 */
export class Measured {
  private hash = createHash('sha256');
  private bytes = 0;
  /** What the stream itself failed with, as opposed to whoever read it. */
  failure: { readonly error: unknown } | null = null;
  private readonly content: () => AsyncIterable<Uint8Array>;

  constructor(content: () => AsyncIterable<Uint8Array>) {
    this.content = content;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    this.hash = createHash('sha256');
    this.bytes = 0;
    this.failure = null;
    const pieces = this.content()[Symbol.asyncIterator]();
    try {
      for (;;) {
        const piece = await this.next(pieces);
        if (piece === null) return;
        this.hash.update(piece);
        this.bytes += piece.byteLength;
        yield piece;
      }
    } finally {
      await pieces.return?.();
    }
  }

  /** Of what was read since the last opening. */
  measure(): Measure {
    return { bytes: this.bytes, sha256: this.hash.copy().digest('hex') };
  }

  private async next(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
    try {
      const { done, value } = await pieces.next();
      return done === true ? null : value;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

/** Reads a stream to its end and keeps nothing of it. */
export async function measureOf(content: AsyncIterable<Uint8Array>): Promise<Measure> {
  const measured = new Measured(() => content);
  for await (const _ of measured.open());
  return measured.measure();
}
