import { z } from 'zod';
import { VpError } from '../domain/errors.ts';
import { visible } from './filters.ts';
import { networkCode } from './network-code.ts';
import { prepare, type Room, unexpected } from './room.ts';
import { chunks, pageOf } from './rows.ts';
import type { StoredFile, TargetFiles } from './target.ts';
import type { Transfer } from './transfer.ts';

/** Each address is signed by the server, on its one thread. */
const PAGE = 500;

const filesSchema = z
  .array(z.object({ fileId: z.string(), label: z.string().nullish(), url: z.string() }))
  .nullish();

/** Finding and reading files that records have. */
export function createStoredFiles(
  room: Room,
  transfer: Transfer,
): Pick<TargetFiles, 'addresses' | 'download'> {
  return {
    async addresses(object, field, ids) {
      const { operations } = await prepare(room, object, [field]);
      const query = operations.find(`id ${field} { fileId label url }`);
      const found = new Map<string, readonly StoredFile[]>();
      for (const some of chunks([...new Set(ids)], PAGE)) {
        const filter = visible({ id: { in: some } }, 'with');
        const variables = { first: PAGE, after: null, filter };
        const outcome = await room.api.records({ query, variables, whenLost: 'repeat' });
        const page = outcome.kind === 'ok' ? pageOf(outcome.data, operations.roots.find, []) : null;
        if (page === null) throw unexpected(object, outcome);
        for (const row of page.rows) {
          const files = filesSchema.safeParse(row[field]);
          if (!files.success) throw unexpected(object, outcome);
          found.set(row.id, (files.data ?? []).map(toStored));
        }
      }
      return found;
    },
    async download(address, signal) {
      for (let attempt = 1; ; attempt += 1) {
        const reply = await transfer.get(address, signal);
        if (reply.kind === 'bytes') return orUnreachable(reply.bytes, signal);
        if (reply.kind === 'status') {
          if (reply.status === 404) return null;
          if (reply.status < 500 && reply.status !== 429) throw refusedDownload(reply.status);
        }
        const code = reply.kind === 'lost' ? reply.code : `HTTP_${reply.status}`;
        await room.api.backOff(attempt, code, signal);
      }
    },
  };
}

function toStored(file: { fileId: string; label?: string | null | undefined; url: string }): StoredFile {
  return { fileId: file.fileId, label: file.label ?? '', address: file.url };
}

async function* orUnreachable(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    signal?.throwIfAborted();
    throw new VpError('TWENTY_UNREACHABLE', {
      what: `A download from Twenty broke off (${networkCode(error)}).`,
      where: 'TWENTY_API_URL',
      todo: 'Run the command again: it goes on where it was.',
    });
  }
}

function refusedDownload(status: number): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: `Twenty refuses a download by an address that it gave (HTTP ${status}).`,
    where: 'TWENTY_API_URL',
    todo: 'Addresses are valid for a day (FILE_TOKEN_EXPIRES_IN); run the command again.',
  });
}
