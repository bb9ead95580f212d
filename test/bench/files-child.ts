import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { measureOf } from '../../worker/engine/files/measured.ts';
import { uploadFile } from '../../worker/engine/files/upload-file.ts';
import type { LoadRun, LoadTarget } from '../../worker/engine/load-run.ts';
import { createTransfer } from '../../worker/twenty/transfer.ts';

/**
 * Uploads generated files of so many MiB to a server in this very process that counts and forgets, and prints the peak of the process's memory.
 * Arguments: MiB, files at a time.
 */
const [mib = '300', lanes = '4'] = process.argv.slice(2);
const PIECE = new Uint8Array(64 * 1024).fill(5);
const size = Number(mib) * 1024 * 1024;

async function* content(): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= PIECE.length) yield PIECE;
}
const { sha256 } = await measureOf(content());

let received = 0;
const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  request.on('end', () => response.writeHead(204).end());
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
const transfer = createTransfer({ url, fetch, stallMs: 60_000 });

// What one upload needs of a run: the source, the target and a ledger that takes its intent.
const load = {
  phase: 'load',
  run: { migrationId: 'bench' },
  ledger: { changes: { put: async () => undefined } },
  files: { file: async () => ({ kind: 'found', size, content }) },
  target: {
    files: {
      begin: async () => ({
        kind: 'begun',
        fileId: randomUUID(),
        address: `${url}/up`,
        contentType: 'x/y',
        size,
      }),
      send: async (upload: Parameters<typeof transfer.put>[0], bytes: typeof content) => {
        const reply = await transfer.put(upload, bytes);
        if (reply.kind !== 'stored') throw new Error(`the upload ended as ${reply.kind}`);
        return { kind: 'sent' };
      },
    },
  },
} as unknown as LoadRun;
const target = { mapping: { target: 'attachment', file: { path: 'path' } } } as unknown as LoadTarget;
const file = { to: 'file', elsewhere: 'at', path: 'p', name: 'n.bin', size, sha256, place: '' };
const built = { record: { id: 'r' }, file } as unknown as Parameters<typeof uploadFile>[2];

const outcomes = await Promise.all(
  Array.from({ length: Number(lanes) }, () => uploadFile(load, target, built, file)),
);
server.close();
if (outcomes.some(({ kind }) => kind !== 'uploaded') || received !== size * Number(lanes))
  throw new Error(`${JSON.stringify(outcomes)}, ${received} bytes`);
const status = await readFile('/proc/self/status', 'utf8');
const peakKiB = Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1] ?? 0);
process.stdout.write(`${JSON.stringify({ received, peakMiB: peakKiB / 1024 })}\n`);
