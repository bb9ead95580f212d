/** The code of a network fault, from the innermost cause that has one. */
export function networkCode(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error.name === 'TimeoutError') return 'TIMEOUT';
  if (error.cause !== undefined && error.cause !== null) return networkCode(error.cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
