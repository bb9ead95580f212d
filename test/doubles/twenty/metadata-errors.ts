import { ApiError } from './api-error.ts';
import type { JsonObject } from './json.ts';

export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly value?: unknown;
  readonly userFriendlyMessage?: string;
}

/** The server's answer to metadata it does not take: what is wrong stands under `extensions.errors.<kind>[0].errors`. */
export function metadataRefused(
  kind: 'fieldMetadata' | 'objectMetadata' | 'index' | 'webhook',
  doing: string,
  about: JsonObject,
  complaints: readonly Complaint[],
): ApiError {
  const errors = complaints.map((complaint) => ({ userFriendlyMessage: complaint.message, ...complaint }));
  const type = doing.startsWith('updating') ? 'update' : 'create';
  return new ApiError(`Multiple validation errors occurred while ${doing}`, {
    code: 'METADATA_VALIDATION_FAILED',
    errors: {
      [kind]: [{ status: 'fail', errors, flatEntityMinimalInformation: about, metadataName: kind, type }],
    },
    summary: { totalErrors: 1, [kind]: 1 },
    userFriendlyMessage: errors[0]?.userFriendlyMessage,
    message: `Validation failed for 1 ${kind}`,
  });
}

export function fieldNotFound(): ApiError {
  return new ApiError('Field to delete not found', {
    subCode: 'FIELD_METADATA_NOT_FOUND',
    userFriendlyMessage: 'Field not found.',
    code: 'NOT_FOUND',
  });
}

export function standardFieldKept(name: string): ApiError {
  return new ApiError(`Cannot delete standard field "${name}"`, {
    subCode: 'FIELD_MUTATION_NOT_ALLOWED',
    userFriendlyMessage: 'This field cannot be modified.',
    code: 'FORBIDDEN',
  });
}
