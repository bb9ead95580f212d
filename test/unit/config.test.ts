import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig, SETTINGS } from '../../worker/config.ts';
import { VpError } from '../../worker/domain/errors.ts';

const root = new URL('../../', import.meta.url);

describe('parseConfig', () => {
  it('has a default for everything, with an empty environment', () => {
    expect(parseConfig({ TWENTY_API_URL: ' ', PATH: '/bin' })).toEqual({
      twenty: null,
      databaseUrl: undefined,
      dataDir: '.data',
      mappingsDir: undefined,
      logLevel: 'info',
    });
  });

  it('takes address and key together and strips the final slash', () => {
    const config = parseConfig({
      TWENTY_API_URL: 'https://crm.example.com/',
      TWENTY_API_KEY: 'k'.repeat(40),
    });
    expect(config.twenty).toEqual({ url: 'https://crm.example.com', apiKey: 'k'.repeat(40) });
  });

  it.each([
    [{ TWENTY_API_URL: 'crm.example.com', TWENTY_API_KEY: 'k'.repeat(40) }, 'TWENTY_API_URL'],
    [{ TWENTY_API_KEY: 'k'.repeat(40) }, 'TWENTY_API_URL'],
    [{ TWENTY_API_URL: 'http://localhost:3000' }, 'TWENTY_API_KEY'],
    [{ DATABASE_URL: 'mysql://secret@host/db' }, 'DATABASE_URL'],
    [{ LOG_LEVEL: 'chatty' }, 'LOG_LEVEL'],
  ])('names the variable, what is wrong and an example, never the value: %o', (env, name) => {
    const thrown = catching(() => parseConfig(env));
    expect(thrown).toBeInstanceOf(VpError);
    expect(thrown).toMatchObject({ code: 'CONFIG_INVALID', where: name, exitCode: 2 });
    const text = `${thrown?.message} ${thrown?.todo}`;
    expect(text).toContain(name);
    expect(text).toContain(
      SETTINGS[z.enum(['TWENTY_API_URL', 'TWENTY_API_KEY', 'DATABASE_URL', 'LOG_LEVEL']).parse(name)].example,
    );
    for (const value of ['secret', 'chatty', 'kkkk']) expect(text).not.toContain(value);
  });
});

const compose = z.object({
  services: z.record(
    z.string(),
    z
      .object({
        image: z.string(),
        environment: z.record(z.string(), z.string()).optional(),
        depends_on: z.record(z.string(), z.unknown()).optional(),
      })
      .loose(),
  ),
  volumes: z.record(z.string(), z.unknown()),
});

describe('docker-compose.yml', () => {
  const load = async () =>
    compose.parse(parse(await readFile(new URL('docker-compose.yml', root), 'utf8'), { merge: true }));

  it('gives the worker every setting of config.ts and no other', async () => {
    const { services } = await load();
    expect(Object.keys(services['worker']?.environment ?? {}).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('gives the worker values that config.ts takes, once the placeholders are filled in', async () => {
    const { services } = await load();
    const filled = Object.fromEntries(
      Object.entries(services['worker']?.environment ?? {}).map(([name, value]) => [
        name,
        value.replace(/\$\{(\w+)(?::[-?]([^}]*))?\}/gu, (_, variable, fallback) =>
          variable === 'TWENTY_API_KEY' ? 'k'.repeat(40) : (fallback ?? 'x'),
        ),
      ]),
    );
    expect(() => parseConfig(filled)).not.toThrow();
  });

  it('only depends on services that are there, and mounts volumes that are declared', async () => {
    const { services, volumes } = await load();
    for (const service of Object.values(services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(services)).toContain(name);
      const mounts = z.array(z.string()).catch([]).parse(service['volumes']);
      for (const mount of mounts) {
        const [source = ''] = mount.split(':');
        if (/^[a-z]/u.test(source)) expect(Object.keys(volumes)).toContain(source);
      }
    }
  });
});

describe('README.md', () => {
  it('names every setting', async () => {
    const readme = await readFile(new URL('README.md', root), 'utf8');
    for (const name of Object.keys(SETTINGS)) expect(readme).toContain(name);
  });
});

function catching(run: () => unknown): VpError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof VpError) return error;
    throw error;
  }
  return undefined;
}
