import { z } from 'zod';

/** Note of an upload that was cut while its bytes moved: what arrived of them, only Twenty itself can remove. */
export const UPLOAD_LEFT = 'left to the clean-up of Twenty, a day after it was begun';

const filesSchema = z.array(z.object({ fileId: z.string(), label: z.string().nullish() }));

/** Ids of the files that a FILES field names, as Twenty returns it. */
export function fileIdsOf(value: unknown): string[] {
  const parsed = filesSchema.safeParse(value);
  return parsed.success ? parsed.data.map(({ fileId }) => fileId) : [];
}

/**
 * Leaves out the signed addresses of files wherever they stand in what Twenty returned: whoever has one can download the file, so none may reach the
 * ledger or a report. A replacer for JSON.stringify.
 */
export function withoutAddresses(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('fileId' in value) || !('url' in value)) return value;
  const { url: _url, ...rest } = value;
  return rest;
}
