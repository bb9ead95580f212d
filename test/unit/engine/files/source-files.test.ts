import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../../../../worker/engine/files/source-files.ts';
import { openSource } from '../../../../worker/sources/open-source.ts';
import { referenceProfile } from '../../../fixtures/reference-profile.ts';

const plan = async (location: string) => ({
  files: { location, maxBytes: 1 },
  profile: await referenceProfile(),
});

describe('the files of a plan', () => {
  it('open their source once, at the first file, and close it', async () => {
    const calls: string[] = [];
    const files = sourceFiles(await plan('csv:/export'), async (location) => {
      calls.push(`open ${location}`);
      return {
        file: async (path) => {
          calls.push(path);
          return { kind: 'problem', problem: 'FILE_MISSING' };
        },
        close: async () => void calls.push('close'),
      };
    });
    await files.close();
    expect(calls).toEqual([]);
    await Promise.all([files.file('a'), files.file('b')]);
    await files.close();
    await files.close();
    expect(calls).toEqual(['open csv:/export', 'a', 'b', 'close']);
  });

  it('say which source is gone, and what to do', async () => {
    const location = `csv:${join(tmpdir(), 'no-such-export')}`;
    const files = sourceFiles(await plan(location), (where, profile) => openSource(where, profile));
    await expect(files.open()).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      where: location,
      todo: expect.stringContaining('--source'),
    });
    await files.close();
  });
});
