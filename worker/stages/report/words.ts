import { DEAD_LETTER_CODES } from '../../domain/dead-letter.ts';
import type { Outcome } from '../../domain/record.ts';
import type { KeptReason } from '../../mapping/compile.ts';
import type { ReadVerdict } from '../../mapping/documents/read-back.ts';
import { UNCONVERTED_REASONS } from '../../mapping/transforms/transform.ts';

const KEPT: Readonly<Record<Exclude<KeptReason, keyof typeof UNCONVERTED_REASONS>, string>> = {
  DANGLING_REFERENCE: 'The record that it refers to is not in the export, or was not loaded.',
  ORPHAN_OWNER: 'The owner has no workspace member.',
  DUPLICATE_KEY: 'Another record holds the unique value.',
  MERGED_VALUE: 'The record has another value; this one came from a second source.',
  BROKEN_PARENT: 'The parent reference closed a loop.',
};

const KEPT_REASONS: Readonly<Record<string, string>> = { ...UNCONVERTED_REASONS, ...KEPT };
const LETTERS: Readonly<Record<string, string>> = DEAD_LETTER_CODES;

/** Why a text was kept, as a sentence. */
export function keptReason(why: string): string {
  return KEPT_REASONS[why] ?? why;
}

/** What a dead-letter code means. */
export function deadLetterReason(code: string): string {
  return LETTERS[code] ?? code;
}

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  created: 'created',
  updated: 'updated',
  linked: 'linked',
  merged: 'merged',
  restored: 'restored',
  skipped: 'skipped',
  excluded: 'excluded',
  'dead-letter': 'dead letter',
};

export const VERDICT_WORDS: Readonly<
  Record<ReadVerdict, { readonly text: string; readonly kind: 'good' | 'warn' | 'bad' | 'calm' }>
> = {
  equal: { text: 'equal', kind: 'good' },
  normalised: { text: 'normalised', kind: 'calm' },
  'kept-by-policy': { text: 'kept by policy', kind: 'calm' },
  drift: { text: 'edited since', kind: 'warn' },
  different: { text: 'different', kind: 'bad' },
  missing: { text: 'missing', kind: 'bad' },
};

const TRANSFORMS: Readonly<Record<string, string>> = {
  text: 'text, cleaned of invisible control characters',
  'full-name': 'first and last name',
  emails: 'e-mail addresses, lower case, checked',
  phones: 'phone numbers with country and calling code',
  link: 'web address',
  address: 'postal address',
  currency: 'amount and currency, exact to the micro-unit',
  'amount-without-currency': 'amount of rows that name no currency',
  number: 'number',
  integer: 'whole number',
  boolean: 'yes or no',
  date: 'date',
  datetime: 'date and time, in the time zone of the profile',
  option: 'option by the value map',
  options: 'options by the value map',
  list: 'list of texts',
  'source-text': 'text as it stands',
  constant: 'the same value for every record',
};

/** What a mapping entry does, in words. */
export function transformWords(transform: string, options: Readonly<Record<string, unknown>>): string {
  if (transform !== 'lookup') return TRANSFORMS[transform] ?? transform;
  const { table, column, then } = options;
  const after = typeof then === 'string' && then !== 'text' ? `, as ${TRANSFORMS[then] ?? then}` : '';
  return `looked up in ${String(table)}.${String(column)}${after}`;
}

export const POLICY_WORDS = {
  match: {
    'update-empty': 'fill its empty fields only; what the source says otherwise is kept as text',
    'update-all': 'overwrite its fields with what the source says',
    'link-only': 'link it and change nothing but our id',
    skip: 'leave the source record out',
  },
  trash: {
    'free-key': 'clear the value in the trashed record (rollback puts it back) and create the source record',
    restore: 'bring the trashed record back and fill its empty fields',
    skip: 'leave the source record out',
    destroy: 'delete the trashed record for good (this cannot be undone)',
  },
  sameHost: { link: 'treat it like a match', create: 'create a second record' },
  duplicateIds: {
    'dead-letter': 'load the first row; the later ones are dead letters',
    'last-wins': 'load the last row; the earlier ones count as merged',
  },
  uniqueKeys: {
    'keep-both': 'load both; the later one goes without the value and keeps its text',
    merge: 'make them one record; what differs is kept as text',
  },
} as const;

export const FREE_KEY_POLICIES: Readonly<Record<string, string>> = {
  ...POLICY_WORDS.match,
  ...POLICY_WORDS.trash,
};
