import { describe, expect, it } from 'vitest';
import { openSource } from '../../../worker/sources/open-source.ts';
import { referenceProfile } from '../../fixtures/reference-profile.ts';
import { folderOf } from './csv/export-folder.ts';

describe('openSource', () => {
  it('opens csv locations', async () => {
    const source = await openSource(`csv:${await folderOf({ 'owners.csv': 'id\n' })}`, referenceProfile());
    expect((await source.inspect()).streams.map((stream) => stream.object)).toEqual(['owners']);
    await source.close();
  });

  it.each(['rest:https://x.example', '/some/path', 'csv:', ''])(
    'says what it wants instead of %j',
    async (location) => {
      await expect(openSource(location, referenceProfile())).rejects.toMatchObject({
        code: 'USAGE',
        todo: expect.stringContaining('csv:'),
      });
    },
  );
});
