import { z } from 'zod';
import { VpError } from './domain/errors.ts';

/** One setting of the environment: what it is for and what it looks like. docker-compose.yml names the same ones. */
const settings = {
  TWENTY_API_URL: {
    schema: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/u, '')),
    example: 'https://crm.example.com',
    about: 'Address of Twenty, without /graphql.',
  },
  TWENTY_API_KEY: {
    schema: z.string().min(20),
    example: 'eyJhbGciOi… (Settings, API & Webhooks)',
    about: 'API key of the workspace, with a role that may do what doctor lists.',
  },
  DATABASE_URL: {
    schema: z.string().regex(/^postgres(ql)?:\/\//u, 'must begin with postgres://'),
    example: 'postgres://vp:…@127.0.0.1:5432/vp',
    about: 'Postgres for snapshot and ledger. Without it: PGlite in the data folder.',
  },
  VP_DATA_DIR: {
    schema: z.string().min(1),
    example: './.data',
    about: 'Folder of the embedded store, the decisions and the reports.',
  },
  VP_MAPPINGS_DIR: {
    schema: z.string().min(1),
    example: './mappings/visual-practice',
    about: 'Folder of source profile and mapping files.',
  },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    example: 'info',
    about: 'How much goes to the log (stderr).',
  },
} as const;

export type SettingName = keyof typeof settings;

/** What each setting is for, for `--help`, the README and docker-compose.yml. */
export const SETTINGS: Readonly<Record<SettingName, { readonly example: string; readonly about: string }>> =
  settings;

export interface Config {
  readonly twenty: { readonly url: string; readonly apiKey: string } | null;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly mappingsDir: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/**
 * Parses the environment once; nothing else reads it. An empty variable counts as absent. Throws CONFIG_INVALID that names the variable, what is
 * wrong and an example, never the value.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const url = read(env, 'TWENTY_API_URL');
  const apiKey = read(env, 'TWENTY_API_KEY');
  if ((url === undefined) !== (apiKey === undefined)) {
    const missing: SettingName = url === undefined ? 'TWENTY_API_URL' : 'TWENTY_API_KEY';
    throw invalid(missing, 'is missing, while the other of the pair is set');
  }
  return {
    twenty: url === undefined || apiKey === undefined ? null : { url, apiKey },
    databaseUrl: read(env, 'DATABASE_URL'),
    dataDir: read(env, 'VP_DATA_DIR') ?? '.data',
    mappingsDir: read(env, 'VP_MAPPINGS_DIR'),
    logLevel: read(env, 'LOG_LEVEL') ?? 'info',
  };
}

function read<Name extends SettingName>(
  env: Readonly<Record<string, string | undefined>>,
  name: Name,
): z.output<(typeof settings)[Name]['schema']> | undefined {
  const raw = env[name]?.trim();
  if (raw === undefined || raw === '') return undefined;
  const schema: z.ZodType<z.output<(typeof settings)[Name]['schema']>> = settings[name].schema as never;
  const parsed = schema.safeParse(raw);
  if (!parsed.success)
    throw invalid(name, `is not valid: ${parsed.error.issues[0]?.message ?? 'wrong form'}`);
  return parsed.data;
}

function invalid(name: SettingName, problem: string): VpError {
  return new VpError('CONFIG_INVALID', {
    what: `${name} ${problem}.`,
    where: name,
    todo: `Set it like ${name}=${settings[name].example}. ${settings[name].about}`,
  });
}
