/**
 * Composite field types and their sub-fields. The kind says how an empty one is read back: text as `""`, list as `[]`,
 * the others as null (twenty-facts 1.2; read on the real server).
 */
export type SubFieldKind = 'text' | 'list' | 'number' | 'micros' | 'code' | 'uuid' | 'json' | 'source';

export type CompositeType = Readonly<Record<string, SubFieldKind>>;

export const COMPOSITES: ReadonlyMap<string, CompositeType> = new Map<string, CompositeType>([
  ['LINKS', { primaryLinkLabel: 'text', primaryLinkUrl: 'text', secondaryLinks: 'list' }],
  ['EMAILS', { primaryEmail: 'text', additionalEmails: 'list' }],
  [
    'PHONES',
    {
      primaryPhoneNumber: 'text',
      primaryPhoneCountryCode: 'text',
      primaryPhoneCallingCode: 'text',
      additionalPhones: 'list',
    },
  ],
  ['FULL_NAME', { firstName: 'text', lastName: 'text' }],
  ['CURRENCY', { amountMicros: 'micros', currencyCode: 'code' }],
  [
    'ADDRESS',
    {
      addressStreet1: 'text',
      addressStreet2: 'text',
      addressCity: 'text',
      addressPostcode: 'text',
      addressState: 'text',
      addressCountry: 'text',
      addressLat: 'number',
      addressLng: 'number',
    },
  ],
  ['ACTOR', { source: 'source', workspaceMemberId: 'uuid', name: 'text', context: 'json' }],
  ['RICH_TEXT', { blocknote: 'code', markdown: 'text' }],
]);

/** The sub-field that carries the unique key of a unique composite field. */
export const PRIMARY_SUB_FIELD: ReadonlyMap<string, string> = new Map([
  ['LINKS', 'primaryLinkUrl'],
  ['EMAILS', 'primaryEmail'],
  ['PHONES', 'primaryPhoneNumber'],
]);

export const ACTOR_SOURCES = [
  'EMAIL',
  'CALENDAR',
  'WORKFLOW',
  'AGENT',
  'API',
  'IMPORT',
  'MANUAL',
  'SYSTEM',
  'WEBHOOK',
  'APPLICATION',
] as const;

/** Field types that are stored as text and read back as `""` when empty. */
export function readEmpty(kind: SubFieldKind): unknown {
  if (kind === 'text') return '';
  return kind === 'list' ? [] : null;
}

export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
