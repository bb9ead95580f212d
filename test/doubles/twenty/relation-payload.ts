import type { ApiError } from './api-error.ts';
import { isObject, isString } from './json.ts';
import { type Complaint, metadataRefused } from './metadata-errors.ts';
import type { ObjectMeta } from './model.ts';
import type { Workspace } from './workspace.ts';

export interface RelationPayload {
  readonly type: 'MANY_TO_ONE' | 'ONE_TO_MANY';
  readonly target: ObjectMeta;
  readonly label: string;
  readonly icon: string;
}

/** `relationCreationPayload`: all four parts are needed, so that an inverse field always exists (twenty-facts 7.5). */
export function readRelationPayload(workspace: Workspace, payload: unknown): RelationPayload {
  if (!isObject(payload))
    throw refused({ code: 'INVALID_FIELD_INPUT', message: 'Relation creation payload is required' });
  const { type, targetObjectMetadataId, targetFieldLabel: label, targetFieldIcon: icon } = payload;
  const malformed = (message: string) =>
    refused({
      code: 'FIELD_METADATA_RELATION_MALFORMED',
      message: `Relation creation payload is invalid: ${message}`,
      userFriendlyMessage: 'Invalid relation creation payload',
      value: payload,
    });
  if (type !== 'MANY_TO_ONE' && type !== 'ONE_TO_MANY')
    throw malformed('type must be one of the following values: MANY_TO_ONE, ONE_TO_MANY');
  if (!isString(label) || label === '') throw malformed('targetFieldLabel should not be empty');
  if (!isString(icon) || icon === '') throw malformed('targetFieldIcon should not be empty');
  const target = workspace.model.objectById(String(targetObjectMetadataId));
  if (target === undefined)
    throw refused({
      code: 'FIELD_METADATA_RELATION_MALFORMED',
      message: 'Object metadata relation target not found',
    });
  return { type, target, label, icon };
}

function refused(complaint: Complaint): ApiError {
  return metadataRefused('fieldMetadata', 'creating field', { id: '' }, [complaint]);
}
