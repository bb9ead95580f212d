import { ApiError } from './api-error.ts';
import { isString, type JsonObject } from './json.ts';
import type { FieldMeta } from './model.ts';
import type { Workspace } from './workspace.ts';

/** `createFileUpload` for a field, named by its id or by its universal identifier. */
export function beginUpload(workspace: Workspace, args: JsonObject): JsonObject {
  const filename = isString(args.filename) ? args.filename : '';
  return workspace.files.begin(fieldOf(workspace, args), filename, Number(args.size));
}

function fieldOf(workspace: Workspace, args: JsonObject): FieldMeta {
  const { fieldMetadataId: id, fieldMetadataUniversalIdentifier: universal } = args;
  for (const object of workspace.model.objects.values())
    for (const field of object.fields.values())
      if (
        (isString(id) && field.id === id) ||
        (isString(universal) && field.universalIdentifier === universal)
      )
        return field;
  throw new ApiError('Could not find any entity of type "FieldMetadataEntity"', {
    code: 'INTERNAL_SERVER_ERROR',
    userFriendlyMessage: 'An error occurred.',
  });
}
