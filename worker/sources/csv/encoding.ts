import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface EncodingVerdict {
  readonly encoding: Encoding;
  /** A byte-order mark says so; nothing was guessed. */
  readonly mark: boolean;
  /** Not said by a mark, and not proven by strict UTF-8 over the whole file. */
  readonly guessed: boolean;
  /** Byte sequences that are not UTF-8, in a file that is read as UTF-8 all the same. */
  readonly damaged: number;
}

/** Bytes at the head that are looked at for UTF-16 without a mark. */
const HEAD = 4096;

/** So many good multi-byte sequences to one bad byte mean damaged UTF-8, not Windows-1252, where they hardly arise by chance. */
const GOOD_PER_BAD = 20;

/**
 * Finds out how a file is encoded, from all its bytes, pushed in pieces: the mark decides; else UTF-16 when every other byte of the head
 * is (almost) always NUL; else UTF-8 when the whole file is strictly valid, or damaged in very few places; else Windows-1252.
 */
export class EncodingDetector {
  #head = Buffer.alloc(0);
  #good = 0;
  #bad = 0;
  /** Continuation bytes that are still due, and the range of the next one. */
  #due = 0;
  #low = 0x80;
  #high = 0xbf;

  push(bytes: Uint8Array): void {
    if (this.#head.length < HEAD)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD - this.#head.length)]);
    if (this.#due === 0 && isAscii(bytes)) return;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      if (byte < 0x80 && this.#due === 0) continue;
      this.#step(byte);
    }
  }

  verdict(): EncodingVerdict {
    const [b0, b1, b2] = this.#head;
    const marked = (encoding: Encoding, damaged = 0) => ({ encoding, mark: true, guessed: false, damaged });
    const bad = this.#bad + (this.#due > 0 ? 1 : 0);
    if (b0 === 0xef && b1 === 0xbb && b2 === 0xbf) return marked('utf-8', bad);
    if (b0 === 0xff && b1 === 0xfe) return marked('utf-16le');
    if (b0 === 0xfe && b1 === 0xff) return marked('utf-16be');
    const wide = this.#utf16WithoutMark();
    if (wide) return { encoding: wide, mark: false, guessed: true, damaged: 0 };
    if (bad === 0) return { encoding: 'utf-8', mark: false, guessed: false, damaged: 0 };
    if (this.#good >= bad * GOOD_PER_BAD)
      return { encoding: 'utf-8', mark: false, guessed: true, damaged: bad };
    return { encoding: 'windows-1252', mark: false, guessed: true, damaged: 0 };
  }

  /** One byte of the UTF-8 automaton (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). */
  #step(byte: number): void {
    if (this.#due > 0) {
      const fits = byte >= this.#low && byte <= this.#high;
      [this.#low, this.#high] = [0x80, 0xbf];
      if (fits) {
        this.#due -= 1;
        if (this.#due === 0) this.#good += 1;
        return;
      }
      this.#bad += 1;
      this.#due = 0;
    }
    if (byte < 0x80) return;
    if (byte >= 0xc2 && byte <= 0xdf) this.#due = 1;
    else if (byte >= 0xe0 && byte <= 0xef) {
      this.#due = 2;
      if (byte === 0xe0) this.#low = 0xa0;
      if (byte === 0xed) this.#high = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      this.#due = 3;
      if (byte === 0xf0) this.#low = 0x90;
      if (byte === 0xf4) this.#high = 0x8f;
    } else this.#bad += 1;
  }

  #utf16WithoutMark(): Encoding | null {
    const pairs = Math.floor(this.#head.length / 2);
    if (pairs < 2) return null;
    let even = 0;
    let odd = 0;
    for (let i = 0; i < pairs * 2; i += 2) {
      if (this.#head[i] === 0) even += 1;
      if (this.#head[i + 1] === 0) odd += 1;
    }
    // Headers are ASCII, so that one half is mostly NUL even where the rest is not; the other half must hardly have any.
    if (odd > pairs * 0.4 && even < pairs * 0.05) return 'utf-16le';
    if (even > pairs * 0.4 && odd < pairs * 0.05) return 'utf-16be';
    return null;
  }
}

/** Decodes bytes, in pieces cut anywhere, to text without the mark. What does not decode becomes U+FFFD. */
export async function* decodeBytes(bytes: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  for await (const piece of bytes) {
    const text = decoder.write(piece);
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}
