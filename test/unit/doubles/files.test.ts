import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TwentyDouble } from '../../doubles/twenty/double.ts';
import { startTwentyDouble } from '../../doubles/twenty/server.ts';
import { ask, idOf, rowsOf } from './ask-double.ts';

const BEGIN =
  'mutation($f:String!,$s:Float!,$u:String!){createFileUpload(filename:$f,size:$s,fileFolder:FilesField,fieldMetadataUniversalIdentifier:$u){fileId uploadUrl contentType}}';
const COMPLETE = 'mutation($i:String!){completeFileUpload(fileId:$i){id path size url}}';
const ATTACH =
  'mutation($d:[AttachmentCreateInput!]!,$u:Boolean){createAttachments(data:$d,upsert:$u){id file{fileId}}}';

let double: TwentyDouble;
beforeEach(async () => {
  double = await startTwentyDouble({ listen: false, seed: 'empty', limiter: 'off', queueDelayMs: 0 });
});
afterEach(() => double.close());

/** Without a socket, as the benchmark does it. */
async function upload(content: string): Promise<string> {
  const field = double.dump().model.attachment?.file;
  expect(field).toBeDefined();
  const fields = await ask(
    double,
    '{objects(paging:{first:100}){edges{node{nameSingular fieldsList{name universalIdentifier}}}}}',
    {},
    '/metadata',
  );
  const attachment = rowsOf(fields, 'objects').find((one) => one.nameSingular === 'attachment');
  const [u] = Object.values(attachment ?? {})
    .filter((list) => Array.isArray(list))
    .flat()
    .filter((one) => one.name === 'file')
    .map((one) => one.universalIdentifier);
  const begun = await ask(double, BEGIN, { f: 'a.txt', s: content.length, u }, '/metadata');
  const { fileId, uploadUrl } = rowsOf(begun, 'createFileUpload')[0] ?? {};
  const put = await double.transfer('PUT', String(uploadUrl), Buffer.from(content));
  expect(put.status).toBe(204);
  expect((await ask(double, COMPLETE, { i: fileId }, '/metadata')).errors).toBeUndefined();
  return String(fileId);
}

async function attach(number: number, extra: object = {}): Promise<string> {
  const fileId = await upload(`content ${number}`);
  const data = [{ id: idOf(number), file: [{ fileId, label: 'a.txt' }], ...extra }];
  expect((await ask(double, ATTACH, { d: data })).errors).toBeUndefined();
  return fileId;
}

async function left(): Promise<number> {
  await double.settled();
  const { storage, files } = double.dump();
  expect(files).toHaveLength(Object.keys(storage).length);
  return files.length;
}

it('removes the blob of a record destroyed alone, one of several destroyed together, and none that went with a parent', async () => {
  await attach(1);
  await ask(double, 'mutation($i:UUID!){destroyAttachment(id:$i){id}}', { i: idOf(1) });
  expect(await left()).toBe(0);
  for (const number of [2, 3, 4]) await attach(number);
  const destroy = 'mutation($f:AttachmentFilterInput){destroyAttachments(filter:$f){id}}';
  await ask(double, destroy, { f: { id: { in: [idOf(2), idOf(3), idOf(4)] } } });
  expect(await left()).toBe(2);
  await ask(double, 'mutation($d:[CompanyCreateInput!]!){createCompanies(data:$d){id}}', {
    d: [{ id: idOf(9), name: 'x' }],
  });
  await attach(5, { targetCompanyId: idOf(9) });
  await ask(double, 'mutation($i:UUID!){destroyCompany(id:$i){id}}', { i: idOf(9) });
  expect(await left()).toBe(3);
});

it('keeps the blob of a file that another one replaced', async () => {
  const first = await attach(1);
  const second = await upload('new');
  const data = [{ id: idOf(1), file: [{ fileId: second, label: 'b.txt' }] }];
  expect((await ask(double, ATTACH, { d: data, u: true })).errors).toBeUndefined();
  expect(await left()).toBe(2);
  expect(double.dump().files).toContainEqual(expect.objectContaining({ id: first, trashed: true }));
});

it('writes nothing of a batch in which one file cannot be attached', async () => {
  const good = await upload('good');
  const data = [
    { id: idOf(1), file: [{ fileId: good, label: 'a' }] },
    { id: idOf(2), file: [{ fileId: 'd3f1c7a0-5d0b-4a55-9b0e-0d5f2f9f7a11', label: 'b' }] },
  ];
  expect((await ask(double, ATTACH, { d: data })).errors?.[0]?.message).toMatch(/^File not found: /);
  expect(double.dump().tables.attachment).toEqual([]);
  expect(double.dump().files).toContainEqual(expect.objectContaining({ id: good, temporary: true }));
});

it('gives bytes to whoever has the address, and to nobody without', async () => {
  await attach(1);
  const read = '{attachments{edges{node{file{url}}}}}';
  const [row] = rowsOf(await ask(double, read), 'attachments');
  const [file] = Array.isArray(row?.file) ? row.file : [];
  const got = await double.transfer('GET', file.url, new Uint8Array());
  expect(Buffer.from(got.body).toString()).toBe('content 1');
  expect(got.contentType).toBe('text/plain');
  const bare = String(file.url).replace(/\?.*/, '');
  expect((await double.transfer('GET', bare, new Uint8Array())).status).toBe(403);
  expect((await double.transfer('GET', `${bare}?token=x`, new Uint8Array())).status).toBe(403);
});
