import { invalidQuery, permissionDenied } from './api-error.ts';
import type { ApiKey } from './auth.ts';
import { createRecords } from './create-records.ts';
import { destroy, restore, softDelete } from './delete-records.ts';
import { findMany, findOne } from './find-many.ts';
import { groupBy } from './group-by.ts';
import { isObject, isString, type JsonObject, type Row } from './json.ts';
import type { ObjectShape } from './object-shape.ts';
import { projector } from './project.ts';
import type { ResolverMethod } from './resolver-names.ts';
import { isUuid } from './scalar-values.ts';
import type { Selection } from './selection.ts';
import { updateMany, updateOne } from './update-records.ts';
import type { Workspace } from './workspace.ts';

const READ = ['filter', 'first', 'last', 'before', 'after', 'offset', 'orderBy'];

const ALLOWED: Readonly<Record<ResolverMethod, readonly string[]>> = {
  findMany: READ,
  findOne: ['filter'],
  groupBy: ['groupBy', 'filter', 'orderBy', 'orderByForRecords', 'viewId', 'limit', 'offsetForRecords'],
  createMany: ['data', 'upsert'],
  createOne: ['data', 'upsert'],
  updateMany: ['filter', 'data'],
  updateOne: ['id', 'data'],
  deleteMany: ['filter'],
  deleteOne: ['id'],
  restoreMany: ['filter'],
  restoreOne: ['id'],
  destroyMany: ['filter'],
  destroyOne: ['id'],
};

/** Refuses wrong arguments; happens before the limiter counts. */
export function checkArguments(method: ResolverMethod, args: JsonObject): void {
  for (const name of Object.keys(args))
    if (!ALLOWED[method].includes(name)) throw invalidQuery(`Argument not allowed: ${name}`);
  const missing = (name: string, type: string) =>
    invalidQuery(`Missing required argument: "${name}" (${type})`);
  if (method === 'findMany')
    for (const name of ['first', 'last'])
      if (args[name] !== undefined && args[name] !== null && typeof args[name] !== 'number')
        throw invalidQuery(`Invalid argument: "${name}" must be a number`);
  if (method === 'findMany' || method === 'findOne' || method === 'groupBy') return;
  if (method.endsWith('One') && method !== 'createOne' && !isUuid(args.id)) throw missing('id', 'UUID');
  if (method === 'createMany' && !Array.isArray(args.data)) throw missing('data', 'array');
  if ((method === 'createOne' || method.startsWith('update')) && !isObject(args.data))
    throw missing('data', 'object');
  if (method.endsWith('Many') && method !== 'createMany' && !isObject(args.filter))
    throw missing('filter', 'object');
}

/** Runs one record resolver whose arguments were checked and that the limiter let through. */
export function runResolver(
  workspace: Workspace,
  caller: ApiKey,
  shape: ObjectShape,
  method: ResolverMethod,
  args: JsonObject,
  selection: Selection,
): unknown {
  checkRights(caller, shape, method);
  if (method === 'findMany') return findMany(workspace, shape, args, selection);
  if (method === 'findOne') return findOne(workspace, shape, args, selection);
  if (method === 'groupBy') return groupBy(workspace, shape, args, selection);
  const show = projector(workspace, shape, selection);
  const rows = write(workspace, caller, shape, method, args);
  const shown = rows.map(show);
  return method.endsWith('One') ? (shown[0] ?? null) : shown;
}

function write(
  workspace: Workspace,
  caller: ApiKey,
  shape: ObjectShape,
  method: ResolverMethod,
  args: JsonObject,
): Row[] {
  switch (method) {
    case 'createMany':
    case 'createOne': {
      const data = (Array.isArray(args.data) ? args.data : [args.data]).filter(isObject);
      return createRecords(workspace, shape, caller, data, args.upsert === true || args.upsert === 'true');
    }
    case 'updateMany':
      return updateMany(workspace, shape, caller, args);
    case 'updateOne':
      return [updateOne(workspace, shape, caller, args)];
    case 'deleteMany':
    case 'deleteOne':
      return softDelete(workspace, shape, args);
    case 'restoreMany':
    case 'restoreOne':
      return restore(workspace, shape, args);
    default:
      return destroy(workspace, shape, args);
  }
}

function checkRights({ role }: ApiKey, { object }: ObjectShape, method: ResolverMethod): void {
  const reads = method === 'findMany' || method === 'findOne' || method === 'groupBy';
  const membersOnly = object.nameSingular === 'workspaceMember' && !reads;
  const allowed = reads
    ? role.canReadAllObjectRecords
    : method.startsWith('destroy')
      ? role.canDestroyAllObjectRecords
      : method.startsWith('delete') || method.startsWith('restore')
        ? role.canSoftDeleteAllObjectRecords
        : role.canUpdateAllObjectRecords;
  if (!allowed || membersOnly) throw permissionDenied();
}

/** Text of an operation name in the request body. */
export function operationNameOf(body: JsonObject): string | null {
  return isString(body.operationName) && body.operationName !== '' ? body.operationName : null;
}
