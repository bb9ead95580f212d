import { describe, expect, it } from 'vitest';
import type { BuiltRecord } from '../../../../worker/engine/build-records.ts';
import { staysElsewhere, withFile, withoutFile } from '../../../../worker/engine/files/without-file.ts';
import { patchFor } from '../../../../worker/engine/match-records.ts';
import { attachmentsMapping } from '../../../support/files-export.ts';

const mapping = attachmentsMapping();
const { elsewhere, to } = mapping.file ?? { elsewhere: '', to: '' };

const built: BuiltRecord = {
  row: { object: 'attachments', row: 1, sourceId: 'a1', fields: {}, defects: [] },
  note: {},
  mergedIds: [],
  record: { id: 'ours', name: 'a.txt', file: [{ label: 'a.txt' }] },
  file: {
    to,
    elsewhere,
    path: 'a.txt',
    name: 'a.txt',
    size: 3,
    sha256: 'ab',
    place: 'csv:/export a.txt',
  },
  kept: [],
  failure: null,
};

describe('a record with a file', () => {
  it('names the upload once it is there, or the place where the file stays', () => {
    expect(withFile(built, 'f1').record).toEqual({
      id: 'ours',
      name: 'a.txt',
      file: [{ fileId: 'f1', label: 'a.txt' }],
    });
    const stays = withoutFile(built);
    expect(stays.record).toEqual({ id: 'ours', name: 'a.txt', [elsewhere]: 'csv:/export a.txt' });
    expect(staysElsewhere(stays, stays.record)).toBe(true);
    expect(staysElsewhere(built, withFile(built, 'f1').record)).toBe(false);
  });

  it('that was there before keeps its file under every policy, or says where the one of the source is', () => {
    const patch = (treatment: 'update-empty' | 'update-all', found: object) =>
      patchFor(
        mapping,
        new Map(),
        { built, treatment },
        { id: 'theirs', name: 'b', updatedAt: 'now', ...found },
      );
    for (const treatment of ['update-empty', 'update-all'] as const) {
      const withTheirs = patch(treatment, { file: [{ fileId: 'theirs', label: 'b' }] });
      expect(Object.keys(withTheirs)).not.toContain('file');
      expect(Object.keys(withTheirs)).not.toContain(elsewhere);
      const withNone = patch(treatment, { file: [] });
      expect(Object.keys(withNone)).not.toContain('file');
      expect(withNone[elsewhere]).toBe('csv:/export a.txt');
    }
  });
});
