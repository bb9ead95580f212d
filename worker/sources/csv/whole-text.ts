import { createHash } from 'node:crypto';
import { decodeBytes, type Encoding, EncodingDetector } from './encoding.ts';
import { type ExportFile, unreadable } from './export-files.ts';

/** JSON is read as a whole, unlike tables: descriptions of a deployment, some hundred kilobytes. Beyond this it is not what it should be. */
const LIMIT = 64 * 1024 * 1024;

export interface WholeText {
  readonly text: string;
  readonly encoding: Encoding;
  readonly bytes: number;
  /** SHA-256 over all bytes. */
  readonly fingerprint: string;
}

/** A file as one text, in whichever encoding it is, without its mark. Throws SOURCE_UNREADABLE beyond 64 MiB. */
export async function readWholeText(file: ExportFile, signal?: AbortSignal): Promise<WholeText> {
  const detector = new EncodingDetector();
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of file.open()) {
    signal?.throwIfAborted();
    bytes += piece.length;
    if (bytes > LIMIT) throw unreadable(file.path, 'The file is larger than 64 MiB.', 'Export it again.');
    detector.push(piece);
    hash.update(piece);
    pieces.push(piece);
  }
  const { encoding } = detector.verdict();
  let text = '';
  for await (const part of decodeBytes(inOrder(pieces), encoding)) text += part;
  return { text: text.replace(/^\ufeff/, ''), encoding, bytes, fingerprint: hash.digest('hex') };
}

async function* inOrder(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}
