import { z } from 'zod';
import { VpError } from '../domain/errors.ts';
import type { Api } from './api.ts';
import { parseObjects, schemaPageSchema } from './schema-parse.ts';
import { INTROSPECTION, type MetadataNames, NAMES_2_21, namesKnown, schemaQuery } from './schema-query.ts';
import type { TargetSchema } from './target.ts';

/** The workspace's data model, read once and again when it changed. */
export interface SchemaCache {
  get(options?: { readonly fresh?: boolean; readonly brisk?: boolean }): Promise<TargetSchema>;
}

const introspectionSchema = z.object({
  object: z.object({ fields: z.array(z.object({ name: z.string() })) }),
  field: z.object({ fields: z.array(z.object({ name: z.string() })) }),
});

export function createSchemaCache(api: Api): SchemaCache {
  let cached: Promise<TargetSchema> | null = null;
  let names: MetadataNames = NAMES_2_21;

  /** The first try is what 2.21 has; a server that knows one of the names no longer, or not yet, is asked what it knows. */
  const read = async (brisk: boolean): Promise<TargetSchema> => {
    try {
      return await readWhole(api, names, brisk);
    } catch (error) {
      if (!(error instanceof VpError) || error.code !== 'TWENTY_INCOMPATIBLE' || names !== NAMES_2_21)
        throw error;
      names = await askNames(api);
      return readWhole(api, names, brisk);
    }
  };

  return {
    get({ fresh = false, brisk = false } = {}) {
      if (cached === null || fresh) {
        const reading = read(brisk);
        cached = reading;
        reading.catch(() => {
          if (cached === reading) cached = null;
        });
      }
      return cached;
    },
  };
}

/** Somebody who changes the model while it is read can tear an answer: it is read again before the form is called unknown. */
const TORN_READS = 3;

async function readWhole(api: Api, names: MetadataNames, brisk: boolean): Promise<TargetSchema> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readAll(api, names, brisk);
    } catch (error) {
      const isTorn = error instanceof VpError && error.code === 'TWENTY_PROTOCOL';
      if (!isTorn || brisk || attempt === TORN_READS) throw error;
      await api.backOff(attempt, error.code);
    }
  }
}

async function readAll(api: Api, names: MetadataNames, brisk: boolean): Promise<TargetSchema> {
  const raw = [];
  let after: string | null = null;
  do {
    const outcome = await api.metadata({
      query: schemaQuery(names),
      variables: { after },
      whenLost: 'repeat',
      brisk,
    });
    const page = schemaPageSchema.safeParse(outcome.kind === 'ok' ? outcome.data : null);
    if (!page.success) throw unreadable();
    raw.push(...page.data.objects.edges.map((edge) => edge.node));
    after = page.data.objects.pageInfo.hasNextPage ? (page.data.objects.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return { objects: parseObjects(raw) };
}

async function askNames(api: Api): Promise<MetadataNames> {
  const outcome = await api.metadata({ query: INTROSPECTION, whenLost: 'repeat' });
  const known = introspectionSchema.safeParse(outcome.kind === 'ok' ? outcome.data : null);
  if (!known.success) throw unreadable();
  const namesOf = (type: { readonly fields: readonly { readonly name: string }[] }) =>
    type.fields.map((f) => f.name);
  return namesKnown({ object: namesOf(known.data.object), field: namesOf(known.data.field) });
}

function unreadable(): VpError {
  return new VpError('TWENTY_PROTOCOL', {
    what: 'The data model of the workspace cannot be read in the form this program knows.',
    where: 'TWENTY_API_URL',
    todo: 'This program was checked against Twenty 2.21. Use that version, or report the version of the server.',
  });
}
