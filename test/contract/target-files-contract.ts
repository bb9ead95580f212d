import { createHash, randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { StoredFile } from '../../worker/twenty/target.ts';
import { inPieces, type Part } from './target-workbench.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PLACE = { object: 'attachment', field: 'file' } as const;
const text = (content: string) => Buffer.from(content, 'utf8');

async function digestOf(bytes: AsyncIterable<Uint8Array> | null): Promise<string | null> {
  if (bytes === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

/** Waits for what the server's queue does. */
async function eventually<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await look()) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(await look()).toBe(wanted);
}

export const filesContract: Part = (bench) => {
  const attach = async (name: string, content: Uint8Array): Promise<{ id: string; fileId: string }> => {
    const fileId = await bench().upload({ ...PLACE, name, content });
    const data = { name, file: [{ fileId, label: name }] };
    const { id } = await bench().make('attachment', data, ['file']);
    return { id, fileId };
  };
  const storedOf = async (id: string): Promise<StoredFile> => {
    const found = (await bench().target.files.addresses('attachment', 'file', [id])).get(id)?.[0];
    if (found === undefined) throw new Error('the record has no file');
    return found;
  };
  /** Calls that the server took: those that its limiter refused are made again. */
  const counted = () => {
    const { calls, refusedByLimiter } = bench().target.usage();
    return calls - refusedByLimiter;
  };
  const bytesAt = async (address: string) => digestOf(await bench().target.files.download(address));
  const refusedFor = async (fileId: string) => {
    const record = { id: bench().id('attachment'), file: [{ fileId, label: 'x' }] };
    const result = await bench().target.records.create('attachment', [record], { fields: [] });
    return result.kind === 'refused' ? result.refusal.reason : 'written';
  };

  it('streams a file up and down, byte for byte, and counts only what is read of records', async () => {
    const { target, make, marker } = bench();
    const content = randomBytes(3 * 1024 * 1024 + 17);
    const before = counted();
    const fileId = await bench().upload({ ...PLACE, name: `${marker}.bin`, content });
    expect(counted()).toBe(before);
    const company = await make('company', { name: marker });
    const data = { name: 'Scan', targetCompanyId: company.id, file: [{ fileId, label: 'Scan – März.bin' }] };
    const record = await make('attachment', data, ['file', 'targetCompany']);
    expect(record.file).toEqual([{ fileId, label: 'Scan – März.bin' }]);
    const reading = counted();
    const addresses = await target.files.addresses('attachment', 'file', [record.id]);
    expect(counted() - reading).toBe(1);
    expect(addresses.get(record.id)).toEqual([
      { fileId, label: 'Scan – März.bin', address: expect.stringContaining(fileId) },
    ]);
    const digest = createHash('sha256').update(content).digest('hex');
    expect(await bytesAt(addresses.get(record.id)?.[0]?.address ?? '')).toBe(digest);
    expect(counted() - reading).toBe(1);
  });

  it('gives back of a file what can be written again, and never an address', async () => {
    const { target } = bench();
    const { id, fileId } = await attach('letter.txt', text('hello'));
    const fields = ['file'];
    const read = await target.records.byIds('attachment', [id], { fields });
    expect(read).toEqual([{ id, file: [{ fileId, label: 'letter.txt' }] }]);
    for (const label of ['letter.txt', 'renamed.txt']) {
      const again = await target.records.update('attachment', [{ id, file: [{ fileId, label }] }], {
        fields,
      });
      expect(again).toEqual({ kind: 'written', records: [{ id, file: [{ fileId, label }] }] });
    }
    expect(await bytesAt((await storedOf(id)).address)).toBe(
      createHash('sha256').update('hello').digest('hex'),
    );
    expect(await target.files.addresses('attachment', 'file', [bench().id('company')])).toEqual(new Map());
  });

  it('shows a record without a file as one without', async () => {
    const { target, make } = bench();
    const none = await make('attachment', { name: 'none' }, ['file']);
    expect(none.file).toBeNull();
    expect((await target.files.addresses('attachment', 'file', [none.id])).get(none.id)).toEqual([]);
  });

  it('lets a file belong to one record only, and only once it is completed', async () => {
    const { target, id } = bench();
    const { fileId } = await attach('once.txt', text('once'));
    expect(await refusedFor(fileId)).toBe('missing-reference');
    const begun = await target.files.begin({ ...PLACE, name: 'pending.txt', size: 3 });
    const pending = begun.kind === 'begun' ? begun.fileId : '';
    expect(await refusedFor(pending)).toBe('missing-reference');
    await target.files.discard('attachment', 'file', pending);
    expect(await refusedFor('d3f1c7a0-5d0b-4a55-9b0e-0d5f2f9f7a11')).toBe('missing-reference');
    const two = [1, 2].map(() => ({ fileId: 'd3f1c7a0-5d0b-4a55-9b0e-0d5f2f9f7a11', label: 'x' }));
    const many = await target.records.create('attachment', [{ id: id('attachment'), file: two }], {
      fields: [],
    });
    expect(many).toMatchObject({ refusal: { reason: 'invalid-value', field: 'file' } });
  });

  it('refuses a file that is empty or too large, and says how large one may be', async () => {
    const { files, describe: about } = bench().target;
    await about();
    expect(files.maxBytes).toBe(1024 * 1024 * 1024);
    expect(await files.begin({ ...PLACE, name: 'a.txt', size: 0 })).toEqual({
      kind: 'refused',
      reason: 'empty',
    });
    expect(await files.begin({ ...PLACE, name: 'a.txt', size: files.maxBytes + 1 })).toEqual({
      kind: 'refused',
      reason: 'too-large',
    });
  });

  it.each(['no extension', 'dots.', 'a.b/c', 'umlaut.ü', 'two words.p d', '.hidden', ''])(
    'takes a file named "%s"',
    async (name) => {
      const { id } = await attach(name, text('content'));
      expect((await storedOf(id)).label).toBe(name);
    },
  );

  it.each([
    ['photo.png', text('no picture'), 'content-mismatch'],
    ['PHOTO.PNG', text('no picture'), 'content-mismatch'],
    ['film.mp4', text('no film'), 'content-mismatch'],
    ['photo.png', PNG, 'sent'],
    ['photo.txt', PNG, 'sent'],
    ['page.html', text('<b>x</b>'), 'sent'],
    ['mail.eml', text('From: x'), 'sent'],
    ['broken.docx', text('no archive'), 'sent'],
    ['list.csv', text('a,b'), 'sent'],
    ['photo.png.bin', text('no picture'), 'sent'],
  ] as const)('looks into %s: %o', async (name, content, expected) => {
    const { files } = bench().target;
    const begun = await files.begin({ ...PLACE, name, size: content.length });
    if (begun.kind === 'refused') throw new Error(begun.reason);
    const sent = await files.send(begun, () => inPieces(content));
    expect(sent).toEqual(
      expected === 'sent' ? { kind: 'sent' } : { kind: 'refused', reason: 'content-mismatch' },
    );
    await files.discard('attachment', 'file', begun.fileId);
    expect(await refusedFor(begun.fileId)).toBe('missing-reference');
  });

  it('refuses content of another size than announced, and an error of the source passes through', async () => {
    const { files } = bench().target;
    const begun = await files.begin({ ...PLACE, name: 'size.txt', size: 5 });
    if (begun.kind === 'refused') throw new Error(begun.reason);
    for (const content of ['four', 'sixsix', ''])
      expect(await files.send(begun, () => inPieces(text(content)))).toEqual({
        kind: 'refused',
        reason: 'size-mismatch',
      });
    const broken = async function* () {
      yield text('ab');
      throw new Error('the folder is gone');
    };
    await expect(files.send(begun, broken)).rejects.toThrow('the folder is gone');
    // The same upload is still good.
    expect(await files.send(begun, () => inPieces(text('fives')))).toEqual({ kind: 'sent' });
    await files.discard('attachment', 'file', begun.fileId);
  });

  it('discards what no record has: complete, begun, gone; and leaves alone what one has', async () => {
    const { target, upload, marker } = bench();
    const complete = await upload({ ...PLACE, name: `${marker}.txt`, content: text('complete') });
    const begun = await target.files.begin({ ...PLACE, name: 'photo.png', size: 100_000 });
    const open = begun.kind === 'begun' ? begun.fileId : '';
    const { id, fileId } = await attach('kept.txt', text('kept'));
    const records = await target.records.count('attachment', { trash: 'with' });
    for (const one of [complete, open, fileId, complete])
      await target.files.discard('attachment', 'file', one);
    expect(await target.records.count('attachment', { trash: 'with' })).toBe(records);
    expect(await refusedFor(complete)).toBe('missing-reference');
    expect(await refusedFor(open)).toBe('missing-reference');
    expect(await bytesAt((await storedOf(id)).address)).toBe(
      createHash('sha256').update('kept').digest('hex'),
    );
  });

  it('destroys a record with its blob, live or in the trash, and says when it was gone', async () => {
    const { target } = bench();
    for (const trashed of [false, true]) {
      const { id } = await attach('gone.txt', text('gone'));
      const { address } = await storedOf(id);
      if (trashed) await target.records.softDelete('attachment', [id]);
      // In the trash it can still be read.
      expect((await storedOf(id)).label).toBe('gone.txt');
      const before = counted();
      expect(await target.files.destroyWithFiles('attachment', id)).toBe(true);
      expect(counted() - before).toBe(1);
      await eventually(() => bytesAt(address), null);
      expect(await target.files.destroyWithFiles('attachment', id)).toBe(false);
    }
  });

  it('comes through lost answers of every step', async () => {
    const { proxied, proxy, id } = bench();
    const { files } = proxied;
    proxy.dropAnswers('createFileUpload', 1);
    const begun = await files.begin({ ...PLACE, name: 'lost.bin', size: 100_000 });
    if (begun.kind === 'refused') throw new Error(begun.reason);
    const content = randomBytes(100_000);
    proxy.dropAnswers('/file-upload/', 1);
    const dropped = proxy.dropped();
    expect(await files.send(begun, () => inPieces(content))).toEqual({ kind: 'sent' });
    expect(proxy.dropped() - dropped).toBe(1);
    proxy.dropAnswers('completeFileUpload', 1);
    expect(await files.send(begun, () => inPieces(content))).toEqual({ kind: 'sent' });
    const record = { id: id('attachment'), file: [{ fileId: begun.fileId, label: 'lost.bin' }] };
    proxy.dropAnswers('createAttachments', 1);
    expect(await proxied.records.create('attachment', [record], { fields: ['file'] })).toMatchObject({
      kind: 'written',
      records: [record],
    });
    const { address } = await storedOf(record.id);
    proxy.dropAnswers('/file/', 1);
    expect(await digestOf(await files.download(address))).toBe(
      createHash('sha256').update(content).digest('hex'),
    );
    proxy.dropAnswers('destroyAttachment', 1);
    expect(await files.destroyWithFiles('attachment', record.id)).toBe(true);
    await eventually(async () => digestOf(await files.download(address)), null);
  });

  it('writes no address to the log', () => {
    expect(bench().logged.filter((line) => /token=|file-upload/.test(line))).toEqual([]);
  });

  describe('a FILES field of our own', () => {
    const spec = {
      object: 'company',
      name: 'contractFiles',
      label: 'Contract files',
      type: 'FILES',
      settings: { maxNumberOfValues: 3 },
    };
    afterAll(async () => {
      await bench().target.model.deleteField('company', 'contractFiles');
    }, 120_000);

    it('works alike, holds several, and takes no file of another field', async () => {
      const { target, upload, make, marker } = bench();
      await target.model.createField(spec);
      const place = { object: 'company', field: 'contractFiles' };
      const ids = [];
      for (const name of ['a.txt', 'b.txt']) ids.push(await upload({ ...place, name, content: text(name) }));
      const files = ids.map((fileId, n) => ({ fileId, label: `file ${n}` }));
      const company = await make('company', { name: marker, contractFiles: files }, ['contractFiles']);
      expect(company.contractFiles).toEqual(files);
      const stored = (await target.files.addresses('company', 'contractFiles', [company.id])).get(company.id);
      expect(stored?.map(({ fileId, label }) => ({ fileId, label }))).toEqual(files);
      const other = await upload({ ...PLACE, name: 'c.txt', content: text('c') });
      const wrong = await target.records.update(
        'company',
        [{ id: company.id, contractFiles: [{ fileId: other, label: 'x' }] }],
        {
          fields: [],
        },
      );
      expect(wrong.kind).toBe('refused');
      await target.files.discard('attachment', 'file', other);
      const spare = await upload({ ...place, name: 'd.txt', content: text('d') });
      await target.files.discard('company', 'contractFiles', spare);
      expect(await target.automations.digested('company', [company.id], 30_000)).toBe(true);
      expect(await target.files.destroyWithFiles('company', company.id)).toBe(true);
      for (const { address } of stored ?? []) await eventually(() => bytesAt(address), null);
    });
  });
};
