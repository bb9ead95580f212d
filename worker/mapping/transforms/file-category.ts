import { z } from 'zod';
import { typedText } from './clean-text.ts';
import type { Transform, TransformDefinition } from './transform.ts';
import { EMPTY } from './transform.ts';

type Category =
  | 'ARCHIVE'
  | 'AUDIO'
  | 'IMAGE'
  | 'PRESENTATION'
  | 'SPREADSHEET'
  | 'TEXT_DOCUMENT'
  | 'VIDEO'
  | 'OTHER';

/** By extension: what Twenty's front end takes for each, and the formats that practices use beside them. */
const EXTENSIONS: readonly (readonly [Category, string])[] = [
  ['TEXT_DOCUMENT', 'doc docm docx dot dotx odt pdf txt rtf ps tex pages md log eml msg xps'],
  ['SPREADSHEET', 'xls xlsb xlsm xlsx xltx csv tsv ods numbers'],
  ['PRESENTATION', 'ppt pptx pptm potx pps ppsx odp key kth html htm'],
  ['IMAGE', 'png jpg jpeg jpe jfif svg gif webp heif heic avif tif tiff bmp ico'],
  ['VIDEO', 'mp4 m4v avi mov wmv mpg mpeg mkv webm'],
  ['AUDIO', 'mp3 wav ogg oga wma m4a aac flac opus amr'],
  ['ARCHIVE', 'zip tar iso gz tgz rar 7z bz2 xz'],
];

/** By content type; the first that fits. */
const TYPES: readonly (readonly [Category, RegExp])[] = [
  ['SPREADSHEET', /spreadsheet|ms-excel|\/csv|tab-separated-values/],
  ['PRESENTATION', /presentation|ms-powerpoint|\/html|\/xhtml/],
  ['IMAGE', /^image\//],
  ['AUDIO', /^audio\//],
  ['VIDEO', /^video\//],
  ['ARCHIVE', /\/(?:x-)?(?:zip|gzip|tar|rar|7z|bzip2|xz)\b|\/vnd\.rar|compressed|\/x-iso/],
  ['TEXT_DOCUMENT', /^text\/|\/pdf|\/rtf|msword|wordprocessingml|opendocument\.text|\/postscript|^message\//],
];

/** The content type decides; one that says nothing (`application/octet-stream`), or none, leaves it to the extensions of the name and the path. */
const apply: Transform = (input) => {
  const type = typedText(input.type).toLowerCase();
  const names = [typedText(input.name), typedText(input.path)];
  if (type === '' && names.every((name) => name === '')) return EMPTY;
  const byType = TYPES.find(([, pattern]) => pattern.test(type))?.[0];
  return { kind: 'value', value: byType ?? names.map(byName).find((found) => found !== null) ?? 'OTHER' };
};

/** SELECT with the categories of Twenty's attachments, which do not follow from the file by themselves. */
export const fileCategory: TransformDefinition = {
  apply,
  roles: [],
  optionalRoles: ['type', 'name', 'path'],
  optionsSchema: z.strictObject({}),
  produces: ['SELECT'],
};

function byName(name: string): Category | null {
  const dot = name.lastIndexOf('.');
  if (dot === -1) return null;
  const extension = name.slice(dot + 1).toLowerCase();
  return EXTENSIONS.find(([, extensions]) => extensions.split(' ').includes(extension))?.[0] ?? null;
}
