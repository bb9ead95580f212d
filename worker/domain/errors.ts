/**
 * The catalogue of error codes. An error is for the person who must act: a stable code, what happened, which record or
 * setting it is about, and what to do. It never carries a secret or a customer value: name the object, the row, the
 * source id, the field; not what is in it.
 */

/** 0 done, 1 failed, 2 wrong usage or setting, 3 a person must decide first. */
export type ExitCode = 0 | 1 | 2 | 3;

export const ERROR_CODES = {
  CONFIG_INVALID: { exit: 2, about: 'A setting of the environment is missing or malformed.' },
  USAGE: { exit: 2, about: 'The command line is incomplete or contradicts itself.' },
  DATA_DIR_LOCKED: { exit: 2, about: 'Another process holds the data folder.' },
  STORE_UNAVAILABLE: { exit: 1, about: 'The store cannot be opened or answers no longer.' },
  STORE_NEWER: { exit: 2, about: 'The store was written by a newer version of this program.' },
  SOURCE_UNREADABLE: {
    exit: 2,
    about: 'The export cannot be read: missing, no permission, not a folder or zip.',
  },
  SOURCE_CHANGED: { exit: 2, about: 'The export changed between two runs of one extract.' },
  PROFILE_INVALID: { exit: 2, about: 'The source profile does not validate.' },
  MAPPING_INVALID: {
    exit: 2,
    about: 'A mapping file does not validate or contradicts the profile or Twenty.',
  },
  DECISIONS_INVALID: { exit: 2, about: 'decisions.yaml does not validate.' },
  DECISIONS_OPEN: { exit: 3, about: 'Questions in decisions.yaml wait for an answer.' },
  NOT_APPROVED: { exit: 3, about: 'The step needs an approval that nobody gave.' },
  DIGEST_MISMATCH: { exit: 3, about: 'The approval names another digest than the document that is current.' },
  WORKSPACE_MISMATCH: { exit: 3, about: 'The migration is bound to another Twenty workspace.' },
  SNAPSHOT_MISMATCH: { exit: 3, about: 'The migration is bound to another snapshot or source instance.' },
  STATE_FORBIDS: { exit: 3, about: 'The migration is in a state that does not allow the step.' },
  NEWER_MIGRATION: { exit: 3, about: 'A newer migration holds records of this one.' },
  UNKNOWN_MIGRATION: { exit: 2, about: 'No migration or snapshot has that name.' },
  TWENTY_UNREACHABLE: { exit: 1, about: 'Twenty does not answer.' },
  TWENTY_AUTH: { exit: 2, about: 'Twenty refuses the API key.' },
  TWENTY_PERMISSION: { exit: 2, about: 'The role of the API key lacks a permission.' },
  TWENTY_SCHEMA: { exit: 1, about: 'Twenty refused a change of its data model.' },
  TWENTY_PROTOCOL: { exit: 1, about: 'Twenty answered in a way this program does not know.' },
  TWENTY_INCOMPATIBLE: { exit: 2, about: 'The workspace lacks an object or field that the mapping needs.' },
  DIFFERENCES: { exit: 1, about: 'Reconciliation found differences that nothing explains.' },
  ROLLBACK_INCOMPLETE: { exit: 1, about: 'Rollback left something behind.' },
  AUTOMATIONS_OFF: {
    exit: 1,
    about: 'Automations that the migration switched off could not be switched on again.',
  },
  INTERRUPTED: { exit: 1, about: 'The command was stopped; running it again goes on where it was.' },
  INTERNAL: { exit: 1, about: 'A defect of this program.' },
} as const satisfies Record<string, { exit: ExitCode; about: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetail {
  /** What happened, in one sentence without customer values. */
  readonly what: string;
  /** Which record, file or setting, e.g. `TWENTY_API_URL` or `contacts row 17`. */
  readonly where?: string;
  /** What the person does next. */
  readonly todo: string;
  readonly cause?: unknown;
}

/** An error that stops a command. Expected outcomes of single records are returned values, never this. */
export class VpError extends Error {
  override readonly name = 'VpError';
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly todo: string;

  constructor(code: ErrorCode, detail: ErrorDetail) {
    super(detail.what, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.where = detail.where;
    this.todo = detail.todo;
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code].exit;
  }
}
