import { VpError } from '../domain/errors.ts';
import type { Refusal } from './target.ts';
import type { GraphqlFault, Reply } from './transport.ts';

/**
 * What an answer of Twenty means. By status and code; by message text only in this file, and only where twenty-facts shows that
 * nothing else tells. Messages hold customer values: only names of fields leave this file.
 */
export type Verdict =
  | { readonly kind: 'ok'; readonly data: Readonly<Record<string, unknown>> }
  /** The limiter refused, before anything was done. */
  | { readonly kind: 'limited'; readonly limit: number; readonly windowMs: number }
  /** Worth another try. `written: 'maybe'`: the server may have done it all the same. */
  | { readonly kind: 'transient'; readonly written: 'no' | 'maybe'; readonly code: string }
  /** Refused. `certain`: nothing of it was written (for a pure insert). */
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly certain: boolean;
      /** What is wrong with a file, where the refusal is about one. */
      readonly upload?: UploadFault;
    }
  /** More records in one call than the server takes: it takes `max`. */
  | { readonly kind: 'too-many'; readonly max: number }
  | { readonly kind: 'fatal'; readonly error: VpError };

/** What the server says of an upload (twenty-facts 6). */
export interface UploadFault {
  readonly reason: 'size' | 'name' | 'content' | 'not-found' | 'not-uploaded' | 'size-mismatch' | 'finalized';
  /** With `size`: the most bytes that it takes. */
  readonly maxBytes?: number;
}

/** Statuses of servers and proxies that pass. 500 too, unless its text says otherwise. */
const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);
const NOT_EXECUTED_STATUS = new Set([425, 429]);

/** Refusals that carry a subCode (facts 1.7, 1.2). */
const REASON_BY_SUBCODE: Readonly<Record<string, Refusal['reason']>> = {
  INVALID_ARGS_DATA: 'invalid-value',
  INVALID_QUERY_INPUT: 'invalid-value',
  INVALID_PHONE_NUMBER: 'invalid-value',
  INVALID_PHONE_COUNTRY_CODE: 'invalid-value',
  INVALID_PHONE_CALLING_CODE: 'invalid-value',
  CONFLICTING_PHONE_COUNTRY_CODE: 'invalid-value',
  CONFLICTING_PHONE_CALLING_CODE: 'invalid-value',
  CONFLICTING_PHONE_CALLING_CODE_AND_COUNTRY_CODE: 'invalid-value',
  INVALID_URL: 'invalid-value',
  UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT: 'multiple-matches',
  RECORD_NOT_FOUND: 'not-found',
};

