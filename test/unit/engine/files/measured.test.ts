import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Measured, measureOf } from '../../../../worker/engine/files/measured.ts';

async function* pieces(of: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* of;
}

const shaOf = (of: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(of)).digest('hex');

describe('a measured stream', () => {
  it('tells bytes and hash of any content, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 })), async (content) => {
        const bytes = content.reduce((sum, { length }) => sum + length, 0);
        expect(await measureOf(pieces(content))).toEqual({ bytes, sha256: shaOf(content) });
      }),
    );
  });

  it('tells of the last opening, also when a reader stopped once it had all bytes it wanted', async () => {
    const content = [Buffer.from('one'), Buffer.from('two')];
    const measured = new Measured(() => pieces(content));
    for await (const _ of measured.open()) break;
    expect(measured.measure()).toEqual({ bytes: 3, sha256: shaOf(content.slice(0, 1)) });
    for await (const _ of measured.open());
    expect(measured.measure()).toEqual({ bytes: 6, sha256: shaOf(content) });
  });

  it('closes what it read from, and tells its failure from that of its reader', async () => {
    let closed = 0;
    const broken = new Measured(async function* () {
      try {
        yield Buffer.from('a');
        throw new Error('disk');
      } finally {
        closed += 1;
      }
    });
    const read = async (fails: boolean) => {
      for await (const _ of broken.open()) if (fails) throw new Error('net');
    };
    await expect(read(true)).rejects.toThrow('net');
    expect([broken.failure, closed]).toEqual([null, 1]);
    await expect(read(false)).rejects.toThrow('disk');
    expect(broken.failure).toMatchObject({ error: { message: 'disk' } });
    expect(closed).toBe(2);
  });
});
