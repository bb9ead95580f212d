/** The protocols that Twenty takes in rich text; one other and it refuses the whole record. */
const SAFE = ['http:', 'https:', 'mailto:', 'tel:'];

/** Run code, or carry content of their own: nothing of them is worth showing. */
const DANGEROUS = /^(?:javascript|vbscript|data|blob|about):/i;

/**
 * What to do with an address: `link` it (as a browser writes it), show its `text` behind the linked words because Twenty takes no such link (a file share, a
 * relative path), or `drop` it.
 */
export type LinkTarget =
  | { readonly kind: 'link'; readonly href: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'drop' };

const DROP: LinkTarget = { kind: 'drop' };

export function linkTarget(raw: string): LinkTarget {
  // Browsers ignore these when they read an address: `java\nscript:` runs.
  const bare = raw.replace(/[\u0000-\u001f\u007f]/g, '').trim();
  const address = bare.startsWith('//') ? `https:${bare}` : bare;
  if (address === '' || address.startsWith('#') || DANGEROUS.test(address.replace(/\s/g, ''))) return DROP;
  const url = URL.canParse(address) ? new URL(address) : null;
  // Twenty looks for addresses in the JSON by pattern, up to the first quote: the address must hold none.
  if (url !== null && SAFE.includes(url.protocol) && !/["\\\s]/.test(url.href))
    return { kind: 'link', href: url.href };
  return url?.protocol === 'cid:' ? DROP : { kind: 'text', text: bare };
}

/** True for an address that a picture can be linked to. */
export function isWebAddress(target: LinkTarget): boolean {
  return target.kind === 'link' && /^https?:/.test(target.href);
}
