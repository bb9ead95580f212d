import { VpError } from '../domain/errors.ts';
import type { Api, Outcome } from './api.ts';
import { type Operations, operationsOf } from './operations.ts';
import type { SchemaCache } from './schema.ts';
import { objectOf, selectionOf } from './selection.ts';
import type { Refusal, TargetObject } from './target.ts';

/** What the server was found to take, and what its answers were found to weigh; learned as calls are made. */
export interface Learned {
  /** Records per createXs call. */
  batchSize: number;
  /** Records per page, by object. */
  readonly pageSizes: Map<string, number>;
  /** Bytes of one file. */
  maxFileBytes: number;
}

/** What every operation on records works with. */
export interface Room {
  readonly api: Api;
  readonly schema: SchemaCache;
  readonly learned: Learned;
}

/** An object with what is needed to talk about its records. */
export interface Prepared {
  readonly object: TargetObject;
  readonly operations: Operations;
  readonly selection: string;
  /** Its FILES fields. */
  readonly files: readonly string[];
}

/** Looks the object and the fields up; the schema is read again when one is unknown, because it may be new. */
export async function prepare(room: Room, name: string, fields: readonly string[]): Promise<Prepared> {
  const attempt = (fresh: boolean) =>
    room.schema.get({ fresh }).then((schema) => {
      const object = objectOf(schema, name);
      const files = [...object.fields.values()]
        .filter(({ type }) => type === 'FILES')
        .map(({ name }) => name);
      return { object, operations: operationsOf(object), selection: selectionOf(object, fields), files };
    });
  try {
    return await attempt(false);
  } catch (error) {
    if (!(error instanceof VpError) || error.code !== 'TWENTY_INCOMPATIBLE') throw error;
    return attempt(true);
  }
}

/** The refusal without a field name that the object does not have: it may be a piece of a value. */
export function withKnownField(object: TargetObject, refusal: Refusal): Refusal {
  const { field, ...rest } = refusal;
  const first = field?.split('.')[0] ?? '';
  const own = [...object.fields.values()].find(
    (candidate) => candidate.name === first || candidate.relation?.joinColumn === first,
  );
  return own === undefined || field === undefined ? rest : { ...rest, field };
}

/** The error for an answer that makes no sense for a call that cannot be wrong. */
export function unexpected(object: string, outcome: Outcome): VpError {
  const code =
    outcome.kind === 'refused' ? `${outcome.refusal.reason}, ${outcome.refusal.code}` : outcome.kind;
  return new VpError('TWENTY_PROTOCOL', {
    what: `Twenty refused a call that it should take (${code}).`,
    where: object,
    todo: 'Run doctor; if it finds nothing, report this with the version of the server.',
  });
}
