import type { TwentyDouble } from '../doubles/twenty/double.ts';

/** A `fetch` that asks the double in this process, without a socket. */
export function doubleFetch(double: Pick<TwentyDouble, 'handle'>): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const { status, body } = await double.handle(
      url.pathname,
      headers,
      typeof init?.body === 'string' ? init.body : '',
    );
    return new Response(body, { status, headers: { 'content-type': 'application/json' } });
  };
}
