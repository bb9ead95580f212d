/**
 * The host of a web address without scheme, `www.` and port, in lower case; null when there is none. Twenty keeps `https://www.x.example`,
 * `https://x.example` and `x.example` as three unique keys (twenty-facts 1.2), so that one company can exist three times; this is what
 * they have in common.
 */
export function bareHost(address: string): string | null {
  const text = address.trim();
  const absolute = /^https?:\/\//i.test(text)
    ? text
    : text.startsWith('//')
      ? `https:${text}`
      : `https://${text}`;
  if (!URL.canParse(absolute)) return null;
  const host = new URL(absolute).hostname.replace(/\.+$/, '');
  const bare = host.replace(/^www\.(?=[^.]+\.)/, '');
  return bare.includes('.') ? bare : null;
}
