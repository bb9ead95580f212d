import { detectPdf } from '@file-type/pdf';
import { FileTypeParser, supportedMimeTypes } from 'file-type';
import { lookup } from 'mrmime';

/** How much of a file the server looks at. */
export const SNIFFED_BYTES = 64 * 1024;

/** Types the server has its own mind about. */
const OWN_TYPES: Readonly<Record<string, string>> = {
  ts: 'application/typescript',
  tsx: 'application/typescript',
};
const parser = new FileTypeParser({ customDetectors: [detectPdf] });

export type Sniffed = { readonly mimeType: string } | { readonly refusal: string };

/** What the server makes of the head of a file, with the libraries that it uses: content that is recognised passes under any name. */
export async function sniff(head: Uint8Array, extension: string): Promise<Sniffed> {
  const detected = await parser.fromBuffer(head);
  if (detected !== undefined) return { mimeType: detected.mime };
  const own = OWN_TYPES[extension];
  if (own !== undefined) return { mimeType: own };
  const expected = extension === '' ? undefined : lookup(extension);
  if (expected !== undefined && supportedMimeTypes.has(expected))
    return {
      refusal: `File content does not match its extension. The file has extension '${extension}' (expected mime type: ${expected}), but the file content could not be detected as this type. The file may be corrupted, have the wrong extension, or be a security risk.`,
    };
  return { mimeType: expected ?? 'application/octet-stream' };
}
