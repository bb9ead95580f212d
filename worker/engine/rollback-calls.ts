/** Records that one pass of a rollback takes at a time: a destroy of 5,000 took 0.7 s (twenty-facts 1.3); smaller ones show progress and repeat less after a kill. */
export const DESTROY_CHUNK = 2000;

/** Records with files that are destroyed between two commits. */
export const FILES_CHUNK = 100;

export interface RollbackSize {
  /** Records that go by the thousand. */
  readonly records: number;
  /** Records with files: they go one by one, because only so Twenty removes the bytes (twenty-facts 6). */
  readonly files: number;
}

/** Rate-limited calls that destroying takes, with the reads before and the check after. */
export function rollbackCalls({ records, files }: RollbackSize): number {
  // Two destroys of 1,000, up to two pages of times, one call for timeline rows.
  const perDestroyChunk = 5;
  // The times, the addresses to check afterwards, one call for timeline rows.
  const perFilesChunk = 3;
  return (
    Math.ceil(records / DESTROY_CHUNK) * perDestroyChunk +
    files +
    Math.ceil(files / FILES_CHUNK) * perFilesChunk +
    Math.ceil((records + files) / 5000) * 3
  );
}

/** Minutes, rounded up, at the rate limit as it is known. For the plan and for `rollback --dry-run`. */
export function rollbackMinutes(
  size: RollbackSize,
  limiter: { readonly limit: number; readonly windowMs: number },
): number {
  return minutesOf(rollbackCalls(size), limiter);
}

export function minutesOf(
  calls: number,
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
): number {
  return Math.ceil((calls * windowMs) / limit / 60_000);
}
