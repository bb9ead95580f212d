import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import type { Json } from '../domain/canonical.ts';
import { digestOf } from '../domain/canonical.ts';
import { VpError } from '../domain/errors.ts';
import type { SourceProfile } from '../domain/source-profile.ts';
import { sourceProfileSchema } from '../domain/source-profile.ts';
import { checkMapping } from './check-mapping.ts';
import type { ObjectMapping } from './mapping-schema.ts';
import { loadOrderSchema, objectMappingSchema } from './mapping-schema.ts';

/** The mapping files of one source, validated against their schemas, the profile and the transforms. */
export interface LoadedMappings {
  readonly profile: SourceProfile;
  /** In load order. */
  readonly objects: readonly ObjectMapping[];
  readonly digest: string;
}

/**
 * Loads `<dir>/source-profile.yaml`, `load-order.yaml` and `<object>.mapping.yaml`. Throws PROFILE_INVALID or MAPPING_INVALID with file and
 * path of the first thing that is wrong.
 */
export async function loadMappings(dir: string): Promise<LoadedMappings> {
  const profile = await load(dir, 'source-profile.yaml', sourceProfileSchema, 'PROFILE_INVALID');
  const order = await load(dir, 'load-order.yaml', loadOrderSchema, 'MAPPING_INVALID');
  const files = (await readdir(dir)).filter((name) => name.endsWith('.mapping.yaml')).sort();
  const byObject = new Map<string, ObjectMapping>();
  for (const name of files) {
    const mapping = await load(dir, name, objectMappingSchema, 'MAPPING_INVALID');
    if (`${mapping.object}.mapping.yaml` !== name) {
      throw invalid(name, `it maps "${mapping.object}", so it must be named ${mapping.object}.mapping.yaml`);
    }
    byObject.set(mapping.object, mapping);
  }
  const objects = order.objects.map((name) => {
    const mapping = byObject.get(name);
    if (mapping === undefined)
      throw invalid('load-order.yaml', `it names "${name}", which has no ${name}.mapping.yaml`);
    return mapping;
  });
  for (const name of byObject.keys()) {
    if (!order.objects.includes(name))
      throw invalid('load-order.yaml', `it does not name "${name}", which has a mapping file`);
  }
  for (const problem of checkMapping(profile, objects)) throw invalid(problem.where, problem.what);
  return { profile, objects, digest: digestOf(toJson({ profile, objects })) };
}

/** What YAML or zod gave us is JSON already; this says so to the type system by going through text. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

async function load<S extends z.ZodType>(
  dir: string,
  name: string,
  schema: S,
  code: 'PROFILE_INVALID' | 'MAPPING_INVALID',
): Promise<z.infer<S>> {
  const path = join(dir, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new VpError(code, {
      what: `${name} cannot be read.`,
      where: path,
      todo: 'Put the file there or name another mappings folder.',
      cause,
    });
  }
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (cause) {
    throw new VpError(code, {
      what: `${name} is not YAML: ${messageOf(cause)}`,
      where: path,
      todo: 'Correct the line that the message names.',
    });
  }
  const result = schema.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new VpError(code, {
    what: `${name}: ${issue?.message ?? 'invalid'}`,
    where: `${path} at ${issue?.path.join('.') || '(top)'}`,
    todo: 'Correct that entry; the JSON schema beside the file says what it may hold.',
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
}

function invalid(where: string, what: string): VpError {
  return new VpError('MAPPING_INVALID', {
    what: `Mapping: ${what}.`,
    where,
    todo: 'Correct the mapping file.',
  });
}
