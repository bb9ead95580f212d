import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nextRequests } from '../../doubles/twenty/faults.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask, CREATE_COMPANIES, idOf, rowsOf } from './ask-double.ts';

describe('keys', () => {
  it('are refused without a data key when they are no good', async () => {
    const double = await startTwentyDouble({ listen: false });
    const say = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return JSON.parse(
        (await double.handle('/graphql', headers, '{"query":"{companies{totalCount}}"}')).body,
      );
    };
    expect(await say('nonsense')).toMatchObject({
      errors: [{ message: 'Token invalid.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await say(double.otherKeys.expired)).toMatchObject({
      errors: [{ message: 'Token has expired.' }],
    });
    expect(await say(double.otherKeys.revoked)).toMatchObject({
      errors: [{ message: 'This API Key is revoked' }],
    });
    expect(await say(double.otherKeys.powerless)).toMatchObject({
      data: { companies: null },
      errors: [{ extensions: { subCode: 'PERMISSION_DENIED' } }],
    });
    await double.close();
  });
});

describe('faults', () => {
  it('lose the answer of something that was done, or prevent it', async () => {
    const double = await startTwentyDouble({ listen: false, limiter: 'off', seed: 'empty' });
    const create = (id: number) => ask(double, CREATE_COMPANIES, { d: [{ id: idOf(id) }] });
    double.faults.plan = nextRequests(1, { kind: 'drop-before' });
    await expect(create(1)).rejects.toThrow('fetch failed');
    double.faults.plan = nextRequests(1, { kind: 'drop-after' });
    await expect(create(2)).rejects.toThrow('fetch failed');
    expect(rowsOf(await ask(double, '{companies{edges{node{id}}}}'), 'companies')).toEqual([{ id: idOf(2) }]);
    await double.close();
  });
});

describe('the double as a process', () => {
  it('says where it is in one line, answers over HTTP and shows its state', async () => {
    const main = fileURLToPath(new URL('../../doubles/twenty/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, '--seed', 'empty'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const { url, apiKey } = z.object({ url: z.url(), apiKey: z.string() }).parse(JSON.parse(String(line)));
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ query: '{workspaceMembers{totalCount}}' }),
    });
    expect(await response.json()).toEqual({ data: { workspaceMembers: { totalCount: 3 } } });
    const dump: unknown = await (await fetch(`${url}/double/dump`)).json();
    expect(dump).toMatchObject({ tables: { company: [] }, webhooks: [] });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
});