/** Refusals that only their text tells apart; all have code BAD_USER_INPUT and no subCode. */
const REASON_BY_MESSAGE: readonly (readonly [RegExp, Refusal['reason']])[] = [
  [/^A duplicate entry was detected/, 'duplicate'], // facts 1.7 "unique"
  [/violates not-null constraint$/, 'missing-value'], // facts 1.7 "stage: null"
  [/violates foreign key constraint "/, 'missing-reference'], // facts 1.7 "FK to missing record"
  [/^Expected 1 record to connect to /, 'missing-reference'], // facts 1.7 "relation by unique key"
  [
    /^File not found: |^File \S+ (?:upload has not been completed|is already associated)/,
    'missing-reference',
  ], // facts 6
  [/^invalid input syntax for type /, 'invalid-value'], // Postgres' own text for a value of the wrong form
];

/** Refusals of uploads; all have code INTERNAL_SERVER_ERROR or none that tells (facts 6). */
const UPLOAD_BY_MESSAGE: readonly (readonly [RegExp, UploadFault['reason']])[] = [
  [/^Invalid file size \S+ \(max \d+ bytes\)/, 'size'],
  [/^Filename must have an extension|^A path segment contains invalid characters/, 'name'],
  [/^File content does not match its extension/, 'content'],
  [/^File not found: /, 'not-found'],
  [/^File \S+ has not been uploaded to storage yet/, 'not-uploaded'],
  [/^File \S+ has \d+ bytes in storage but \d+ were declared/, 'size-mismatch'],
  [/^File \S+ is not awaiting an upload confirmation/, 'finalized'],
];
const MAX_SIZE = /\(max (\d+) bytes\)/;

/** Where a message names a field; the value stands before it, so the last one counts (facts 1.7). */
const FIELD_IN_MESSAGE =
  /(?:field|column|subfield \w+ for \w+ field) "([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)"/g;
/** Refusals whose subCode names the type of the field at least. */
const LIMIT_MESSAGE = /^Limit reached \((\d+) tokens per (\d+) ms\)/; // facts 2: no header and no extension tells
const TOO_MANY_MESSAGE = /^Maximum number of records to upsert is (\d+)/; // facts 1.3: the number is only in the text
const TOO_LARGE_TEXT = /request entity too large/; // facts 1.1: HTTP 500 with plain text
const DATABASE_REFUSAL = 'Data validation error.'; // facts 0.8: same code as a crash
const READ_TIMEOUT = 'Query read timeout'; // facts 1.3: the statement timeout
const UNKNOWN_NAME =
  /^(?:Cannot query field "|Object \w+ doesn't have any "|Argument not allowed|Unknown type ")/; // facts 1.1, 1.7
const NO_PERMISSION = 'Entity performing the request does not have permission'; // facts 9: webhooks, code INTERNAL_SERVER_ERROR
const REVOKED = /revoked|not found or (?:is )?revoked/i; // facts 9: code FORBIDDEN as for a missing permission

export function classify(reply: Reply): Verdict {
  if (reply.kind === 'too-large') return refused('too-large', 'BODY_TOO_LARGE');
  if (reply.kind === 'failure') {
    if (/CERT|SELF_SIGNED|ERR_TLS|SSL/.test(reply.code)) return fatal(unreachable(reply.code));
    return { kind: 'transient', written: reply.sent, code: reply.code };
  }
  const fault = reply.faults[0];
  if (fault !== undefined) return classifyFault(fault);
  if (reply.status === 413 || (reply.status === 500 && TOO_LARGE_TEXT.test(reply.text))) {
    return refused('too-large', `HTTP_${reply.status}`);
  }
  if (TRANSIENT_STATUS.has(reply.status)) {
    const written = NOT_EXECUTED_STATUS.has(reply.status) ? 'no' : 'maybe';
    return { kind: 'transient', written, code: `HTTP_${reply.status}` };
  }
  if (reply.status === 401 || reply.status === 403) return fatal(unauthorized(`HTTP ${reply.status}`));
  if (reply.status === 200 && reply.data !== null) return { kind: 'ok', data: reply.data };
  if (reply.status === 200) return { kind: 'transient', written: 'maybe', code: 'NO_DATA' };
  return fatal(notTwenty(reply.status));
}

function classifyFault(fault: GraphqlFault): Verdict {
  if (fault.subCode === 'LIMIT_REACHED') {
    const [, limit, windowMs] = LIMIT_MESSAGE.exec(fault.message) ?? [];
    return { kind: 'limited', limit: Number(limit ?? 100), windowMs: Number(windowMs ?? 60_000) };
  }
  if (fault.code === 'UNAUTHENTICATED') return fatal(unauthorized(fault.code));
  if (fault.code === 'FORBIDDEN' && fault.subCode !== 'PERMISSION_DENIED' && REVOKED.test(fault.message)) {
    return fatal(unauthorized('the key is revoked'));
  }
  if (fault.code === 'FORBIDDEN' || fault.message === NO_PERMISSION) return fatal(forbidden(fault));
  const tooMany = TOO_MANY_MESSAGE.exec(fault.message)?.[1];
  if (tooMany !== undefined) return { kind: 'too-many', max: Number(tooMany) };
  if (UNKNOWN_NAME.test(fault.message)) return fatal(incompatible(fault));
  if (fault.message === READ_TIMEOUT || fault.subCode === 'QUERY_READ_TIMEOUT') {
    return { kind: 'transient', written: 'maybe', code: 'QUERY_READ_TIMEOUT' };
  }
  const reason = reasonOf(fault);
  const field = fieldIn(fault.message);
  const upload = uploadFaultOf(fault.message);
  return {
    kind: 'refused',
    ...(upload === undefined ? {} : { upload }),
    // A failed statement wrote nothing. Any other crash of the server may come after the write.
    certain: reason !== 'unclassified' || fault.message === DATABASE_REFUSAL,
    refusal: {
      reason,
      code: fault.code,
      ...(fault.subCode === undefined ? {} : { subCode: fault.subCode }),
      ...(field === undefined ? {} : { field }),
      ...(fault.conflictingRecordId === undefined ? {} : { conflictingRecordId: fault.conflictingRecordId }),
    },
  };
}

function reasonOf(fault: GraphqlFault): Refusal['reason'] {
  const bySubCode = REASON_BY_SUBCODE[fault.subCode ?? ''];
  if (bySubCode !== undefined) return bySubCode;
  const byMessage = REASON_BY_MESSAGE.find(([pattern]) => pattern.test(fault.message));
  if (byMessage !== undefined) return byMessage[1];
  return fault.code === 'NOT_FOUND' ? 'not-found' : 'unclassified';
}

function uploadFaultOf(message: string): UploadFault | undefined {
  const reason = UPLOAD_BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
  if (reason === undefined) return undefined;
  const max = MAX_SIZE.exec(message)?.[1];
  return max === undefined ? { reason } : { reason, maxBytes: Number(max) };
}

/** The field that a message names. Whether the object has it is for the caller to check: a value may look like a name. */
function fieldIn(message: string): string | undefined {
  return [...message.matchAll(FIELD_IN_MESSAGE)].at(-1)?.[1];
}

function refused(reason: Refusal['reason'], code: string): Verdict {
  return { kind: 'refused', certain: true, refusal: { reason, code } };
}

function fatal(error: VpError): Verdict {
  return { kind: 'fatal', error };
}

export function unreachable(code: string): VpError {
  return new VpError('TWENTY_UNREACHABLE', {
    what: `Twenty does not answer (${code}).`,
    where: 'TWENTY_API_URL',
    todo: 'Check that the address is right and Twenty runs, then run the command again: it goes on where it was.',
  });
}

function unauthorized(code: string): VpError {
  return new VpError('TWENTY_AUTH', {
    what: `Twenty refuses the API key (${code}).`,
    where: 'TWENTY_API_KEY',
    todo: 'Make a new key under Settings, APIs & Webhooks, with the Admin role, and set TWENTY_API_KEY.',
  });
}

function forbidden(fault: GraphqlFault): VpError {
  return new VpError('TWENTY_PERMISSION', {
    what: `The role of the API key may not do this (${fault.subCode ?? fault.code}).`,
    where: 'TWENTY_API_KEY',
    todo: 'Run doctor: it lists what the role lacks. Give the key the Admin role, or a role with these permissions.',
  });
}

function incompatible(fault: GraphqlFault): VpError {
  const name = /"([A-Za-z][A-Za-z0-9_]{0,62})"/.exec(fault.message)?.[1];
  return new VpError('TWENTY_INCOMPATIBLE', {
    what: `The workspace does not know ${name === undefined ? 'an object, field or argument' : `"${name}"`}.`,
    todo: 'It was removed or renamed since the plan was made. Put it back, or make a new plan.',
  });
}

function notTwenty(status: number): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: `The address answers with HTTP ${status}, which Twenty's API does not.`,
    where: 'TWENTY_API_URL',
    todo: 'Set TWENTY_API_URL to the address of the Twenty server itself, without a path, e.g. https://crm.example.com.',
  });
}
