import { z } from 'zod';
import { oneLine, typedText, unconverted } from './clean-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

/** A value on a unique column must stay below about 2.7 KB (twenty-facts 1.7); no web address in use comes near. */
const MAX_LENGTH = 2048;

/** A subset of what Twenty takes: at most eleven labels of at most 61 characters, the last one starting with a letter. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,59}[a-z0-9])?\.){1,10}[a-z](?:[a-z0-9-]{0,58}[a-z0-9])$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** `value` as Twenty itself would normalise it, so that what is read back equals what was written. */
const apply: Transform = (input) => {
  const label = oneLine(input.label);
  const text = typedText(input.value);
  if (text === '' && label === '') return EMPTY;
  if (text === '')
    return { kind: 'unconvertible', kept: [unconverted('label', input.label, 'LABEL_WITHOUT_URL')] };
  const url = normaliseUrl(text);
  if (url !== null)
    return { kind: 'value', value: { primaryLinkUrl: url, primaryLinkLabel: label, secondaryLinks: [] } };
  const kept = [unconverted('value', input.value, 'INVALID_URL')];
  if (label !== '') kept.push(unconverted('label', input.label, 'LABEL_WITHOUT_URL'));
  return { kind: 'unconvertible', kept };
};

/** LINKS with a primary link. */
export const link: TransformDefinition = {
  apply,
  roles: ['value'],
  optionalRoles: ['label'],
  optionsSchema: z.strictObject({}),
  produces: ['LINKS'],
};

/**
 * Scheme added where none stands, host in lower case and punycode, default port and trailing slashes gone; null when it is no web
 * address. Stable under re-application. Refuses more than Twenty does: user names (Twenty would drop them in silence, and a mail address looks
 * like one), hosts without a dot, numbers that `URL` would turn into an IP address, white space and backslashes (`URL` would change them).
 */
export function normaliseUrl(text: string): string | null {
  if (text.length > MAX_LENGTH || /[\s\\\u0000-\u001f]/u.test(text)) return null;
  const absolute = withScheme(text);
  if (absolute === null || !URL.canParse(absolute)) return null;
  const url = new URL(absolute);
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(absolute)) return null;
  if (!HOST.test(url.hostname) && !(IPV4.test(url.hostname) && hostOf(absolute) === url.hostname))
    return null;
  const normal = withoutTail(url);
  return normal.length > MAX_LENGTH ? null : normal;
}

/** Trailing slashes and an empty query or fragment gone, as often as it takes: what is left gives itself again. */
function withoutTail(url: URL): string {
  const once = (url.origin + url.pathname + url.search + url.hash).replace(/\/+$/, '');
  const again = new URL(once);
  const twice = (again.origin + again.pathname + again.search + again.hash).replace(/\/+$/, '');
  return twice === once ? once : withoutTail(again);
}

function withScheme(text: string): string | null {
  if (/^https?:\/\/[^/]/i.test(text)) return text;
  if (/^\/\/[^/]/.test(text)) return `https:${text}`;
  // `javascript:`, `mailto:`, `http:/x` are schemes; `example.com:8080` is a host with a port.
  if (/^[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))/i.test(text) || /^[/?#:]/.test(text)) return null;
  return `https://${text}`;
}

function hostOf(absolute: string): string | undefined {
  return /^https?:\/\/([^/?#:]*)/i.exec(absolute)?.[1];
}
