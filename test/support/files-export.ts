import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { objectMappingSchema, type RecordMapping } from '../../worker/mapping/mapping-schema.ts';
import type { MappingSet } from '../../worker/stages/stage.ts';

/** A file of an export: what its row says, and its bytes. */
export interface ExportedFile {
  readonly id: string;
  readonly name: string;
  /** Within `files/`; the name where it is the same. */
  readonly path?: string;
  readonly content: Uint8Array | string;
  /** Id of the company that it hangs on; default the first. */
  readonly company?: string;
}

/** Rows of companies that files hang on. */
export const COMPANIES = ['com-1', 'com-2', 'com-3'] as const;

/** Writes an export of owners, three companies and these files. */
export async function writeFilesExport(dir: string, files: readonly ExportedFile[]): Promise<void> {
  await mkdir(join(dir, 'files'), { recursive: true });
  const csv = (name: string, rows: readonly Readonly<Record<string, string>>[]) =>
    writeFile(join(dir, name), stringify([...rows], { header: true }));
  await csv('owners.csv', [
    { id: 'own-1', email: 'ada@practice.example', first_name: 'Ada', last_name: 'Grey' },
  ]);
  await csv(
    'companies.csv',
    COMPANIES.map((id) => ({ id, name: `Company ${id}`, created_at: '2020-01-02T03:04:05Z' })),
  );
  await csv(
    'attachments.csv',
    files.map(({ id, name, path, content, company }) => ({
      id,
      file_name: name,
      size_bytes: String(Buffer.byteLength(content)),
      sha256: sha256Of(content),
      uploaded_by: 'own-1',
      uploaded_at: '2021-02-03T04:05:06Z',
      parent_object: 'company',
      parent_id: company ?? COMPANIES[0],
      path: path ?? name,
    })),
  );
  for (const { name, path, content } of files) {
    const place = join(dir, 'files', path ?? name);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
}

export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Lasting fields of every mapping here, with a suffix of their own where several runs share a workspace. */
const lasting = (suffix: string) => ({
  kind: 'record',
  identity: `visualPracticeId${suffix}`,
  keep: `visualPracticeOriginalText${suffix}`,
});

const companies = (suffix: string) => ({
  ...lasting(suffix),
  object: 'companies',
  target: 'company',
  times: { created: 'created_at', keepCreated: `visualPracticeCreatedAt${suffix}` },
  fields: [{ to: 'name', transform: 'text', from: { value: 'name' }, options: { trim: true } }],
});

const attachments = (suffix: string) => ({
  ...lasting(suffix),
  object: 'attachments',
  target: 'attachment',
  times: { created: 'uploaded_at', keepCreated: `visualPracticeCreatedAt${suffix}` },
  author: { from: 'uploaded_by', object: 'owners', keep: `visualPracticeAuthor${suffix}` },
  fields: [{ to: 'name', transform: 'text', from: { value: 'file_name' }, options: { trim: true } }],
  morph: [
    {
      objectFrom: 'parent_object',
      from: 'parent_id',
      to: { companies: 'targetCompany' },
      missing: 'dead-letter',
    },
  ],
  file: { to: 'file', path: 'path', name: 'file_name', elsewhere: `visualPracticeFileAt${suffix}` },
  ignore: {
    size_bytes: 'Twenty counts itself.',
    sha256: 'Checked, not kept.',
    content_type: 'Twenty sniffs.',
  },
});

export function attachmentsMapping(suffix = ''): RecordMapping {
  const mapping = objectMappingSchema.parse(attachments(suffix));
  if (mapping.kind !== 'record') throw new Error('attachments become records');
  return mapping;
}

/** Owners as in the reference, plain companies, and attachments, so that what is tested is files. */
export function onlyFiles(reference: MappingSet, suffix = ''): MappingSet {
  const owners = reference.objects.filter(({ object }) => object === 'owners');
  const plain = objectMappingSchema.parse(companies(suffix));
  return { ...reference, objects: [...owners, plain, attachmentsMapping(suffix)] };
}
