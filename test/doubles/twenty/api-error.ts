import { inspect } from 'node:util';
import type { JsonObject } from './json.ts';

/** A refusal of the record or metadata API: answered as `{message, extensions}` with HTTP 200. */
export class ApiError extends Error {
  readonly extensions: JsonObject;

  constructor(message: string, extensions: JsonObject) {
    super(message);
    this.extensions = extensions;
  }
}

const STANDARD = 'An error occurred.';

function badInput(message: string, subCode: string | null, userFriendlyMessage: string): ApiError {
  return new ApiError(message, {
    ...(subCode === null ? {} : { subCode }),
    userFriendlyMessage,
    code: 'BAD_USER_INPUT',
  });
}

export function invalidData(message: string, friendly = STANDARD): ApiError {
  return badInput(message, 'INVALID_ARGS_DATA', friendly);
}

export function invalidFilter(message: string, friendly = STANDARD): ApiError {
  return badInput(message, 'INVALID_ARGS_FILTER', friendly);
}

export function invalidQuery(message: string, friendly = STANDARD): ApiError {
  return badInput(message, 'INVALID_QUERY_INPUT', friendly);
}

export function refusedWith(subCode: string, message: string, friendly = message): ApiError {
  return badInput(message, subCode, friendly);
}

/** An error of the database passed through: no subCode. */
export function databaseRefusal(message: string, friendly: string): ApiError {
  return badInput(message, null, friendly);
}

/** `Invalid <what> '…'<where>` with the value as Node prints it, which is how the server words it. */
export function invalidValue(kind: string, value: unknown, rest: string, friendlyKind: string): ApiError {
  const shown = inspect(value);
  return invalidData(`Invalid ${kind} ${shown} ${rest}`, `Invalid value${friendlyKind}: "${shown}"`);
}

export function recordNotFound(): ApiError {
  return new ApiError('Record not found', {
    subCode: 'RECORD_NOT_FOUND',
    userFriendlyMessage: 'This record does not exist or has been deleted.',
    code: 'NOT_FOUND',
  });
}

/** NUL bytes, oversized index keys, too many bind parameters: all look the same and never heal. */
export function dataValidationError(): ApiError {
  return new ApiError('Data validation error.', { code: 'INTERNAL_SERVER_ERROR' });
}

export function notNullViolation(column: string, object: string): ApiError {
  return badInput(
    `null value in column "${column}" of relation "${object}" violates not-null constraint`,
    null,
    'A required field is missing. Please provide all required values and try again.',
  );
}

export function foreignKeyViolation(object: string, constraint: string): ApiError {
  return badInput(
    `insert or update on table "${object}" violates foreign key constraint "${constraint}"`,
    null,
    'This operation references a record that does not exist or cannot be modified due to existing relationships.',
  );
}

/** A unique key is taken. Only a live record that was there before is named. */
export function duplicateEntry(conflict?: { label: string; recordId: string; object: string }): ApiError {
  return new ApiError('A duplicate entry was detected', {
    userFriendlyMessage:
      conflict === undefined
        ? 'This record already exists. Please check your data and try again.'
        : `This ${conflict.label} value is already in use. Please check your data and try again.`,
    ...(conflict === undefined
      ? {}
      : { conflictingRecordId: conflict.recordId, conflictingObjectNameSingular: conflict.object }),
    code: 'BAD_USER_INPUT',
  });
}

export function permissionDenied(): ApiError {
  return new ApiError('Entity performing the request does not have permission', {
    userFriendlyMessage: 'User does not have permission.',
    subCode: 'PERMISSION_DENIED',
    code: 'FORBIDDEN',
  });
}

export function formatError(error: unknown): JsonObject {
  if (error instanceof ApiError) return { message: error.message, extensions: error.extensions };
  const message = error instanceof Error ? error.message : String(error);
  return { message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}
