import { VpError } from '../domain/errors.ts';

/**
 * The error of a database as the program shows it. The database's own message, detail and parameters can hold customer values
 * (`Key (…)=(…) already exists`), so only codes and names of the schema are taken over.
 */
export function storeError(error: unknown, todo: string): VpError {
  if (error instanceof VpError) return error;
  const code = textOf(error, 'code');
  const names = ['table', 'constraint', 'routine']
    .map((key) => [key, textOf(error, key)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${value}`);
  return new VpError('STORE_UNAVAILABLE', {
    what:
      code === undefined
        ? 'The store does not answer.'
        : /^[0-9A-Z]{5}$/.test(code)
          ? `The store refused a statement (SQLSTATE ${code}).`
          : `The store cannot be reached (${code}).`,
    ...(names.length > 0 ? { where: names.join(', ') } : {}),
    todo,
  });
}

function textOf(error: unknown, key: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
