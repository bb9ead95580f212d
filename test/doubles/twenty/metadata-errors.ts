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

/** A refused object: every field of it is refused too, because it is missing. */
export function objectRefused(name: string, complaints: readonly Complaint[]): ApiError {
  const missing = {
    code: 'OBJECT_METADATA_NOT_FOUND',
    message: 'Object metadata not found',
    userFriendlyMessage: 'Field to create related object not found',
  };
  const refused = (metadataName: string, about: JsonObject, errors: readonly Complaint[]) => ({
    status: 'fail',
    errors: errors.map((error) => ({ userFriendlyMessage: error.message, ...error })),
    flatEntityMinimalInformation: about,
    metadataName,
    type: 'create',
  });
  return new ApiError('Multiple validation errors occurred while creating object', {
    code: 'METADATA_VALIDATION_FAILED',
    errors: {
      fieldMetadata: ['name', 'id'].map((field) => refused('fieldMetadata', { name: field }, [missing])),
      objectMetadata: [refused('objectMetadata', { nameSingular: name }, complaints)],
    },
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
