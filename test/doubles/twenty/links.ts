import { refusedWith } from './api-error.ts';
import { isObject, isString, type JsonObject, parsedJson } from './json.ts';

interface Link {
  readonly url: string;
  readonly label: unknown;
}

/**
 * Links are normalised as a whole, on update too: a sub-field left out counts as empty, and the first link that has an
 * address becomes the primary one (seen on the real server; unlike the other composites).
 */
export function parseLinks(input: JsonObject): JsonObject {
  const links: Link[] = [];
  if (isString(input.primaryLinkUrl) && input.primaryLinkUrl !== '')
    links.push({ url: input.primaryLinkUrl, label: input.primaryLinkLabel ?? null });
  const secondary = parsedJson(input.secondaryLinks ?? null);
  if (Array.isArray(secondary))
    for (const link of secondary)
      if (isObject(link) && isString(link.url) && link.url !== '')
        links.push({ url: link.url, label: link.label });
  for (const link of links)
    if (!isLink(link.url))
      throw refusedWith('INVALID_URL', 'The URL of the link is not valid', 'Invalid URL format.');
  const [first, ...others] = links;
  return {
    primaryLinkLabel: first === undefined || first.label === '' ? null : first.label,
    primaryLinkUrl: first === undefined ? null : normalizeUrl(first.url),
    secondaryLinks:
      others.length === 0 ? null : others.map((link) => ({ ...link, url: normalizeUrl(link.url) })),
  };
}

/** Host in lower case and punycode, no trailing slash; text without a scheme stays verbatim, case included. */
export function normalizeUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname, search, hash } = new URL(url);
  return `${origin}${pathname}${search}${hash}`.replace(/\/$/, '');
}

function isLink(text: string): boolean {
  const trimmed = text.trim();
  const absolute = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (/^\d+(?:\/[a-zA-Z]*)?$/.test(absolute.replace(/^https?:\/\//i, ''))) return false;
  if (!URL.canParse(absolute)) return false;
  const host = new URL(absolute).hostname;
  return host === 'localhost' || (host.includes('.') && !host.includes('..') && !host.startsWith('.'));
}
