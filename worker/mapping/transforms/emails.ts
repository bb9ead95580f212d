import { z } from 'zod';
import { typedText, unconverted } from './clean-text.ts';
import { splitList } from './list.ts';
import type { Transform, TransformDefinition, Unconverted } from './transform.ts';
import { EMPTY } from './transform.ts';

/** Twenty's rule is zod's unicode e-mail pattern and at most 255 characters; the rest refuses what no mail server delivers to. */
const twentyEmail = z.email({ pattern: z.regexes.unicodeEmail }).max(255);

const ROLES = ['primary', 'additional'];

/**
 * Lower-cased, trimmed, without `mailto:` and `Name <…>`, each address once. Either role may hold a list. When the primary is empty or
 * invalid, the first valid additional one becomes the primary, because Twenty shows, matches and keeps unique only that; what was
 * invalid is kept, so that the promotion is seen.
 */
const apply: Transform = (input, _options, context) => {
  const addresses = new Set<string>();
  const kept: Unconverted[] = [];
  for (const role of ROLES) {
    for (const item of splitEmails(input[role] ?? '', context.listSeparator)) {
      const typed = typedText(item);
      if (typed === '') continue;
      const { address, extra } = unwrap(typed);
      if (!isEmail(address)) kept.push(unconverted(role, item, 'INVALID_EMAIL'));
      else {
        addresses.add(address);
        if (extra) kept.push(unconverted(role, item, 'EMAIL_EXTRA_TEXT'));
      }
    }
  }
  const [primaryEmail, ...additionalEmails] = addresses;
  if (primaryEmail === undefined) return kept.length === 0 ? EMPTY : { kind: 'unconvertible', kept };
  return { kind: 'value', value: { primaryEmail, additionalEmails }, ...(kept.length > 0 ? { kept } : {}) };
};

/** EMAILS from a primary address and a list of additional ones. */
export const emails: TransformDefinition = {
  apply,
  roles: [],
  optionalRoles: ROLES,
  optionsSchema: z.strictObject({}),
  produces: ['EMAILS'],
};

/** True for what Twenty accepts, less addresses with list or bracket characters or an empty label in the domain. Expects lower case. */
export function isEmail(address: string): boolean {
  if (/[<>()[\],;:\\]/.test(address) || !twentyEmail.safeParse(address).success) return false;
  const labels = address.slice(address.indexOf('@') + 1).split('.');
  return labels.every((label) => label !== '');
}

/** Items of a cell. A comma separates only where every piece is an address: it also stands in `Doe, Jane <jane@…>`. */
function splitEmails(cell: string, listSeparator: string): string[] {
  return splitList(cell, [listSeparator, ';', '\n', '\r']).flatMap((item) => {
    const pieces = splitList(item, [',']);
    return pieces.every((piece) => piece.includes('@')) ? pieces : [item];
  });
}

/** The address within `mailto:…?…` and `Name <…>`, and whether anything else stood there. */
function unwrap(item: string): { address: string; extra: boolean } {
  const angle = /^([^<>]*)<([^<>]*)>$/.exec(item);
  const bare = (angle?.[2] ?? item).trim().replace(/^mailto:\s*/iu, '');
  const named = (angle?.[1] ?? '').trim() !== '';
  const query = /^mailto:/iu.test((angle?.[2] ?? item).trim()) ? bare.indexOf('?') : -1;
  const address = query === -1 ? bare : bare.slice(0, query);
  return { address: address.toLowerCase(), extra: named || (query !== -1 && query < bare.length - 1) };
}
